// What goes on while a link is being drawn or a node is dragged over a process: state of the gesture, not of the drawing.

import { create } from "zustand";
import type { Edit } from "../model/edits";
import type { End } from "./shapes";

export interface Verdict {
  readonly allowed: boolean;
  /** Why not, in 0MQ's words. */
  readonly reason: string;
}

export interface Remedy {
  readonly label: string;
  readonly edits: readonly Edit[];
}

/** A wire that was refused stays as a proposal with its reason, until it is mended or waved away. */
export interface Proposal {
  readonly from: End;
  readonly to: End;
  readonly reason: string;
  readonly remedies: readonly Remedy[];
}

export interface ConnectingState {
  readonly from: End | null;
  readonly verdicts: ReadonlyMap<string, Verdict> | null;
  /** Begun by a click: the next click on a socket ends it. */
  readonly byClick: boolean;
  readonly proposal: Proposal | null;
  /** The process that a dragged node would join. */
  readonly receiving: string | null;
}

export const useConnecting = create<ConnectingState>()(() => ({
  from: null,
  verdicts: null,
  byClick: false,
  proposal: null,
  receiving: null,
}));
