// What a run tells while it runs: pipes by row, their states, counters and totals, as plain data.
import type { Lane, LinkId, LinkSide, NodeId, SocketRef } from "./topology";

/** Which of a lane's queues a row is: the sender's, the receiver's, or the joined one of inproc. */
export type PipeEnd = "send" | "receive" | "joined";

/** One row of the layout: one pipe of one connection, stable for the run. */
export interface PipeRow {
  readonly id: number | string;
  readonly link: LinkId;
  readonly lane: Lane;
  readonly end: PipeEnd;
  readonly side: LinkSide;
  readonly node: NodeId;
  readonly replica: number;
  readonly peer_node: NodeId;
  readonly peer_replica: number;
  readonly socket: string;
}

/** Numbers of the wire; order is by how much a person should look. */
export const PipeState = {
  idle: 0,
  flowing: 1,
  near: 2,
  blocked: 3,
  passedOver: 4,
  dropping: 5,
  disconnected: 6,
  none: 7,
} as const;
export type PipeState = (typeof PipeState)[keyof typeof PipeState];

/** States by weight when several replicas share one tube: the gravest is shown. */
export const GRAVITY: readonly number[] = [0, 1, 2, 6, 3, 5, 4, -1];

/** Reasons for a drop that a pipe counts, in the order of the tier-2 columns. */
export const DROP_REASONS = [
  "hwm",
  "conflated",
  "filtered",
  "stale_reply",
  "malformed_envelope",
  "linger",
  "disconnected",
  "refused",
  "lost_in_transit",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Cumulative counters of one end of a lane, summed over replicas. */
export interface Counters {
  /** accepted at the sender, arrived at the receiver. */
  pushed: number;
  /** taken at the sender, delivered at the receiver. */
  popped: number;
  /** The depth at the very moment of these counters: the books of one moment. */
  queued: number;
  refused: number;
  octets_in: number;
  octets_out: number;
  blocked_ms: number;
  /** NaN when the kernel does not say. */
  kernel_octets: number;
  dropped: Record<DropReason, number>;
}

/** One end of one lane as drawn: replicas summed, the gravest state shown. */
export interface LaneEnd {
  depth: number;
  /** 0: unlimited. */
  hwm: number;
  peak: number;
  /** Messages a second out of this pipe. */
  rate: number;
  state: PipeState;
  /** How many pipes are summed here; 0: there is none. */
  pipes: number;
}

export interface Token {
  readonly link: LinkId;
  readonly lane: Lane;
  /** The connection's name, known to both its ends; empty where there is none. */
  readonly connection: string;
  /** The message's place in its connection, from 1. */
  readonly seq: number;
  readonly octets: number;
  readonly waited_ms: number;
  /** The first octets, as hex. */
  readonly head: string;
  /** Browser time it came, ms. */
  readonly at: number;
  /** Run time of the last frame before it, seconds. */
  readonly t_s: number;
}

export interface Books {
  readonly accepted: number;
  readonly delivered: number | null;
  readonly queued: number;
  readonly in_flight: number | null;
  readonly dropped: number;
  readonly balanced: boolean | null;
  readonly seen: string;
}

/** The books of a whole run, link by link, as the command line prints them. */
export interface RunBooks {
  readonly balanced: boolean | null;
  readonly seen: string;
  readonly links: readonly {
    readonly id: LinkId;
    readonly directions: Readonly<Record<string, LaneBooks>>;
  }[];
}

interface LaneBooks {
  readonly accepted: number;
  readonly delivered: number | null;
  readonly queued: number;
  readonly in_flight: number | null;
  readonly dropped: Readonly<Record<string, number>>;
}

/** All links of a run together; what one foreign end hides is unknown for the whole. */
export function totalOf({ balanced, seen, links }: RunBooks): Books {
  const lanes = links.flatMap(({ directions }) => Object.values(directions));
  const sum = (read: (lane: LaneBooks) => number) => lanes.reduce((total, lane) => total + read(lane), 0);
  const sumKnown = (read: (lane: LaneBooks) => number | null) =>
    lanes.some((lane) => read(lane) === null) ? null : sum((lane) => read(lane) ?? 0);
  return {
    balanced,
    seen,
    accepted: sum((lane) => lane.accepted),
    delivered: sumKnown((lane) => lane.delivered),
    queued: sum((lane) => lane.queued),
    in_flight: sumKnown((lane) => lane.in_flight),
    dropped: sum(({ dropped }) => Object.values(dropped).reduce((total, n) => total + n, 0)),
  };
}

export interface SocketTotals {
  readonly id: SocketRef;
  readonly replica: number;
  readonly offered: number;
  readonly routed: number;
  readonly unrouted: Readonly<Record<string, number>>;
}

export interface NodeTotals {
  readonly id: NodeId;
  readonly replica: number;
  readonly state: string;
  readonly rate_per_s: number;
  readonly blocked_ms: number;
  readonly waiting: null | "send" | "receive";
  readonly word: null | "may send" | "must recv";
}

export interface ProcessTotals {
  readonly id: string;
  readonly pid: number;
  readonly cpu_share: number;
}

export interface Totals {
  readonly t_s: number;
  readonly books: Books;
  readonly sockets: readonly SocketTotals[];
  readonly nodes: readonly NodeTotals[];
  readonly processes: readonly ProcessTotals[];
}
