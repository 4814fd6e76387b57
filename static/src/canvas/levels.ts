// What a tube shows of its queue: how far it is filled, in which mood, with which digits.

import { depthOf } from "../model/units";

/** Why a queue looks as it does; each has a shape and a word of its own, colour comes second. */
export type Mood = "calm" | "near" | "blocked" | "passed" | "dropping" | "gone" | "waiting" | "absent";

/** The state column of telemetry, by its number. */
const MOODS: readonly Mood[] = ["calm", "calm", "near", "blocked", "passed", "dropping", "gone", "absent"];
const URGENCY: readonly Mood[] = [
  "absent",
  "waiting",
  "calm",
  "near",
  "passed",
  "gone",
  "dropping",
  "blocked",
];

/** An unlimited queue of a million messages fills its open tube. */
const LARGEST_EXPONENT = 6;

export interface Level {
  depth: number;
  hwm: number;
  peak: number;
  ratePerSecond: number;
  mood: Mood;
  /** Real queues summed here: replicas, or the links of a bundle. */
  count: number;
}

export function moodOf(state: number): Mood {
  return MOODS[state] ?? "calm";
}

export function isAlarm(mood: Mood): boolean {
  return mood !== "calm" && mood !== "absent" && mood !== "waiting";
}

export function worseMood(a: Mood, b: Mood): Mood {
  return URGENCY.indexOf(a) >= URGENCY.indexOf(b) ? a : b;
}

/** 0 to 1; an unlimited queue is drawn on a log scale. */
export function fillOf(depth: number, hwm: number): number {
  if (!(depth > 0)) return 0;
  if (hwm > 0) return Math.min(1, depth / hwm);
  return Math.min(1, Math.log10(1 + depth) / LARGEST_EXPONENT);
}

export function emptyLevel(): Level {
  return { depth: 0, hwm: 0, peak: 0, ratePerSecond: 0, mood: "calm", count: 0 };
}

/** Adds one link's queue to a bundle, which shows its worst: the fullest one's depth and limit. */
export function takeWorst(level: Level, other: Level): void {
  if (level.count === 0 || fillOf(other.depth, other.hwm) > fillOf(level.depth, level.hwm)) {
    level.depth = other.depth;
    level.hwm = other.hwm;
    level.peak = other.peak;
  }
  level.ratePerSecond += other.ratePerSecond;
  level.mood = level.count === 0 ? other.mood : worseMood(level.mood, other.mood);
  level.count += 1;
}

export interface Digits {
  readonly depth: string;
  readonly limit: string;
}

/** "860" and "/1000": the depth is strong, the limit quiet. */
export function digitsOf(depth: number, hwm: number): Digits {
  const [strong = "", quiet = ""] = depthOf(depth, hwm).split("/");
  return { depth: strong, limit: `/${quiet}` };
}
