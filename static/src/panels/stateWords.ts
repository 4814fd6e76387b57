// The states of pipes in words: what is the matter, and what it means in 0MQ's terms.
import {
  Ban,
  CircleCheck,
  type LucideIcon,
  Pause,
  Plug,
  Redo,
  Rss,
  TriangleAlert,
  Unplug,
  X,
} from "lucide-react";
import { GRAVITY, PipeState } from "../model/telemetry";
import { duration } from "../model/units";

export type Look = "near" | "blocked" | "drop" | "error" | "quiet";

export interface StateSentence {
  readonly title: string;
  readonly text: string;
  readonly look: Look;
  readonly icon: LucideIcon;
}

interface About {
  /** The sender's socket type. */
  readonly type: string;
  readonly blockedMs: number;
}

const SENTENCES: Readonly<Partial<Record<PipeState, (about: About) => StateSentence>>> = {
  [PipeState.near]: () => ({
    title: "Above 80 %.",
    text: "The queue is filling: what comes in is more than what goes out.",
    look: "near",
    icon: TriangleAlert,
  }),
  [PipeState.blocked]: ({ type, blockedMs }) => ({
    title: blockedMs >= 100 ? `Blocked, ${duration(blockedMs)} so far.` : "Blocked.",
    text: `${type} waits for room. Nothing is lost: this is back-pressure.`,
    look: "blocked",
    icon: Pause,
  }),
  [PipeState.passedOver]: ({ type }) => ({
    title: "Full, passed over.",
    text: `${type} passes over a full peer and gives the others more. Nothing is lost.`,
    look: "near",
    icon: Redo,
  }),
  [PipeState.dropping]: ({ type }) => ({
    title: "Dropping.",
    text: `${type} never waits: what finds the send queue full is lost.`,
    look: "drop",
    icon: X,
  }),
  [PipeState.disconnected]: () => ({
    title: "The peer is gone.",
    text: "The connecting side keeps its queue and tries again; the binding side has none without a peer.",
    look: "error",
    icon: Unplug,
  }),
};

/**
 * A sentence for the gravest of the states; undefined when all is well.
 *
 * @param senders states of the pipes that a socket's send puts messages into.
 * @param receivers states of those the wire fills: a full one holds the wire, not yet the sender.
 */
export function stateSentence(
  senders: readonly PipeState[],
  receivers: readonly PipeState[],
  about: About,
): StateSentence | undefined {
  const known = SENTENCES[gravestOf(senders)]?.(about);
  if (known) return known;
  const receiving = gravestOf(receivers);
  return receiving === PipeState.blocked || receiving === PipeState.passedOver
    ? WIRE_WAITS
    : SENTENCES[receiving]?.(about);
}

const WIRE_WAITS: StateSentence = {
  title: "The receive queue is full.",
  text: "What follows waits on the wire, then in the send queue. Nothing is lost.",
  look: "blocked",
  icon: Pause,
};

const gravestOf = (states: readonly PipeState[]): PipeState =>
  states.reduce<PipeState>(
    (worst, state) => ((GRAVITY[state] ?? -1) > (GRAVITY[worst] ?? -1) ? state : worst),
    PipeState.none,
  );

export const STATE_WORDS: Readonly<Record<PipeState, string>> = {
  [PipeState.idle]: "idle",
  [PipeState.flowing]: "flowing",
  [PipeState.near]: "above 80 %",
  [PipeState.blocked]: "blocked",
  [PipeState.passedOver]: "full, passed over",
  [PipeState.dropping]: "dropping",
  [PipeState.disconnected]: "peer gone",
  [PipeState.none]: "no pipe",
};

export const STATE_LOOKS: Readonly<Record<PipeState, Look>> = {
  [PipeState.idle]: "quiet",
  [PipeState.flowing]: "quiet",
  [PipeState.near]: "near",
  [PipeState.blocked]: "blocked",
  [PipeState.passedOver]: "near",
  [PipeState.dropping]: "drop",
  [PipeState.disconnected]: "error",
  [PipeState.none]: "quiet",
};

/** What an event is about, as a picture and a colour. */
export const EVENT_LOOKS: Readonly<Record<string, readonly [icon: LucideIcon, look: Look]>> = {
  blocked: [Pause, "blocked"],
  hwm_reached: [TriangleAlert, "near"],
  dropped: [X, "drop"],
  unrouted: [X, "drop"],
  connected: [Plug, "quiet"],
  accepted: [Plug, "quiet"],
  subscribed: [Rss, "quiet"],
  unsubscribed: [Rss, "quiet"],
  joined: [Rss, "quiet"],
  left: [Rss, "quiet"],
  hwm_left: [CircleCheck, "quiet"],
  unblocked: [CircleCheck, "quiet"],
  disconnected: [Unplug, "error"],
  handshake_failed: [Ban, "error"],
  not_let_in: [Ban, "error"],
  gave_up: [Ban, "error"],
  refused: [Ban, "error"],
  accept_failed: [Ban, "error"],
  close_failed: [TriangleAlert, "near"],
  node_failed: [Ban, "error"],
  process_died: [Ban, "error"],
  bind_failed: [Ban, "error"],
};
