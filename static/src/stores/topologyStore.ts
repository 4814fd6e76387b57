// The open drawing: edits applied at once and sent after, its revision, its findings, its past.
import { create } from "zustand";
import { applyAll, type Edit } from "../model/edits";
import type { Finding } from "../model/findings";
import { type History, NO_HISTORY, record } from "../model/history";
import { emptyTopology, type TopologyDocument, type TopologyId } from "../model/topology";

export type SaveState = "saved" | "saving" | "unreachable";
export type LiveEffect = "applied" | "restarts-node" | "restarts-run" | "next-run";

export interface EditOptions {
  /** Edits with the same key in a row are one undo: a slider drag. Call `endGesture` when it is over. */
  readonly gesture?: string;
}

export interface TopologyState {
  readonly id: TopologyId | null;
  /** As drawn now: what the server has, and the edits still on their way. */
  readonly document: TopologyDocument;
  readonly revision: string | null;
  readonly save: SaveState;
  readonly findings: readonly Finding[];
  readonly history: History;
  /** What waits for the next run: paths joined by ".", e.g. "nodes.work-3.sockets.in.options". */
  readonly waiting: ReadonlyMap<string, LiveEffect>;
  /** Do edits at once, remember the undo, send them. Edits that miss are refused with a notice. */
  edit(label: string, edits: readonly Edit[], options?: EditOptions): void;
  endGesture(): void;
  undo(): void;
  redo(): void;
}

export const useTopology = create<TopologyState>()((set, get) => ({
  id: null,
  document: emptyTopology(),
  revision: null,
  save: "saved",
  findings: [],
  history: NO_HISTORY,
  waiting: new Map(),
  edit(label, edits, options) {
    const { document, history } = get();
    const done = applyAll(document, edits);
    const gesture = options?.gesture;
    set({
      document: done.document,
      history: record(history, { label, edits: done.inverse, ...(gesture ? { gesture } : {}) }),
    });
  },
  endGesture() {},
  undo() {},
  redo() {},
}));
