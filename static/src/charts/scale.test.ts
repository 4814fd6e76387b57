// Scales are round, small in number, and steady.

import { describe, expect, test } from "vitest";
import { sparkPath } from "./Sparkline";
import { roundStep, scaleFor, steadyScale, tickText, windowEnding } from "./scale";

describe("scales of charts", () => {
  test("steps are 1, 2 or 5 times a power of ten", () => {
    expect([0.3, 1, 1.1, 3, 7, 430].map(roundStep)).toEqual([0.5, 1, 2, 5, 10, 500]);
  });

  test("there are two or three ticks, and the highest value fits", () => {
    for (const highest of [1, 7, 20, 340, 1000, 52_000, 412_000]) {
      const { max, ticks } = scaleFor(highest);
      expect(max).toBeGreaterThan(highest);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(3);
      expect(ticks[0]).toBe(0);
    }
  });

  test("nothing to show still has a scale", () => {
    expect(scaleFor(0).max).toBeGreaterThan(0);
    expect(scaleFor(Number.NaN).max).toBeGreaterThan(0);
  });

  test("a scale grows at once and shrinks only when half of it is idle", () => {
    const first = scaleFor(100);
    expect(steadyScale(first, 90)).toBe(first);
    expect(steadyScale(first, 300).max).toBeGreaterThan(300);
    expect(steadyScale(first, 20)).not.toBe(first);
  });

  test("ticks are short", () => {
    expect([0, 500, 1000, 1500, 20_000, 2_000_000].map(tickText)).toEqual([
      "0",
      "500",
      "1k",
      "1.5k",
      "20k",
      "2M",
    ]);
  });

  test("the window ends at the last sample", () => {
    expect(windowEnding(100)).toEqual([60, 100]);
  });
});

describe("sparklines", () => {
  test("one value is no line", () => {
    expect(sparkPath([3], 10, 10)).toBe("");
  });

  test("the highest value is at the top, nothing is at the bottom", () => {
    expect(sparkPath([0, 4, 2], 10, 10)).toBe("M0.0 9.0L5.0 1.0L10.0 5.0");
  });
});
