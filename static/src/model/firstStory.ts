// The first minute: which node to slow, when each step has been seen, and the edits that each step proposes.
import { draftSwap } from "./arranging";
import type { Edit } from "./edits";
import {
  linksOf,
  type NodeId,
  nodeLabel,
  nodeOf,
  nodesOf,
  type SocketRef,
  socketAt,
  socketsOf,
  type TopologyDocument,
} from "./topology";

/** One sender that deals to several receivers: the drawing the story is told with. */
export interface Cast {
  readonly sender: SocketRef;
  readonly receivers: readonly NodeId[];
}

/** Milliseconds a message takes a worker that is slow. */
export const SLOW_MS = 400;

export function castOf(document: TopologyDocument): Cast | undefined {
  for (const [id, node] of Object.entries(nodesOf(document))) {
    if (node.behaviour !== "generator") continue;
    for (const role of Object.keys(node.sockets ?? {})) {
      const sender = `${id}.${role}`;
      const receivers = peersOf(document, sender).filter((peer) => canBeSlow(document, peer));
      if (receivers.length >= 2) return { sender, receivers };
    }
  }
  return undefined;
}

function peersOf(document: TopologyDocument, ref: SocketRef): readonly NodeId[] {
  return Object.values(linksOf(document)).flatMap(({ connect, bind }) =>
    connect === ref ? [nodeOf(bind)] : bind === ref ? [nodeOf(connect)] : [],
  );
}

const canBeSlow = (document: TopologyDocument, id: NodeId): boolean =>
  ["sink", "worker"].includes(nodesOf(document)[id]?.behaviour ?? "");

const isSlow = (document: TopologyDocument, id: NodeId): boolean => {
  const ms = nodesOf(document)[id]?.with?.service_ms;
  return typeof ms === "number" && ms >= SLOW_MS / 2;
};

const slowing = (ids: readonly NodeId[]): readonly Edit[] =>
  ids.map((id) => ({ kind: "set", path: ["nodes", id, "with", "service_ms"], value: SLOW_MS }));

/** Whether the drawing begins as the story does: one PUSH that deals work out. */
export function isPipeline(document: TopologyDocument): boolean {
  const cast = castOf(document);
  return cast !== undefined && socketAt(document, cast.sender)?.type === "PUSH";
}

/** What a full queue does in this drawing, by who sends in it. */
export function whenFull(document: TopologyDocument): string {
  const types = Object.values(nodesOf(document)).flatMap((node) =>
    Object.values(socketsOf(node)).map(({ type }) => type),
  );
  const publisher = types.find((type) => type && ["PUB", "XPUB", "RADIO"].includes(type));
  if (publisher)
    return `${publisher} never waits: who is full misses what is sent meanwhile, and each loss is counted.`;
  if (isPipeline(document))
    return "A full worker is passed over; when all are full the sender waits. Nothing is lost.";
  return "A full queue makes its sender wait, or is passed over; what is thrown away is counted, with the reason.";
}

/** What the run shows at this moment. */
export interface Seen {
  readonly isPassedOver: boolean;
  readonly isBlocked: boolean;
  readonly isDropping: boolean;
}

export interface Hint {
  readonly name: "slow-one" | "filling" | "slow-all" | "blocking" | "swap" | "losing" | "doors";
  readonly text: string;
  readonly action?: { readonly label: string; readonly edits: readonly Edit[] };
}

/** The one hint for this moment: a cause to try, or the effect that was waited for. */
export function hintFor(document: TopologyDocument, cast: Cast, seen: Seen): Hint {
  const last = cast.receivers.at(-1) as NodeId;
  const name = nodeLabel(last, nodesOf(document)[last]);
  if (socketAt(document, cast.sender)?.type === "PUB")
    return seen.isDropping
      ? {
          name: "doors",
          text: "PUB never waits; it drops. Click the ✕ on the canvas to ask why. That was the tour: everything you did can be undone.",
        }
      : { name: "losing", text: "The same load, but PUB never waits. Watch the ✕ grow at the sender." };
  const slow = cast.receivers.filter((id) => isSlow(document, id));
  if (slow.length === 0)
    return {
      name: "slow-one",
      text: `Messages are dealt in turn. Now make ${name} slow.`,
      action: { label: `Make ${name} slow`, edits: slowing([last]) },
    };
  if (slow.length < cast.receivers.length)
    return seen.isPassedOver
      ? {
          name: "slow-all",
          text: `${name} is full and passed over. Nothing was lost: PUSH deals to the others. Now slow all of them.`,
          action: { label: "Slow all", edits: slowing(cast.receivers) },
        }
      : {
          name: "filling",
          text: `Its tubes fill: first where ${name} receives, then where the sender keeps them.`,
        };
  if (!seen.isBlocked)
    return { name: "blocking", text: "All are slow now. Watch the sender when the last tube is full." };
  const swap = draftSwap(document, cast.sender);
  return {
    name: "swap",
    text: "The sender is blocked. Still nothing lost: this is back-pressure. What would PUB do?",
    ...(swap ? { action: { label: swap.label, edits: swap.edits } } : {}),
  };
}
