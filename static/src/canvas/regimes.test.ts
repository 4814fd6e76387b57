// Dots up to ten a second, a stream above, and no flicker between them.

import { describe, expect, test } from "vitest";
import { advance, bandWidth, CHEVRON_PITCH, nextRegime, type Regime } from "./regimes";

describe("regimes", () => {
  test("nothing moves when nothing moves", () => {
    expect(nextRegime("stream", 0)).toBe("silent");
    expect(nextRegime("single", Number.NaN)).toBe("silent");
  });

  test("a rate that trembles around ten stays what it was", () => {
    let single: Regime = "single";
    let stream: Regime = "stream";
    for (const rate of [9, 11, 12, 8, 12.4, 7.6]) {
      single = nextRegime(single, rate);
      stream = nextRegime(stream, rate);
    }
    expect([single, stream]).toEqual(["single", "stream"]);
  });

  test("beyond a quarter above or below it changes", () => {
    expect(nextRegime("single", 12.6)).toBe("stream");
    expect(nextRegime("stream", 7.4)).toBe("single");
  });
});

describe("the stream", () => {
  test("is 4 px wide at 1 a second and 1.5 px wider for each tenfold", () => {
    expect([1, 10, 1000, 100_000].map(bandWidth)).toEqual([4, 5.5, 8.5, 11.5]);
  });

  test("never seems to run backwards: no step is more than half a pitch", () => {
    expect(advance(0, 10_000)).toBe(CHEVRON_PITCH / 2);
    expect(advance(CHEVRON_PITCH - 0.1, 16)).toBeLessThan(CHEVRON_PITCH);
  });
});
