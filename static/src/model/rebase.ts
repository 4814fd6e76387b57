// Brings edits that were made on an older revision onto a newer one, and says which of them clash.
import { applyAll, clash, type Edit, EditMissesTarget, sameValue } from "./edits";
import type { TopologyDocument } from "./topology";

/** What a person did in one step, on its way to the server. */
export interface Batch {
  readonly label: string;
  readonly edits: readonly Edit[];
}

/** How far back an edit looks for an older one of the same place. */
const FARTHEST = 64;

/** Leave out values that were overwritten before anybody saw them: the middle of a slider drag. */
export function squash(edits: readonly Edit[]): readonly Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits) {
    const i = edit.kind === "set" ? olderSet(kept, edit) : -1;
    if (i < 0) kept.push(edit);
    else kept[i] = { ...kept[i], value: (edit as Edit & { kind: "set" }).value } as Edit;
  }
  return kept;
}

function olderSet(kept: readonly Edit[], edit: Edit): number {
  for (let i = kept.length - 1; i >= Math.max(0, kept.length - FARTHEST); i--) {
    const older = kept[i] as Edit;
    if (older.kind === "set" && samePath(older, edit)) return i;
    if (touches(older, edit)) return -1;
  }
  return -1;
}

export interface Rebased {
  readonly kept: readonly Batch[];
  /** Steps that want something else of a place somebody else has changed. */
  readonly clashing: readonly Batch[];
  readonly document: TopologyDocument;
}

/**
 * Put batches on top of `theirs`, which already leads to `document`.
 *
 * What they did as well is left out; a step is kept or left whole.
 */
export function rebase(
  document: TopologyDocument,
  batches: readonly Batch[],
  theirs: readonly Edit[],
): Rebased {
  const kept: Batch[] = [];
  const clashing: Batch[] = [];
  let now = document;
  for (const { label, edits } of batches) {
    const mine = edits.filter((edit) => !theirs.some((their) => isSame(edit, their)));
    if (mine.length === 0) continue;
    const batch = { label, edits: mine };
    const done = mine.some((edit) => theirs.some((their) => clash(edit, their)))
      ? undefined
      : tried(now, mine);
    if (done) {
      now = done;
      kept.push(batch);
    } else clashing.push(batch);
  }
  return { kept, clashing, document: now };
}

/** The document with the edits, or undefined when one of them misses. */
export function tried(document: TopologyDocument, edits: readonly Edit[]): TopologyDocument | undefined {
  try {
    return applyAll(document, edits).document;
  } catch (error) {
    if (error instanceof EditMissesTarget) return undefined;
    throw error;
  }
}

const samePath = (a: Edit, b: Edit): boolean =>
  a.path.length === b.path.length && a.path.every((key, i) => key === b.path[i]);

const isSame = (a: Edit, b: Edit): boolean =>
  samePath(a, b) &&
  a.kind === b.kind &&
  sameValue(a.kind === "set" ? a.value : null, b.kind === "set" ? b.value : null);

/** Whether one path begins the other, or one removes something that takes links along. */
function touches(a: Edit, b: Edit): boolean {
  if (a.kind === "unset" || b.kind === "unset") return true;
  const shorter = Math.min(a.path.length, b.path.length);
  return a.path.slice(0, shorter).every((key, i) => key === b.path[i]);
}
