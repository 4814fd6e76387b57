// The open drawing: edits applied at once and sent after, its revision, its findings, its past.
import { create } from "zustand";
import { applyAll, type Edit, EditMissesTarget } from "../model/edits";
import type { Finding } from "../model/findings";
import { type History, moved, NO_HISTORY, record, seal } from "../model/history";
import { emptyTopology, type TopologyDocument, type TopologyId } from "../model/topology";
import { RequestRefused, request } from "../wire/http";
import { DrawingSync, type LiveAnswer, revisionNumber, type SyncListener } from "./drawingSync";
import { live } from "./liveLink";
import { notify, notifyRefusal } from "./noticeStore";

export type SaveState = "saved" | "saving" | "unreachable";
export type LiveEffect = LiveAnswer["effect"];

export interface EditOptions {
  /** Edits with the same key in a row are one undo: a slider drag. Call `endGesture` when it is over. */
  readonly gesture?: string;
}

export interface TopologyState {
  readonly id: TopologyId | null;
  /** As drawn now: what the server has, and the edits still on their way. */
  readonly document: TopologyDocument;
  /** The example this drawing began as; null once it is the person's own. */
  readonly example: string | null;
  readonly revision: string | null;
  readonly save: SaveState;
  readonly findings: readonly Finding[];
  readonly history: History;
  /** What waits for the next run: paths joined by ".", e.g. "nodes.work-3.sockets.in.options.sndhwm". */
  readonly waiting: ReadonlyMap<string, LiveEffect>;
  /** Counts openings: a view that keeps something of its own starts afresh when it changes. */
  readonly opened: number;
  /** Do edits at once, remember the undo, send them. Edits that miss are refused with a notice. */
  edit(label: string, edits: readonly Edit[], options?: EditOptions): void;
  endGesture(): void;
  undo(): void;
  redo(): void;
  /** Open a kept drawing. @throws RequestRefused */
  open(id: TopologyId): Promise<void>;
  /** Begin with a document the server does not keep yet; the first edit or run makes it. */
  begin(document: TopologyDocument, example?: string | null): void;
  /** Wait until the server has everything. @throws RequestRefused */
  ensureSaved(): Promise<{ id: TopologyId; revision: string }>;
  /** Look for problems anew: something beside the drawing has changed, and the server tells kept ones only. */
  recheck(): void;
  /** Marks of the last run mean nothing to a new one. */
  clearWaiting(): void;
}

/** Whether something at, below or above this path waits for the next run. */
export function waitsAt(waiting: TopologyState["waiting"], path: readonly string[]): boolean {
  const key = path.join(".");
  for (const waits of waiting.keys())
    if (waits === key || waits.startsWith(`${key}.`) || key.startsWith(`${waits}.`)) return true;
  return false;
}

let sync: DrawingSync | undefined;
let unsubscribe: (() => void) | undefined;

export const useTopology = create<TopologyState>()((set, get) => ({
  id: null,
  document: emptyTopology(),
  example: null,
  revision: null,
  save: "saved",
  findings: [],
  history: NO_HISTORY,
  waiting: new Map(),
  opened: 0,

  edit(label, edits, options) {
    if (edits.length === 0) return;
    const inverse = perform(label, edits);
    if (!inverse) return;
    const gesture = options?.gesture;
    const step = { label, edits: inverse, ...(gesture ? { gesture } : {}) };
    set({ history: record(get().history, step) });
  },
  endGesture: () => set(({ history }) => ({ history: seal(history) })),
  undo: () => takeBack("undo"),
  redo: () => takeBack("redo"),

  async open(id) {
    const [document, found] = await Promise.all([
      request<TopologyDocument>("GET", `/topologies/${id}`),
      request<{ findings: readonly Finding[] }>("GET", `/topologies/${id}/findings`),
    ]);
    adopt(document.body, id, document.revision, null);
    set({ findings: found.body.findings });
    listen(id);
  },
  begin(document, example = null) {
    adopt(document, null, null, example);
    void check(document);
  },
  async ensureSaved() {
    if (!sync) throw new RequestRefused({ title: "No drawing is open", status: 0 });
    return sync.ensure();
  },
  recheck() {
    const { id, document } = get();
    if (id === null) void check(document);
  },
  clearWaiting: () => set({ waiting: new Map() }),
}));

/** Whether something drawn has not reached the server; leaving the page would lose it. */
export const hasUnsaved = (): boolean => sync?.hasPending ?? false;

function perform(label: string, edits: readonly Edit[]): readonly Edit[] | undefined {
  try {
    const done = applyAll(useTopology.getState().document, edits);
    useTopology.setState({ document: done.document });
    sync?.push({ label, edits });
    return done.inverse;
  } catch (error) {
    if (!(error instanceof EditMissesTarget)) throw error;
    notify("warning", `${label}: not possible any more`, "What it was about has been changed or removed.");
    return undefined;
  }
}

function takeBack(from: "undo" | "redo"): void {
  const { history } = useTopology.getState();
  const step = history[from].at(-1);
  if (!step) return;
  const inverse = perform(`${from === "undo" ? "Undo" : "Redo"} ${step.label}`, step.edits);
  useTopology.setState({
    history: inverse
      ? moved(history, from, inverse)
      : ({ ...history, [from]: history[from].slice(0, -1) } as History),
  });
}

function adopt(
  document: TopologyDocument,
  id: TopologyId | null,
  revision: string | null,
  example: string | null,
) {
  sync?.close();
  unsubscribe?.();
  unsubscribe = undefined;
  sync = new DrawingSync(document, id, revision, listener());
  useTopology.setState(({ opened }) => ({
    id,
    document,
    example,
    revision,
    save: "saved",
    findings: [],
    history: NO_HISTORY,
    waiting: new Map(),
    opened: opened + 1,
  }));
}

function listener(): SyncListener {
  return {
    onDocument: (document) => useTopology.setState({ document }),
    onSaved(id, revision) {
      const isNew = useTopology.getState().id !== id;
      useTopology.setState({ id, revision });
      if (isNew) listen(id);
    },
    onSave: (save) => useTopology.setState({ save }),
    onFindings: (findings) => useTopology.setState({ findings }),
    onLive: (edits, answers) =>
      useTopology.setState(({ waiting }) => ({ waiting: marked(waiting, edits, answers) })),
    onClash(batches) {
      for (const { label, edits } of batches)
        notify(
          "warning",
          `“${label}” was not kept`,
          "Somebody else changed the same place at the same time.",
          {
            label: "Do mine anyway",
            run: () => useTopology.getState().edit(label, edits),
          },
        );
    },
    onRefused: (error) => notifyRefusal("The change could not be saved", error),
  };
}

function marked(
  waiting: ReadonlyMap<string, LiveEffect>,
  edits: readonly Edit[],
  answers: readonly LiveAnswer[],
): ReadonlyMap<string, LiveEffect> {
  if (answers.length === 0) return waiting;
  const marks = new Map(waiting);
  for (const { edit, effect } of answers) {
    const path = edits[edit]?.path.join(".");
    if (path === undefined) continue;
    if (effect === "next-run" || effect === "restarts-run") marks.set(path, effect);
    else marks.delete(path);
  }
  return marks;
}

function listen(id: TopologyId): void {
  unsubscribe?.();
  const mine = sync;
  unsubscribe = live.subscribe(
    `topology/${id}`,
    () => ({ from: useTopology.getState().revision ?? undefined }),
    (message) => {
      if (mine !== sync || !sync) return;
      if (message.kind === "edited") sync.takeRemote(message as never);
      else if (message.kind === "reload") void sync.reload().catch(() => undefined);
      else if (message.kind === "findings" && isCurrent(message.revision)) {
        useTopology.setState({ findings: message.findings as readonly Finding[] });
      } else if (message.kind === "deleted")
        notify("warning", "This drawing was deleted in another window", "Open another one, or start anew.");
    },
  );
}

/** Findings of a revision we have passed already would make problems flicker. */
const isCurrent = (revision: unknown): boolean =>
  !sync?.hasPending && revisionNumber(String(revision)) >= revisionNumber(useTopology.getState().revision);

async function check(document: TopologyDocument): Promise<void> {
  try {
    const { body } = await request<{ findings: readonly Finding[] }>("POST", "/topologies/check", {
      body: document,
    });
    if (useTopology.getState().document === document) useTopology.setState({ findings: body.findings });
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
  }
}
