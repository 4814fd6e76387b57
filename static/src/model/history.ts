// Undo and redo: stacks of named steps, each the edits that take it back.
import type { Edit } from "./edits";

export interface Step {
  /** What was done, as the person knows it: "Move work-3". */
  readonly label: string;
  /** Edits that take the step back, in order. */
  readonly edits: readonly Edit[];
  /** Steps with the same key in a row are one step: a slider drag, a text being typed. */
  readonly gesture?: string;
}

export interface History {
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
}

export const NO_HISTORY: History = { undo: [], redo: [] };

/** Steps kept; the server keeps revisions beyond these. */
const LONGEST = 500;

/** Remember a new step; whatever was undone before it is gone. */
export function record(history: History, step: Step): History {
  const last = history.undo.at(-1);
  if (step.gesture !== undefined && last?.gesture === step.gesture) {
    const joined = { ...last, edits: [...step.edits, ...last.edits] };
    return { undo: [...history.undo.slice(0, -1), joined], redo: [] };
  }
  return { undo: [...history.undo, step].slice(-LONGEST), redo: [] };
}

/** Close the gesture, so that the next edit with the same key is a step of its own. */
export function seal(history: History): History {
  const last = history.undo.at(-1);
  if (last?.gesture === undefined) return history;
  return { ...history, undo: [...history.undo.slice(0, -1), { label: last.label, edits: last.edits }] };
}

/** Move a step from one stack to the other; `inverse` takes back what taking it back did. */
export function moved(history: History, from: "undo" | "redo", inverse: readonly Edit[]): History {
  const step = history[from].at(-1);
  if (!step) return history;
  const turned: Step = { label: step.label, edits: inverse };
  const to = from === "undo" ? "redo" : "undo";
  return { ...history, [from]: history[from].slice(0, -1), [to]: [...history[to], turned] } as History;
}
