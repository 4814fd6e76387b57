// What happened in a run, said in 0MQ's words.

interface Told {
  readonly what: string;
  /** For queues: which end. For connections: the peer. Else the reason. */
  readonly detail: string;
  readonly count: number;
}

const QUEUES: Readonly<Record<string, string>> = {
  send: "send queue",
  receive: "receive queue",
  joined: "joined queue",
};

const queueOf = (detail: string): string => QUEUES[detail] ?? "queue";
const messages = (n: number): string => (n === 1 ? "1 message" : `${n.toLocaleString("en-US")} messages`);

const SENTENCES: Readonly<Record<string, (told: Told) => string>> = {
  hwm_reached: ({ detail }) => `The ${queueOf(detail)} is full: high-water mark reached.`,
  hwm_left: ({ detail }) => `Room again in the ${queueOf(detail)}.`,
  blocked: ({ detail }) =>
    detail === "receive"
      ? "The wire waits: the receive queue is full."
      : `Sending waits: the ${queueOf(detail)} is full.`,
  unblocked: ({ detail }) => (detail === "receive" ? "The wire moves again." : "Sending goes on."),
  dropped: ({ detail, count }) =>
    detail === "receive"
      ? `${messages(count)} dropped at the receiver.`
      : `${messages(count)} dropped: the ${queueOf(detail)} is full, and the sender never waits.`,
  unrouted: ({ detail, count }) => `${messages(count)} went into no queue${detail && `: ${detail}`}.`,
  connected: ({ detail }) => `Connected: ${detail}.`,
  accepted: ({ detail }) => `Accepted a connection${detail && ` from ${detail}`}.`,
  disconnected: ({ detail }) => `Disconnected${detail && `: ${detail}`}.`,
  retried: ({ detail }) => `Tried again${detail && `: ${detail}`}.`,
  subscribed: ({ detail }) => `Subscription added: ${topic(detail)}.`,
  unsubscribed: ({ detail }) => `Subscription removed: ${topic(detail)}.`,
  joined: ({ detail }) => `Group joined: “${lastOf(detail)}”.`,
  left: ({ detail }) => `Group left: “${lastOf(detail)}”.`,
  gave_up: ({ detail }) => `No more attempts to connect${detail && `: ${detail}`}.`,
  refused: ({ detail }) => `Connected, and ignored${detail && `: ${detail}`}.`,
  accept_failed: ({ detail }) => `A connection could not be accepted${detail && `: ${detail}`}.`,
  close_failed: ({ detail }) => `An endpoint was closed and left something behind${detail && `: ${detail}`}.`,
  not_let_in: ({ detail }) => `Not let in${detail && `: ${detail}`}.`,
  bind_failed: ({ detail }) => `Could not bind${detail && `: ${detail}`}.`,
  events_missed: ({ detail }) => `Too much happened at once: ${detail || "some events were not kept"}.`,
  handshake_failed: ({ detail }) => `The handshake failed${detail && `: ${detail}`}.`,
  node_failed: ({ detail }) => `Failed${detail && `: ${detail}`}.`,
  node_stopped: () => "Stopped.",
  process_died: ({ detail }) => `The process died: ${detail}.`,
};

const lastOf = (detail: string): string => detail.split(" · ").at(-1) ?? "";

/** The peer stands before the topic when it is known. */
function topic(detail: string): string {
  const text = lastOf(detail);
  return text ? `“${text}”` : "everything";
}

/** One sentence; an event this page does not know is told by its own name. */
export function eventSentence(told: Told): string {
  const known = SENTENCES[told.what]?.(told);
  if (known) return known.replace(/\.\.$/, ".");
  const words = told.what.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${told.detail && `: ${told.detail}`}.`;
}
