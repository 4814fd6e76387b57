// The two edits and their undo: the corpus the server is tested with, and what no corpus can say.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { apply, applyAll, clash, type Edit, EditMissesTarget } from "./edits";

interface Case {
  readonly document: object;
  readonly edits: readonly Edit[];
  /** null: one of the edits misses its target. */
  readonly result: object | null;
  readonly inverse: readonly Edit[];
}

const CORPUS = JSON.parse(
  readFileSync(new URL("../../../tests/app/topology/edits_corpus.json", import.meta.url), "utf8"),
) as readonly Case[];

/** Equal to the byte: the order of keys counts. */
const bytes = (value: unknown): string => JSON.stringify(value);

describe("the corpus shared with the server", () => {
  test.each(CORPUS.map((each, i) => [i, each] as const))(
    "case %i",
    (_, { document, edits, result, inverse }) => {
      const before = bytes(document);
      if (result === null) {
        expect(() => applyAll(document, edits)).toThrow(EditMissesTarget);
        return;
      }
      const done = applyAll(document, edits);
      expect(bytes(done.document)).toBe(bytes(result));
      expect(done.inverse).toEqual(inverse);
      expect(bytes(applyAll(done.document, done.inverse).document)).toBe(before);
      expect(bytes(document)).toBe(before);
    },
  );
});

const DRAWING = {
  format: "glassmq/1",
  name: "Two",
  nodes: { a: { sockets: { out: { type: "PUSH" } } }, b: { sockets: { in: { type: "PULL" } } } },
  links: { l: { connect: "b.in", bind: "a.out" } },
};

test.each<[string, Edit]>([
  ["an empty path", { kind: "set", path: [], value: 1 }],
  ["a way through a text", { kind: "set", path: ["name", "first"], value: 1 }],
  ["a node that is gone", { kind: "set", path: ["nodes", "c", "label"], value: "C" }],
  ["a key that is not there", { kind: "unset", path: ["nodes", "c"] }],
])("%s misses", (_, edit) => {
  expect(() => apply(DRAWING, edit)).toThrow(EditMissesTarget);
});

test("untouched branches are shared, so that views can compare by identity", () => {
  const { document } = apply(DRAWING, { kind: "set", path: ["nodes", "a", "label"], value: "A" });
  expect(document.nodes.b).toBe(DRAWING.nodes.b);
  expect(document.links).toBe(DRAWING.links);
});

test("two edits clash when one's place holds the other's and they want different things", () => {
  const label = (value: string): Edit => ({ kind: "set", path: ["nodes", "a", "label"], value });
  expect(clash(label("A"), label("B"))).toBe(true);
  expect(clash(label("A"), label("A"))).toBe(false);
  expect(clash(label("A"), { kind: "unset", path: ["nodes", "a"] })).toBe(true);
  expect(clash(label("A"), { kind: "unset", path: ["nodes", "b"] })).toBe(false);
});
