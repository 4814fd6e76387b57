// Undo and redo as stacks of steps.
import { expect, test } from "vitest";
import type { Edit } from "./edits";
import { moved, NO_HISTORY, record, seal } from "./history";

const edit = (n: number): Edit => ({ kind: "set", path: ["name"], value: n });

test("a gesture is one step until it is over", () => {
  let history = record(NO_HISTORY, { label: "Drag", edits: [edit(1)], gesture: "g" });
  history = record(history, { label: "Drag", edits: [edit(2)], gesture: "g" });
  expect(history.undo).toEqual([{ label: "Drag", edits: [edit(2), edit(1)], gesture: "g" }]);
  history = record(seal(history), { label: "Drag", edits: [edit(3)], gesture: "g" });
  expect(history.undo).toHaveLength(2);
});

test("a step that is undone can be redone, until something new is done", () => {
  const done = record(NO_HISTORY, { label: "Rename", edits: [edit(1)] });
  const undone = moved(done, "undo", [edit(2)]);
  expect(undone).toEqual({ undo: [], redo: [{ label: "Rename", edits: [edit(2)] }] });
  expect(moved(undone, "redo", [edit(1)]).undo).toHaveLength(1);
  expect(record(undone, { label: "Other", edits: [edit(4)] }).redo).toEqual([]);
});
