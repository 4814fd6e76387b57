// Frames that show nothing new ask for no picture; flights are real messages and no others.

import { describe, expect, test } from "vitest";
import type { Token } from "../model/telemetry";
import { Flights } from "./flights";
import { buildScene } from "./manifold";
import { gaugesDiffer } from "./painter";
import { byId, link, receiver, sender } from "./scene.fixture";

function frame(depth: readonly number[], rate: readonly number[]) {
  return {
    kind: "gauges" as const,
    epoch: 1,
    tick: 1,
    t_s: 0,
    depth: Uint32Array.from(depth),
    hwm: Uint32Array.from(depth, () => 1000),
    peak: Uint32Array.from(depth),
    rate: Float32Array.from(rate),
    state: new Uint8Array(depth.length),
  };
}

describe("a telemetry frame", () => {
  test("with the same numbers is no news", () => {
    expect(gaugesDiffer({ gauges: frame([1, 2], [0, 0]), previous: frame([1, 2], [0, 0]) })).toBe(false);
  });

  test("with any other number is", () => {
    expect(gaugesDiffer({ gauges: frame([1, 3], [0, 0]), previous: frame([1, 2], [0, 0]) })).toBe(true);
    expect(gaugesDiffer({ gauges: frame([1, 2], [0, 1]), previous: frame([1, 2], [0, 0]) })).toBe(true);
    expect(gaugesDiffer({ gauges: frame([1], [0]), previous: undefined })).toBe(true);
    expect(gaugesDiffer({ gauges: undefined, previous: undefined })).toBe(false);
  });
});

describe("flights", () => {
  const scene = buildScene(byId(sender("a", 0, 0), receiver("b", 500, 0)), [link("b.in>a.out")]);
  const wire = scene.wires[0];
  const token = (seq: number): Token => ({
    link: "b.in>a.out",
    lane: "to_connect",
    connection: "",
    seq,
    octets: 1,
    waited_ms: 0,
    head: "",
    at: 0,
    t_s: 0,
  });

  test("every single message flies, for 350 ms, one after the other", () => {
    const flights = new Flights();
    flights.launch(
      [token(1), token(2)],
      1000,
      () => wire,
      () => "single",
    );
    expect(flights.flights.map(({ startsAt, lastsMs }) => [startsAt, lastsMs])).toEqual([
      [1000, 350],
      [1070, 350],
    ]);
    flights.land(1351);
    expect(flights.flights.map((flight) => flight.token.seq)).toEqual([2]);
  });

  test("out of a stream about one a second is shown", () => {
    const flights = new Flights();
    for (let now = 0; now < 2500; now += 100)
      flights.launch(
        [token(now)],
        now,
        () => wire,
        () => "stream",
      );
    expect(flights.flights.map((flight) => flight.token.seq)).toEqual([0, 1000, 2000]);
    expect(flights.flights.every((flight) => flight.isSampled)).toBe(true);
  });

  test("a message of a link that is not drawn does not fly", () => {
    const flights = new Flights();
    flights.launch(
      [token(1)],
      0,
      () => undefined,
      () => "single",
    );
    expect(flights.flights).toEqual([]);
  });
});
