// What tubes show of their queues.

import { describe, expect, test } from "vitest";
import { digitsOf, emptyLevel, fillOf, moodOf, takeWorst, worseMood } from "./levels";

describe("levels", () => {
  test("fill is depth against the limit, never more than full", () => {
    expect([fillOf(0, 20), fillOf(10, 20), fillOf(30, 20)]).toEqual([0, 0.5, 1]);
  });

  test("without a limit the scale is logarithmic up to a million", () => {
    expect(fillOf(999, 0)).toBeCloseTo(0.5);
    expect(fillOf(5e6, 0)).toBe(1);
  });

  test("digits tell both the depth and the limit", () => {
    expect(digitsOf(860, 1000)).toEqual({ depth: "860", limit: "/1000" });
    expect(digitsOf(12, 0)).toEqual({ depth: "12", limit: "/∞" });
  });

  test("states of the wire have their moods", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(moodOf)).toEqual([
      "calm",
      "calm",
      "near",
      "blocked",
      "passed",
      "dropping",
      "gone",
      "absent",
    ]);
  });

  test("of two moods the one to look at first shows", () => {
    expect(worseMood("calm", "near")).toBe("near");
    expect(worseMood("blocked", "dropping")).toBe("blocked");
  });

  test("a bundle shows its fullest queue", () => {
    const bundle = emptyLevel();
    takeWorst(bundle, { depth: 10, hwm: 1000, peak: 10, ratePerSecond: 5, mood: "calm", count: 1 });
    takeWorst(bundle, { depth: 900, hwm: 1000, peak: 950, ratePerSecond: 7, mood: "near", count: 1 });
    takeWorst(bundle, { depth: 20, hwm: 1000, peak: 20, ratePerSecond: 1, mood: "calm", count: 1 });
    expect(bundle).toEqual({ depth: 900, hwm: 1000, peak: 950, ratePerSecond: 13, mood: "near", count: 3 });
  });
});
