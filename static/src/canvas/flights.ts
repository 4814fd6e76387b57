// Real messages on their way along the wires: all of them at low rates, about one a second out of a stream.

import type { Token } from "../model/telemetry";
import { FLIGHT_MS, FLOW_SPEED, type Regime } from "./regimes";
import type { Scene, WireShape } from "./shapes";
import { type Place, placeAt } from "./wirePath";

const SAMPLE_EVERY_MS = 1000;
/** A burst at low rate leaves one after the other, so that each can be seen. */
const STAGGER_MS = 70;
const MOST = 200;

export interface Flight {
  readonly token: Token;
  readonly wire: string;
  readonly isSampled: boolean;
  /** Clock of the animation, ms: it stands still while the run is paused. */
  readonly startsAt: number;
  readonly lastsMs: number;
}

export class Flights {
  flights: Flight[] = [];
  readonly #lastSample = new Map<string, number>();
  readonly #lastStart = new Map<string, number>();

  clear(): void {
    this.flights = [];
    this.#lastSample.clear();
    this.#lastStart.clear();
  }

  /** Lets tokens take off; those beyond what a stream may show are left out. */
  launch(
    tokens: readonly Token[],
    now: number,
    wireOf: (token: Token) => WireShape | undefined,
    regimeOf: (wire: WireShape) => Regime,
  ): void {
    for (const token of tokens) {
      const wire = wireOf(token);
      if (!wire || this.flights.length >= MOST) continue;
      if (regimeOf(wire) === "stream") this.#launchSample(token, wire, now);
      else this.#launchSingle(token, wire, now);
    }
  }

  /** Removes what has arrived. */
  land(now: number): void {
    if (this.flights.some((flight) => now >= flight.startsAt + flight.lastsMs))
      this.flights = this.flights.filter((flight) => now < flight.startsAt + flight.lastsMs);
  }

  /** Where a flight is now; undefined before it starts. */
  placeOf(flight: Flight, wire: WireShape, now: number, place: Place): Place | undefined {
    const share = (now - flight.startsAt) / flight.lastsMs;
    if (share < 0 || share > 1) return undefined;
    return placeAt(wire.path, share * wire.path.total, place);
  }

  #launchSample(token: Token, wire: WireShape, now: number): void {
    if (now - (this.#lastSample.get(wire.key) ?? Number.NEGATIVE_INFINITY) < SAMPLE_EVERY_MS) return;
    this.#lastSample.set(wire.key, now);
    // With the chevrons, at their speed: a dot's speed never says anything.
    const lastsMs = (wire.path.total / FLOW_SPEED) * 1000;
    this.flights.push({ token, wire: wire.key, isSampled: true, startsAt: now, lastsMs });
  }

  #launchSingle(token: Token, wire: WireShape, now: number): void {
    const startsAt = Math.max(now, (this.#lastStart.get(wire.key) ?? 0) + STAGGER_MS);
    this.#lastStart.set(wire.key, startsAt);
    this.flights.push({ token, wire: wire.key, isSampled: false, startsAt, lastsMs: FLIGHT_MS });
  }
}

/** The wire a token flies along, in the present scene. */
export function wireFinder(scene: Scene): (token: Token) => WireShape | undefined {
  return (token) => scene.wiresOf.get(token.link)?.find((wire) => wire.lane === token.lane);
}
