// The live numbers: rows by link, replicas summed, the latest frame and the chart's last point the same.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type PipeEnd, type PipeRow, PipeState } from "../model/telemetry";
import type { GaugeFrame } from "../wire/frames";
import { TelemetryStore } from "./telemetryStore";

const pipe = (id: number, end: PipeEnd, replica = 1, link = "l"): PipeRow => ({
  id,
  link,
  lane: "to_bind",
  end,
  side: end === "send" ? "connect" : "bind",
  node: end === "send" ? "a" : "b",
  replica,
  peer_node: "",
  peer_replica: 1,
  socket: "",
});

function frame(
  tick: number,
  depth: number[],
  state: number[] = depth.map(() => 1),
  hwm = depth.map(() => 20),
): GaugeFrame {
  return {
    kind: "gauges",
    epoch: 1,
    tick,
    t_s: tick / 20,
    depth: Uint32Array.from(depth),
    hwm: Uint32Array.from(hwm),
    peak: Uint32Array.from(depth),
    rate: Float32Array.from(depth),
    state: Uint8Array.from(state),
  };
}

let store: TelemetryStore;

beforeEach(() => {
  vi.useFakeTimers();
  store = new TelemetryStore();
  store.takeLayout(
    1,
    [pipe(0, "send"), pipe(1, "send", 2), pipe(2, "receive")],
    ["pushed", "popped", "dropped_hwm"],
  );
});
afterEach(() => {
  vi.useRealTimers();
});

test("replicas are summed and the gravest state is shown", () => {
  store.takeGauges(frame(1, [3, 5, 7], [PipeState.flowing, PipeState.blocked, PipeState.near]), 0);
  expect(store.laneEnd("l", "to_bind", "send")).toEqual({
    depth: 8,
    hwm: 40,
    peak: 8,
    rate: 8,
    state: PipeState.blocked,
    pipes: 2,
  });
  expect(store.laneEnd("l", "to_bind", "joined").pipes).toBe(0);
  expect(store.row("l", "to_bind", "receive")).toBe(2);
});

test("one unlimited queue makes the sum unlimited", () => {
  store.takeGauges(frame(1, [3, 5, 7], [1, 1, 1], [0, 20, 20]), 0);
  expect(store.laneEnd("l", "to_bind", "send").hwm).toBe(0);
});

test("the last point of the chart is the latest frame's number", () => {
  for (let tick = 1; tick <= 1000; tick++) store.takeGauges(frame(tick, [tick, 0, tick * 2]), tick * 50);
  const past = store.history("l", "to_bind")?.read();
  expect(past?.t.length).toBe(800);
  expect(past?.send.at(-1)).toBe(store.laneEnd("l", "to_bind", "send").depth);
  expect(past?.receive.at(-1)).toBe(2000);
  expect(past?.t[0]).toBeCloseTo(201 / 20);
});

test("a frame of another epoch is not taken: its rows are others", () => {
  store.takeGauges({ ...frame(1, [1, 2, 3]), epoch: 9 }, 0);
  expect(store.gauges).toBeUndefined();
});

test("counters are kept by row, whichever rows a frame is about", () => {
  const columns = (...values: number[][]) => values.map((column) => Float64Array.from(column));
  const head = { kind: "counters" as const, epoch: 1, tick: 1, t_s: 0 };
  store.takeCounters({ ...head, rows: Uint32Array.of(0, 1), columns: columns([10, 20], [1, 2], [0, 4]) });
  store.takeCounters({ ...head, rows: Uint32Array.of(1), columns: columns([25], [3], [5]) });
  expect(store.counters("l", "to_bind", "send")).toMatchObject({
    pushed: 35,
    popped: 4,
    dropped: { hwm: 5, linger: 0 },
  });
  expect(store.counters("l", "to_bind", "receive")).toBeUndefined();
});

test("text is told at most four times a second", () => {
  let told = 0;
  store.onText(() => {
    told += 1;
  });
  for (let tick = 0; tick < 20; tick++) {
    store.takeGauges(frame(tick, [1, 2, 3]), tick * 50);
    vi.advanceTimersByTime(50);
  }
  expect(told).toBeLessThanOrEqual(5);
  expect(told).toBeGreaterThanOrEqual(3);
});

test("tokens not drawn do not pile up, and are drawn once", () => {
  const token = {
    link: "l",
    lane: "to_bind" as const,
    connection: "",
    octets: 1,
    waited_ms: 0,
    head: "",
    at: 0,
    t_s: 0,
  };
  store.takeTokens(Array.from({ length: 900 }, (_, seq) => ({ ...token, seq })));
  expect(store.drainTokens().map(({ seq }) => seq)[0]).toBe(500);
  expect(store.drainTokens()).toEqual([]);
  expect(store.recentTokens("l")).toHaveLength(500);
  expect(store.recentTokens("other")).toEqual([]);
});
