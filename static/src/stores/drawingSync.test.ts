// A drawing's way to the server: in order, rebased when stale, kept when the server is away.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { applyAll, type Edit } from "../model/edits";
import type { Batch } from "../model/rebase";
import type { TopologyDocument } from "../model/topology";
import { DrawingSync, type SyncListener } from "./drawingSync";

const DRAWING: TopologyDocument = { format: "glassmq/1", name: "One", nodes: { a: { behaviour: "sink" } } };
const rename = (value: string): Edit => ({ kind: "set", path: ["name"], value });
const label = (value: string): Edit => ({ kind: "set", path: ["nodes", "a", "label"], value });

/** The server's side of /topologies, as far as edits need it. */
class Server {
  document: TopologyDocument = DRAWING;
  revision = 1;
  isAway = false;
  requests: { method: string; path: string; body: unknown; base: string | null }[] = [];
  readonly changes: readonly Edit[][] = [];

  /** What somebody else does meanwhile. */
  edit(...edits: Edit[]) {
    this.document = applyAll(this.document, edits).document;
    this.revision += 1;
    (this.changes as Edit[][]).push(edits);
  }

  answer = async (url: string, init: RequestInit): Promise<Response> => {
    if (this.isAway) throw new TypeError("away");
    const headers = init.headers as Record<string, string>;
    const base = headers["If-Match"]?.replaceAll('"', "") ?? null;
    const body: unknown = init.body ? JSON.parse(String(init.body)) : undefined;
    this.requests.push({ method: init.method ?? "GET", path: url.replace("/api/v1", ""), body, base });
    if (init.method === "GET") return json(this.document, 200, { ETag: `"r${this.revision}"` });
    if (url.endsWith("/topologies")) {
      this.document = body as TopologyDocument;
      return json({ id: "t1", revision: "r1", findings: [] }, 201);
    }
    return this.apply(base, (body as { edits: Edit[] }).edits);
  };

  private apply(base: string | null, edits: Edit[]): Response {
    if (base !== `r${this.revision}`) {
      const since = this.changes.slice(Number(base?.slice(1)) - 1).flat();
      return json({ title: "stale", status: 412, current: `r${this.revision}`, edits: since }, 412);
    }
    try {
      this.edit(...edits);
    } catch {
      return json({ title: "missed", status: 422, code: "edit-misses-target" }, 422);
    }
    return json({ revision: `r${this.revision}`, findings: [], live: [] });
  }
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

let server: Server;
let shown: TopologyDocument;
let clashes: Batch[];
let saves: string[];
let refusals: number;

function openSync(id: string | null = "t1"): DrawingSync {
  const listener: SyncListener = {
    onDocument: (document) => {
      shown = document;
    },
    onSaved: () => {},
    onSave: (save) => saves.push(save),
    onFindings: () => {},
    onLive: () => {},
    onClash: (batches) => clashes.push(...batches),
    onRefused: () => {
      refusals += 1;
    },
  };
  return new DrawingSync(DRAWING, id, id && "r1", listener);
}

function push(sync: DrawingSync, ...edits: Edit[]): void {
  shown = applyAll(shown, edits).document;
  sync.push({ label: "Edit", edits });
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  shown = DRAWING;
  clashes = [];
  saves = [];
  refusals = 0;
  vi.stubGlobal("fetch", server.answer);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("edits of one gesture travel in one request, the next ones wait for its answer", async () => {
  const sync = openSync();
  push(sync, rename("a"));
  push(sync, rename("b"));
  await sync.ensure();
  push(sync, label("A"));
  await sync.ensure();
  expect(server.requests.map(({ base, body }) => [base, (body as { edits: Edit[] }).edits])).toEqual([
    ["r1", [rename("b")]],
    ["r2", [label("A")]],
  ]);
  expect(server.document).toEqual(shown);
});

test("a drawing the server does not have is made by the first edit, once", async () => {
  const sync = openSync(null);
  push(sync, rename("mine"));
  expect(await sync.ensure()).toEqual({ id: "t1", revision: "r2" });
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /topologies",
    "POST /topologies/t1/edits",
  ]);
});

test("a stale edit is rebased and tried once more", async () => {
  const sync = openSync();
  server.edit(label("theirs"));
  push(sync, rename("mine"));
  await sync.ensure();
  expect(server.document).toMatchObject({ name: "mine", nodes: { a: { label: "theirs" } } });
  expect(shown).toEqual(server.document);
  expect(clashes).toEqual([]);
});

test("what clashes is given back, and what the other did is shown", async () => {
  const sync = openSync();
  server.edit(rename("theirs"));
  push(sync, rename("mine"));
  await sync.ensure();
  expect(clashes).toEqual([{ label: "Edit", edits: [rename("mine")] }]);
  expect(shown.name).toBe("theirs");
});

test("while the server is away nothing is lost", async () => {
  const sync = openSync();
  server.isAway = true;
  push(sync, rename("mine"));
  await expect(sync.ensure()).rejects.toThrow("could not be saved");
  expect(sync.hasPending).toBe(true);
  expect(saves.at(-1)).toBe("unreachable");
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(server.document.name).toBe("mine");
  expect(saves.at(-1)).toBe("saved");
});

test("an edit the server refuses is undone, with a word", async () => {
  const sync = openSync();
  server.document = { ...DRAWING, nodes: {} };
  push(sync, label("gone"));
  await sync.ensure();
  expect(refusals).toBe(1);
  expect(shown).toEqual(server.document);
});

test("what others do comes in by number; our own echo does nothing", async () => {
  const sync = openSync();
  push(sync, rename("mine"));
  await sync.ensure();
  sync.takeRemote({ revision: "r2", edits: [rename("mine")] });
  server.edit(label("theirs"));
  sync.takeRemote({ revision: "r3", edits: [label("theirs")] });
  expect(sync.revision).toBe("r3");
  expect(shown).toEqual(server.document);
});
