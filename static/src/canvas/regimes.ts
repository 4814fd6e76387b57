// Which picture a flow gets: single messages at low rates, a stream above; with hysteresis, so that it does not flicker.

export type Regime = "silent" | "single" | "stream";

/** Messages a second at which dots give way to a stream. */
export const STREAM_RATE = 10;
const HYSTERESIS = 0.25;
/** Below this a rate is nothing that moves: less than one message in 20 s. */
const SILENCE = 0.05;

/** Pixels a second at which every chevron and every dot of a stream moves; speed never means rate. */
export const FLOW_SPEED = 46;
export const CHEVRON_PITCH = 11;
/** A single message crosses its wire in this time, whatever the wire's length. */
export const FLIGHT_MS = 350;

/** A rate is measured over a moment: only one that lasts makes another picture. */
export const LASTING_MS = 450;

export function nextRegime(now: Regime, ratePerSecond: number): Regime {
  if (!(ratePerSecond > SILENCE)) return "silent";
  const edge = now === "stream" ? STREAM_RATE * (1 - HYSTERESIS) : STREAM_RATE * (1 + HYSTERESIS);
  return ratePerSecond > edge ? "stream" : "single";
}

/** The width of a stream's band: one log scale for all links in view. */
export function bandWidth(ratePerSecond: number): number {
  return 4 + 1.5 * Math.log10(Math.max(1, ratePerSecond));
}

/** The weight of a wire that is too small for a band. */
export function lineWeight(ratePerSecond: number): number {
  return ratePerSecond > SILENCE ? Math.max(1, 0.5 + 0.55 * Math.log10(Math.max(1, ratePerSecond))) : 1;
}

/** How far chevrons have come, in pixels below their pitch; a step never passes half a pitch, or they seem to run back. */
export function advance(phase: number, elapsedMs: number): number {
  const step = Math.min((FLOW_SPEED * elapsedMs) / 1000, CHEVRON_PITCH / 2);
  return (phase + step) % CHEVRON_PITCH;
}
