import { expect, test } from "vitest";
import { freshName, useKeys } from "./keyStore";

test("a fresh name is no longer than an id may be, and neither taken here nor on the machine", () => {
  const long = "a".repeat(63);
  const key = { name: long, kind: "curve", public: null, made_at: 0, revision: "r0" } as const;
  useKeys.setState({ keys: new Map([[long, key]]) });
  expect(freshName("feed", {})).toBe("feed");
  expect(freshName(`${long}a`, {})).toBe(`${"a".repeat(61)}-2`);
  expect(freshName(long, { [`${"a".repeat(61)}-2`]: {} })).toBe(`${"a".repeat(61)}-3`);
});
