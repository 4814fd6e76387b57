// Sends edits in order, one request at a time, and brings them onto whatever others did meanwhile.
import type { Edit } from "../model/edits";
import type { Finding } from "../model/findings";
import { type Batch, rebase, squash, tried } from "../model/rebase";
import type { TopologyDocument, TopologyId } from "../model/topology";
import { newKey, RequestRefused, request } from "../wire/http";

export interface LiveAnswer {
  readonly edit: number;
  readonly effect: "applied" | "restarts-node" | "restarts-run" | "next-run";
}

interface Edited {
  readonly revision: string;
  readonly findings: readonly Finding[];
  readonly live: readonly LiveAnswer[];
}

/** What others did, as the topology's channel tells it. */
export interface RemoteChange {
  readonly revision: string;
  readonly edits: readonly Edit[];
}

/** Who is told what the sync finds out. */
export interface SyncListener {
  onDocument(document: TopologyDocument): void;
  onSaved(id: TopologyId, revision: string): void;
  onSave(save: "saved" | "saving" | "unreachable"): void;
  onFindings(findings: readonly Finding[]): void;
  onLive(edits: readonly Edit[], live: readonly LiveAnswer[]): void;
  onClash(batches: readonly Batch[]): void;
  /** The server refused for a reason that trying again does not mend; the edits are undone. */
  onRefused(error: RequestRefused): void;
}

const RETRY_MS = { first: 500, longest: 5000 };
const ATTEMPTS = 3;

export const revisionNumber = (revision: string | null): number => Number(revision?.replace(/^r/, "") ?? 0);

/** One open drawing's way to the server and back. Close it when another is opened. */
export class DrawingSync {
  id: TopologyId | null;
  revision: string | null;
  #base: TopologyDocument;
  #sending: readonly Batch[] = [];
  #queue: Batch[] = [];
  #remote: RemoteChange[] = [];
  #isBusy = false;
  #isClosed = false;
  #retryMs = RETRY_MS.first;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #settled: (() => void)[] = [];
  readonly #key = newKey();
  readonly #listener: SyncListener;

  /** @param id null for a drawing the server does not have yet: the first edit, or `ensure`, creates it. */
  constructor(
    document: TopologyDocument,
    id: TopologyId | null,
    revision: string | null,
    listener: SyncListener,
  ) {
    this.#base = document;
    this.id = id;
    this.revision = revision;
    this.#listener = listener;
  }

  /** Queue a step; the caller has applied it to what is shown. */
  push(batch: Batch): void {
    this.#queue.push(batch);
    this.#flushSoon();
  }

  get hasPending(): boolean {
    return this.#queue.length + this.#sending.length > 0;
  }

  /** Wait until the server has everything, creating the drawing when it does not know it. */
  async ensure(): Promise<{ id: TopologyId; revision: string }> {
    if (!this.id || this.hasPending) {
      const settled = new Promise<void>((resolve) => this.#settled.push(resolve));
      this.#flushSoon();
      await settled;
    }
    if (!this.id || !this.revision || this.#retryTimer !== undefined)
      throw new RequestRefused({ title: "The drawing could not be saved", status: 0, code: "unreachable" });
    return { id: this.id, revision: this.revision };
  }

  /** Somebody made the next revision; our own echo is known by its number. */
  takeRemote(change: RemoteChange): void {
    this.#remote.push(change);
    if (!this.#isBusy) void this.#takeWaitingRemotes();
  }

  /** Read the document anew: the way from our revision to the latest is not known. */
  async reload(): Promise<void> {
    const answer = await request<TopologyDocument>("GET", `/topologies/${this.id}`);
    if (this.#isClosed) return;
    const { kept, clashing } = rebase(answer.body, [...this.#sending, ...this.#queue], []);
    this.#base = answer.body;
    this.revision = answer.revision;
    this.#sending = [];
    this.#queue = [...kept];
    this.#show();
    this.#listener.onSaved(this.id as string, answer.revision ?? "");
    if (clashing.length) this.#listener.onClash(clashing);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
  }

  #flushSoon(): void {
    // A microtask later: what a gesture did in one go travels in one request.
    queueMicrotask(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    if (this.#isBusy || this.#isClosed) return;
    if (this.id && this.#queue.length === 0) {
      this.#settle();
      return;
    }
    this.#isBusy = true;
    this.#listener.onSave("saving");
    try {
      if (!this.id) await this.#create();
      this.#sending = this.#queue;
      this.#queue = [];
      await this.#send();
      this.#retryMs = RETRY_MS.first;
      this.#listener.onSave("saved");
    } catch (error) {
      await this.#recover(error);
    } finally {
      this.#isBusy = false;
    }
    await this.#takeWaitingRemotes();
    if (this.#queue.length && this.#retryTimer === undefined) this.#flushSoon();
    else this.#settle();
  }

  async #create(): Promise<void> {
    const answer = await request<{ id: TopologyId; revision: string; findings: readonly Finding[] }>(
      "POST",
      "/topologies",
      { body: this.#base, idempotencyKey: this.#key },
    );
    this.id = answer.body.id;
    this.revision = answer.body.revision;
    this.#listener.onSaved(this.id, this.revision);
    this.#listener.onFindings(answer.body.findings);
  }

  async #send(): Promise<void> {
    for (let attempt = 1; this.#sending.length; attempt++) {
      const edits = squash(this.#sending.flatMap((batch) => batch.edits));
      const label = this.#sending.at(-1)?.label ?? "";
      try {
        const { body } = await request<Edited>("POST", `/topologies/${this.id}/edits`, {
          body: { edits, label: label.slice(0, 200) },
          revision: this.revision,
        });
        this.#base = tried(this.#base, edits) ?? this.#base;
        this.#sending = [];
        this.revision = body.revision;
        this.#listener.onSaved(this.id as string, body.revision);
        if (this.#queue.length === 0) this.#listener.onFindings(body.findings);
        this.#listener.onLive(edits, body.live);
      } catch (error) {
        if (!(error instanceof RequestRefused) || error.status !== 412 || attempt >= ATTEMPTS) throw error;
        this.#rebase((error.problem.edits ?? []) as readonly Edit[], String(error.problem.current));
      }
    }
  }

  #rebase(theirs: readonly Edit[], revision: string): void {
    const base = tried(this.#base, theirs);
    if (!base)
      throw new RequestRefused({ title: "The drawing has changed too much", status: 409, code: "reload" });
    this.#base = base;
    this.revision = revision;
    const first = rebase(base, this.#sending, theirs);
    const then = rebase(first.document, this.#queue, theirs);
    this.#sending = first.kept;
    this.#queue = [...then.kept];
    this.#show();
    const clashing = [...first.clashing, ...then.clashing];
    if (clashing.length) this.#listener.onClash(clashing);
  }

  async #recover(error: unknown): Promise<void> {
    if (!(error instanceof RequestRefused)) throw error;
    const { status } = error;
    if (status === 0 || status === 401 || status === 429 || status >= 500) {
      this.#queue = [...this.#sending, ...this.#queue];
      this.#sending = [];
      this.#listener.onSave("unreachable");
      this.#retryLater();
      return;
    }
    this.#sending = [];
    if (status === 404 || status === 410) this.#queue = [];
    if (error.code !== "reload") this.#listener.onRefused(error);
    if (this.id && status !== 404 && status !== 410) {
      await this.reload().catch(() => this.#retryLater());
    } else this.#show();
    this.#listener.onSave("saved");
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(
      () => {
        this.#retryTimer = undefined;
        void this.#flush();
      },
      this.#retryMs * (0.75 + Math.random() / 2),
    );
    this.#retryMs = Math.min(RETRY_MS.longest, this.#retryMs * 2);
  }

  async #takeWaitingRemotes(): Promise<void> {
    const changes = this.#remote.splice(0);
    for (const change of changes) {
      const [theirs, ours] = [revisionNumber(change.revision), revisionNumber(this.revision)];
      if (theirs <= ours) continue;
      if (theirs > ours + 1 || !tried(this.#base, change.edits)) return this.reload().catch(() => undefined);
      this.#rebase(change.edits, change.revision);
      this.#listener.onSaved(this.id as string, change.revision);
    }
    return undefined;
  }

  #show(): void {
    const pending = [...this.#sending, ...this.#queue].flatMap((batch) => batch.edits);
    this.#listener.onDocument(tried(this.#base, pending) ?? this.#base);
  }

  #settle(): void {
    for (const resolve of this.#settled.splice(0)) resolve();
  }
}
