// Short messages to the person: what happened, where, and the one thing to do about it.
import { create } from "zustand";
import { RequestRefused } from "../wire/http";

export type NoticeKind = "info" | "warning" | "error";

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly text?: string;
  readonly action?: { readonly label: string; run(): void };
  /** For Copy details: never a stack trace. */
  readonly details?: string;
}

export interface NoticeState {
  readonly notices: readonly Notice[];
  /** What the polite live region says now. */
  readonly spoken: string;
  add(notice: Omit<Notice, "id">): number;
  dismiss(id: number): void;
  say(text: string): void;
}

/** Notices shown at once; the oldest gives way. */
const SHOWN = 3;
/** Milliseconds until a notice without an action goes by itself; errors stay. */
const STAYS_MS = 6000;

let nextId = 1;

export const useNotices = create<NoticeState>()((set, get) => ({
  notices: [],
  spoken: "",
  add(notice) {
    const id = nextId++;
    const isRepeat = (old: Notice) => old.title === notice.title && old.text === notice.text;
    set(({ notices }) => ({
      notices: [...notices.filter((old) => !isRepeat(old)), { ...notice, id }].slice(-SHOWN),
    }));
    get().say(`${notice.title}. ${notice.text ?? ""}`);
    if (notice.kind === "info" && !notice.action) setTimeout(() => get().dismiss(id), STAYS_MS);
    return id;
  },
  dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
  say: (spoken) => set({ spoken }),
}));

export const notify = (kind: NoticeKind, title: string, text?: string, action?: Notice["action"]): number =>
  useNotices.getState().add({ kind, title, ...(text ? { text } : {}), ...(action ? { action } : {}) });

/** Tell that something was refused, in the server's words. */
export function notifyRefusal(what: string, error: unknown): void {
  if (!(error instanceof RequestRefused)) throw error;
  const { problem } = error;
  useNotices.getState().add({
    kind: "error",
    title: what,
    text: problem.detail ?? problem.title,
    details: JSON.stringify(problem, null, 2),
  });
}
