// The run of the open topology: its state, its processes and nodes, the real endpoints; start, pause, stop.
import { create } from "zustand";
import type { Books } from "../model/telemetry";
import type { EndpointId, NodeId, ProcessId, SocketRef, TopologyId } from "../model/topology";

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
  readonly pid: number;
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
  /** Live view of the websocket: connected, or since when not and when it tries again. */
  readonly link: { readonly state: "up" | "down" | "connecting"; readonly retryAt: number | null };
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  setNode(node: NodeId, state: "running" | "stopped"): Promise<void>;
  setProcess(process: ProcessId, state: "running" | "killed"): Promise<void>;
}

/** A run that exists and has not ended. */
export const isLive = (state: RunState): boolean =>
  state === "starting" || state === "running" || state === "paused" || state === "stopping";

const later = async () => {};

export const useRun = create<RunStoreState>()(() => ({
  run: null,
  topology: null,
  state: "none",
  error: null,
  books: null,
  processes: [],
  nodes: new Map(),
  endpoints: new Map(),
  externals: new Map(),
  link: { state: "connecting", retryAt: null },
  start: later,
  pause: later,
  resume: later,
  stop: later,
  setNode: later,
  setProcess: later,
}));
