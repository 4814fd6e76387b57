// Edits on their way, brought onto what others did meanwhile.
import { expect, test } from "vitest";
import type { Edit } from "./edits";
import { applyAll } from "./edits";
import { rebase, squash } from "./rebase";
import type { TopologyDocument } from "./topology";

const DRAWING: TopologyDocument = {
  format: "glassmq/1",
  name: "One",
  nodes: { a: { behaviour: "sink", at: [0, 0] }, b: { behaviour: "sink", at: [0, 0] } },
};
const set = (path: readonly string[], value: string | number): Edit => ({ kind: "set", path, value });

test("of a slider's drag only where it is now is sent", () => {
  const drag = [1, 2, 3].flatMap((n) => [
    set(["nodes", "a", "with", "service_ms"], n),
    set(["nodes", "b", "with", "service_ms"], n),
  ]);
  expect(squash(drag)).toEqual([
    set(["nodes", "a", "with", "service_ms"], 3),
    set(["nodes", "b", "with", "service_ms"], 3),
  ]);
  expect(applyAll(DRAWING, squash(drag)).document).toEqual(applyAll(DRAWING, drag).document);
});

test("nothing is squashed across a removal, or across an edit of the place above", () => {
  const path = ["nodes", "a", "label"];
  const edits: readonly Edit[] = [set(path, "x"), { kind: "unset", path }, set(path, "y")];
  expect(squash(edits)).toEqual(edits);
});

test("a step that touches another place is kept", () => {
  const theirs = [set(["nodes", "a", "label"], "theirs")];
  const { document } = applyAll(DRAWING, theirs);
  const mine = { label: "Rename b", edits: [set(["nodes", "b", "label"], "mine")] };
  const done = rebase(document, [mine], theirs);
  expect(done.kept).toEqual([mine]);
  expect(done.clashing).toEqual([]);
  expect(done.document.nodes?.b?.label).toBe("mine");
});

test("a step that wants something else of the same place is given back whole", () => {
  const theirs = [set(["nodes", "a", "label"], "theirs")];
  const { document } = applyAll(DRAWING, theirs);
  const mine = {
    label: "Both",
    edits: [set(["nodes", "b", "label"], "b"), set(["nodes", "a", "label"], "mine")],
  };
  const done = rebase(document, [mine], theirs);
  expect(done).toEqual({ kept: [], clashing: [mine], document });
});

test("a step about a node that others removed clashes; one that they did too is done", () => {
  const theirs: readonly Edit[] = [{ kind: "unset", path: ["nodes", "a"] }];
  const { document } = applyAll(DRAWING, theirs);
  const rename = { label: "Rename", edits: [set(["nodes", "a", "label"], "x")] };
  const same = { label: "Delete", edits: theirs };
  const done = rebase(document, [rename, same], theirs);
  expect(done.clashing).toEqual([rename]);
  expect(done.kept).toEqual([]);
});
