// Makes the edits that move things about: places, process boxes, copies, and the swap of patterns.
import { draftRemoval, freshId, snapped } from "./drafting";
import type { Edit } from "./edits";
import {
  EXTERNAL,
  type LinkDocument,
  type LinkId,
  linksOf,
  MAIN_PROCESS,
  type NodeDocument,
  type NodeId,
  nodeOf,
  nodesOf,
  type Place,
  type ProcessId,
  processesOf,
  type SocketRef,
  socketAt,
  splitRef,
  type TopologyDocument,
} from "./topology";

/** Put nodes at places (flow px). */
export function draftMove(places: ReadonlyMap<NodeId, Place>): readonly Edit[] {
  return [...places].map(([id, place]) => ({
    kind: "set",
    path: ["nodes", id, "at"],
    value: snapped(place),
  }));
}

/** Move nodes by so much. */
export function draftNudge(
  document: TopologyDocument,
  ids: readonly NodeId[],
  dx: number,
  dy: number,
): readonly Edit[] {
  const places = ids.map((id): [NodeId, Place] => {
    const [x, y] = nodesOf(document)[id]?.at ?? [0, 0];
    return [id, [x + dx, y + dy]];
  });
  return draftMove(new Map(places));
}

/** Put nodes into a process box; null takes them out, to the main process. External nodes belong to none. */
export function draftProcess(
  document: TopologyDocument,
  ids: readonly NodeId[],
  process: ProcessId | null,
): readonly Edit[] {
  const edits: Edit[] = [];
  const wanted =
    process === MAIN_PROCESS && !Object.hasOwn(processesOf(document), MAIN_PROCESS) ? null : process;
  for (const id of ids) {
    const node = nodesOf(document)[id];
    if (!node || node.behaviour === EXTERNAL || (node.process ?? null) === wanted) continue;
    edits.push(
      wanted === null
        ? { kind: "unset", path: ["nodes", id, "process"] }
        : { kind: "set", path: ["nodes", id, "process"], value: wanted },
    );
  }
  return edits;
}

/** A new process box around these nodes. */
export function draftNewProcess(
  document: TopologyDocument,
  ids: readonly NodeId[],
): { edits: readonly Edit[]; id: ProcessId } {
  const id = freshId({ ...processesOf(document), [MAIN_PROCESS]: 0 }, "process");
  const box: Edit = { kind: "set", path: ["processes", id], value: {} };
  return { id, edits: [box, ...draftProcess(document, ids, id)] };
}

/** What was copied: a document of its own, so that it can be pasted anywhere that takes text. */
export function fragment(document: TopologyDocument, nodes: readonly NodeId[]): TopologyDocument {
  const chosen = new Set(nodes);
  const part = <T>(all: Readonly<Record<string, T>>, keep: (id: string, item: T) => boolean) =>
    Object.fromEntries(Object.entries(all).filter(([id, item]) => keep(id, item)));
  const kept = part(nodesOf(document), (id) => chosen.has(id));
  const processes = new Set(Object.values(kept).map((node) => node.process));
  return {
    format: document.format,
    name: document.name,
    processes: part(processesOf(document), (id) => processes.has(id)),
    nodes: kept,
    links: part(
      linksOf(document),
      (_, { connect, bind }) => chosen.has(nodeOf(connect)) && chosen.has(nodeOf(bind)),
    ),
  };
}

/** Read text as a topology or a part of one; undefined when it is neither. */
export function readFragment(text: string): TopologyDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value && typeof value === "object" && "format" in value && "nodes" in value)
      return value as TopologyDocument;
  } catch {
    // Not JSON: somebody's other clipboard.
  }
  return undefined;
}

/** Put a copy of `part` into the drawing under fresh ids, its top left at `at` (or a little beside the original). */
export function draftPaste(
  document: TopologyDocument,
  part: TopologyDocument,
  at?: Place,
): { edits: readonly Edit[]; nodes: readonly NodeId[] } {
  const shift = shiftTo(part, at);
  const taken: Record<string, unknown> = { ...nodesOf(document) };
  const names = new Map<NodeId, NodeId>();
  const edits: Edit[] = [];
  for (const [id, process] of Object.entries(processesOf(part)))
    if (!Object.hasOwn(processesOf(document), id))
      edits.push({ kind: "set", path: ["processes", id], value: process as never });
  for (const [id, node] of Object.entries(nodesOf(part))) {
    const fresh = freshId(taken, withoutNumber(id));
    taken[fresh] = node;
    names.set(id, fresh);
    edits.push({ kind: "set", path: ["nodes", fresh], value: shifted(node, shift) as never });
  }
  const links: Record<string, unknown> = { ...linksOf(document) };
  for (const link of Object.values(linksOf(part))) {
    const copy = renamed(link, names);
    const id = freshId(links, `${nodeOf(copy.connect)}-${nodeOf(copy.bind)}`);
    links[id] = copy;
    edits.push({ kind: "set", path: ["links", id], value: copy as never });
  }
  return { edits, nodes: [...names.values()] };
}

const withoutNumber = (id: string): string => id.replace(/-\d+$/, "");

function shiftTo(part: TopologyDocument, at?: Place): Place {
  if (!at) return [40, 40];
  const places = Object.values(nodesOf(part)).map((node) => node.at ?? [0, 0]);
  return [at[0] - Math.min(...places.map(([x]) => x)), at[1] - Math.min(...places.map(([, y]) => y))];
}

function shifted(node: NodeDocument, [dx, dy]: Place): NodeDocument {
  const [x, y] = node.at ?? [0, 0];
  return { ...node, at: snapped([x + dx, y + dy]) };
}

function renamed(link: LinkDocument, names: ReadonlyMap<NodeId, NodeId>): LinkDocument {
  const rename = (ref: SocketRef) => {
    const [node, socket] = splitRef(ref);
    return `${names.get(node) ?? node}.${socket}`;
  };
  const { via: _, ...rest } = link;
  return { ...rest, connect: rename(link.connect), bind: rename(link.bind) };
}

/** Take nodes away and leave nothing that hangs on them; for cut. */
export const draftCut = (document: TopologyDocument, nodes: readonly NodeId[]): readonly Edit[] =>
  draftRemoval(document, { nodes });

const SWAPS: Readonly<Record<string, readonly [own: string, peer: string, label: string]>> = {
  PUSH: ["PUB", "SUB", "Swap to PUB and SUB"],
  PUB: ["PUSH", "PULL", "Swap to PUSH and PULL"],
};

/**
 * Change a sender and all its receivers from PUSH and PULL to PUB and SUB, or back, in one step.
 *
 * New SUBs subscribe to everything; what no longer has a meaning is taken away.
 */
export function draftSwap(
  document: TopologyDocument,
  ref: SocketRef,
): { label: string; edits: readonly Edit[] } | undefined {
  const swap = SWAPS[socketAt(document, ref)?.type ?? ""];
  const peers = swap ? peersOf(document, ref) : [];
  if (!swap || peers.length === 0) return undefined;
  const [own, peer, label] = swap;
  const edits: Edit[] = [setType(ref, own)];
  for (const each of peers) {
    edits.push(setType(each, peer));
    const [node, socket] = splitRef(each);
    const path = ["nodes", node, "sockets", socket, "subscriptions"];
    const has = socketAt(document, each)?.subscriptions !== undefined;
    if (peer === "SUB" && !has) edits.push({ kind: "set", path, value: [""] });
    if (peer === "PULL" && has) edits.push({ kind: "unset", path });
  }
  return { label, edits };
}

function setType(ref: SocketRef, type: string): Edit {
  const [node, socket] = splitRef(ref);
  return { kind: "set", path: ["nodes", node, "sockets", socket, "type"], value: type };
}

function peersOf(document: TopologyDocument, ref: SocketRef): readonly SocketRef[] {
  return Object.values(linksOf(document)).flatMap(({ connect, bind }) =>
    connect === ref ? [bind] : bind === ref ? [connect] : [],
  );
}

/** Links of a node, in drawing order. */
export function linksOfNode(document: TopologyDocument, node: NodeId): readonly LinkId[] {
  return Object.entries(linksOf(document))
    .filter(([, { connect, bind }]) => nodeOf(connect) === node || nodeOf(bind) === node)
    .map(([id]) => id);
}
