// Scales of charts: round upper ends and few ticks, which stay while the numbers only tremble.

/** Seconds that a chart of the present shows. */
export const WINDOW_S = 40;

export interface Scale {
  readonly max: number;
  readonly ticks: readonly number[];
}

/** 1, 2 or 5 times a power of ten, at least ``least``. */
export function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  for (const step of [1, 2, 5, 10]) if (step * power >= least * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/** A scale from 0 with two ticks or three, and a little air above the highest value. */
export function scaleFor(highest: number): Scale {
  const top = Number.isFinite(highest) && highest > 0 ? highest : 1;
  const coarse = roundStep(top / 2);
  const step = coarse > top ? roundStep(top / 4) : coarse;
  const ticks: number[] = [];
  for (let tick = 0; tick <= top * 1.001; tick += step) ticks.push(tick);
  return { max: Math.max(top * 1.15, step), ticks };
}

/**
 * The scale to show after ``shown`` when the highest value is ``highest``: it grows at once and shrinks
 * only when less than half of it is used, so that it does not breathe with every sample.
 */
export function steadyScale(shown: Scale | undefined, highest: number): Scale {
  if (shown && highest <= shown.max / 1.05 && highest * 1.15 >= shown.max / 2) return shown;
  return scaleFor(highest);
}

/** "0", "500", "20k", "1.5M": at most five characters, for the side of a chart. */
export function tickText(value: number): string {
  if (value >= 1e6) return `${trim(value / 1e6)}M`;
  return value >= 1000 ? `${trim(value / 1000)}k` : String(trim(value));
}

function trim(value: number): number {
  return Number(value.toPrecision(3));
}

/** The range of run time that is seen: the window ends at the last sample. */
export function windowEnding(last: number): readonly [number, number] {
  return [last - WINDOW_S, last];
}
