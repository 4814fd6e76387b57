// The run of the open drawing: its state, its processes and nodes, the endpoints really bound.
import { create } from "zustand";
import { type Books, type RunBooks, totalOf } from "../model/telemetry";
import type { EndpointId, LinkId, NodeId, ProcessId, SocketRef, TopologyId } from "../model/topology";
import type { LinkState } from "../wire/live";

export type RunId = string;
export type RunState = "none" | "starting" | "running" | "paused" | "stopping" | "ended" | "failed";
export type NodeRunState = "starting" | "running" | "stopped" | "failed" | "waiting";

export interface NodeRun {
  readonly id: NodeId;
  readonly replica: number;
  readonly state: NodeRunState;
  readonly error: string | null;
}

export interface ProcessRun {
  readonly id: ProcessId;
  readonly replica: number;
  readonly pid: number | null;
  readonly state: string;
  readonly last_words: string | null;
}

/** A program outside that took the place of an external node. */
export interface ExternalPeer {
  readonly node: NodeId;
  readonly socket: string;
  readonly peer: string;
  readonly what: string;
}

/** A run as GET /runs/{id} gives it. */
export interface RunView {
  readonly id: RunId;
  readonly topology: TopologyId;
  readonly revision: string;
  readonly state: RunState;
  readonly t_s: number;
  readonly books: RunBooks | null;
  readonly processes: readonly ProcessRun[];
  readonly nodes: readonly NodeRun[];
  /** "node.socket#replica" → endpoint → address. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<EndpointId, string>>>>;
  readonly error?: string | null;
  /** Why, by link whose handshake was refused. */
  readonly refused?: Readonly<Record<LinkId, string>>;
}

export interface RunStoreState {
  readonly run: RunId | null;
  readonly topology: TopologyId | null;
  readonly state: RunState;
  readonly error: string | null;
  readonly books: Books | null;
  readonly processes: readonly ProcessRun[];
  /** Replicas by node. */
  readonly nodes: ReadonlyMap<NodeId, readonly NodeRun[]>;
  /** Addresses really bound, by "node.socket" (first replica) and endpoint. */
  readonly endpoints: ReadonlyMap<SocketRef, Readonly<Record<EndpointId, string>>>;
  readonly externals: ReadonlyMap<NodeId, ExternalPeer>;
  /** Links whose handshake was refused, and why; until a peer is let in. */
  readonly refused: ReadonlyMap<LinkId, string>;
  /** The websocket: connected, or since when not and when it tries again. */
  readonly link: LinkState;
}

/** A run that exists and has not ended. */
export const isLive = (state: RunState): boolean =>
  state === "starting" || state === "running" || state === "paused" || state === "stopping";

const NOTHING = {
  run: null,
  topology: null,
  state: "none" as RunState,
  error: null,
  books: null,
  processes: [],
  nodes: new Map(),
  endpoints: new Map(),
  externals: new Map(),
  refused: new Map(),
};

export const useRun = create<RunStoreState>()(() => ({
  ...NOTHING,
  link: { state: "connecting", retryAt: null, code: null },
}));

/** Nothing runs, or something is about to: forget the run before. */
export const forgetRun = (state: RunState = "none"): void => useRun.setState({ ...NOTHING, state });

/** The run as the server sees it now. */
export function takeRun(view: RunView): void {
  const nodes = new Map<NodeId, NodeRun[]>();
  for (const node of view.nodes ?? []) nodes.set(node.id, [...(nodes.get(node.id) ?? []), node]);
  useRun.setState({
    run: view.id,
    topology: view.topology,
    state: view.state,
    error: view.error ?? null,
    books: view.books ? totalOf(view.books) : null,
    processes: view.processes ?? [],
    nodes,
    endpoints: byFirstReplica(view.endpoints ?? {}),
    refused: new Map(Object.entries(view.refused ?? {})),
  });
}

/** The run is over; its books are final. */
export const takeEnd = (books: RunBooks | undefined): void =>
  useRun.setState({ state: "ended", ...(books ? { books: totalOf(books) } : {}) });

export function takeNode(node: NodeRun): void {
  useRun.setState(({ nodes }) => {
    const replicas = nodes.get(node.id) ?? [];
    const others = replicas.filter((each) => each.replica !== node.replica);
    const next = [...others, node].sort((a, b) => a.replica - b.replica);
    return { nodes: new Map(nodes).set(node.id, next) };
  });
}

export function takeProcess(process: ProcessRun): void {
  useRun.setState(({ processes }) => {
    const isThis = (each: ProcessRun) => each.id === process.id && each.replica === process.replica;
    const known = processes.some(isThis);
    return {
      processes: known
        ? processes.map((p) => (isThis(p) ? { ...p, ...process } : p))
        : [...processes, process],
    };
  });
}

export function takeEndpoints(sockets: Readonly<Record<string, Readonly<Record<EndpointId, string>>>>): void {
  useRun.setState(({ endpoints }) => ({ endpoints: new Map([...endpoints, ...byFirstReplica(sockets)]) }));
}

export function takeExternal(peer: ExternalPeer): void {
  useRun.setState(({ externals }) => {
    const next = new Map(externals);
    if (peer.what === "disconnected" || peer.what === "gone") next.delete(peer.node);
    else next.set(peer.node, peer);
    return { externals: next };
  });
}

/** A link's handshake was refused; or, without a reason, a peer was let in. */
export function takeHandshake(link: LinkId, reason: string | null): void {
  useRun.setState(({ refused }) => {
    const next = new Map(refused);
    if (reason === null) next.delete(link);
    else next.set(link, reason);
    return { refused: next };
  });
}

function byFirstReplica(
  sockets: Readonly<Record<string, Readonly<Record<EndpointId, string>>>>,
): Map<SocketRef, Readonly<Record<EndpointId, string>>> {
  const bound = new Map<SocketRef, Readonly<Record<EndpointId, string>>>();
  for (const [key, addresses] of Object.entries(sockets)) {
    const ref = key.split("#", 1)[0] ?? key;
    if (!bound.has(ref)) bound.set(ref, addresses);
  }
  return bound;
}
