// Numbers as people read them.
import { expect, test } from "vitest";
import { clock, depthOf, duration, octets, quantity, rate, shortCount, withUnit } from "./units";

test.each([
  [rate(0), "0/s"],
  [rate(0.44), "0.4/s"],
  [rate(30), "30/s"],
  [rate(412_345), "412,000/s"],
  [octets(64), "64 B"],
  [octets(77_000), "77 kB"],
  [octets(1_200_000), "1.2 MB"],
  [duration(0), "0 ms"],
  [duration(20), "20 ms"],
  [duration(1800), "1.8 s"],
  [duration(125_000), "2 min 5 s"],
  [clock(42.187), "00:42.18"],
  [clock(3723.5), "1:02:03.50"],
  [depthOf(860, 1000), "860/1000"],
  [depthOf(12, 0), "12/∞"],
  [shortCount(18_204), "18.2k"],
  [quantity({ kind: "exponential", mean: 20 }, "ms"), "exponential, mean 20 ms"],
  [withUnit(30, "/s"), "30/s"],
  [withUnit(20, "ms"), "20 ms"],
])("%s reads %s", (shown, wanted) => {
  expect(shown).toBe(wanted);
});
