// Makes the edits of a person's wishes: add a node, join two sockets, take things away. Pure: nothing is applied here.
import { behaviourOf, type Catalogue, lanesOf, mayTalk, refusal } from "./catalogue";
import type { Edit } from "./edits";
import {
  DEFAULT_ENDPOINT,
  EXTERNAL,
  endpointOf,
  isBinding,
  type LinkId,
  linkLabel,
  linksOf,
  MAIN_PROCESS,
  type NodeDocument,
  type NodeId,
  nodeOf,
  nodesOf,
  type Place,
  type ProcessId,
  processesOf,
  processOf,
  type SocketDocument,
  type SocketRef,
  schemeOf,
  socketAt,
  socketRef,
  socketsOf,
  splitRef,
  type TopologyDocument,
} from "./topology";

/** Edits ready to be done, and the id of what they make. */
export interface Draft {
  readonly edits: readonly Edit[];
  readonly id: string;
}

/** Whose behaviour a bare socket from the palette gets, so that it does something when run. */
const NATURAL_BEHAVIOUR: Readonly<Record<string, string>> = {
  PUSH: "generator",
  PUB: "generator",
  PULL: "sink",
  SUB: "sink",
  REQ: "client",
  REP: "echo",
  STREAM: "http-page",
  CLIENT: "client",
  DGRAM: "echo",
  SERVER: "echo",
  RADIO: "generator",
  DISH: "sink",
  SCATTER: "generator",
  GATHER: "sink",
};

/** Who stays put and so binds, most settled first; between equals the side that was there first. */
const SETTLED: readonly string[] = [
  "ROUTER",
  "REP",
  "SERVER",
  "STREAM",
  "DGRAM",
  "XPUB",
  "XSUB",
  "PUB",
  "RADIO",
  "PEER",
  "PAIR",
  "CHANNEL",
];
/** Behaviours that know on which side of a link they stand. */
const SERVING: Readonly<Record<string, readonly string[]>> = { "http-page": ["http"] };
/** The group of RADIO and DISH until another is named. */
const EVERYBODY = "all";
/** Behaviours that come and go, and so connect. */
const ROAMING: readonly string[] = ["worker", "client", "manual", EXTERNAL];

/** Snap to the 10 px of the grid. */
export const snapped = ([x, y]: Place): Place => [Math.round(x / 10) * 10, Math.round(y / 10) * 10];

/** An id nobody has yet: `base`, `base-2`, `base-3` … */
export function freshId(taken: Readonly<Record<string, unknown>>, base: string): string {
  const clean =
    base
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .slice(0, 56) || "node";
  for (let n = 1; ; n++) {
    const id = n === 1 ? clean : `${clean}-${n}`;
    if (!Object.hasOwn(taken, id)) return id;
  }
}

/** A node of this behaviour with the sockets it needs. */
export function draftNode(
  document: TopologyDocument,
  catalogue: Catalogue,
  behaviour: string,
  at: Place,
  process?: ProcessId,
): Draft {
  const roles = behaviourOf(catalogue, behaviour)?.roles ?? [];
  const wanted = roles.filter((role) => !role.optional || (behaviour === "worker" && role.name === "out"));
  const sockets = Object.fromEntries(wanted.map((role) => [role.name, newSocket(role.types[0] ?? "PAIR")]));
  return placed(document, behaviour, behaviour, sockets, at, process);
}

/** A node made for one socket of this type. */
export function draftSocket(
  document: TopologyDocument,
  catalogue: Catalogue,
  type: string,
  at: Place,
  process?: ProcessId,
): Draft {
  const natural = behaviourOf(catalogue, NATURAL_BEHAVIOUR[type]);
  const role = natural?.roles.find((each) => each.types.includes(type));
  const others = natural?.roles.filter((each) => each !== role && !each.optional) ?? [];
  const [behaviour, name] =
    natural && role && others.length === 0 ? [natural.name, role.name] : ["manual", type.toLowerCase()];
  return placed(document, behaviour, type.toLowerCase(), { [name]: newSocket(type) }, at, process);
}

/** A further socket on a node: a role of its behaviour that it lacks, or any type where roles are free. */
export function draftRole(document: TopologyDocument, node: NodeId, role: string, type: string): Draft {
  const id = freshId(socketsOf(nodesOf(document)[node] ?? {}), role);
  return {
    edits: [{ kind: "set", path: ["nodes", node, "sockets", id], value: { ...newSocket(type) } }],
    id,
  };
}

/** A socket as it is first drawn; one that has to ask hears everything, or everybody, until told otherwise. */
export function newSocket(type: string): SocketDocument {
  return { type, ...askedFirst(type) };
}

/** What a new SUB subscribes to, a new DISH joins. */
function askedFirst(type: string): Omit<SocketDocument, "type"> {
  if (type === "SUB") return { subscriptions: [""] };
  return type === "DISH" ? { joins: [EVERYBODY] } : {};
}

/** Edits that let a socket whose type was changed ask for something, if it has to and does not. */
export function asking(document: TopologyDocument, ref: SocketRef, type: string): readonly Edit[] {
  const [node, role] = splitRef(ref);
  const socket = socketAt(document, ref);
  return Object.entries(askedFirst(type)).flatMap(([field, value]): Edit[] =>
    (field === "joins" ? socket?.joins : socket?.subscriptions)?.length
      ? []
      : [{ kind: "set", path: ["nodes", node, "sockets", role, field], value: value as never }],
  );
}

function placed(
  document: TopologyDocument,
  behaviour: string,
  base: string,
  sockets: Readonly<Record<string, SocketDocument>>,
  at: Place,
  process?: ProcessId,
): Draft {
  const id = freshId(nodesOf(document), base);
  const serves = (role: string) => SERVING[behaviour]?.includes(role) ?? false;
  const node: NodeDocument = {
    behaviour,
    ...(process && process !== MAIN_PROCESS && behaviour !== EXTERNAL ? { process } : {}),
    at: snapped(at),
    sockets: Object.fromEntries(
      Object.entries(sockets).map(([role, socket]) => [
        role,
        serves(role) ? { ...socket, endpoints: Object.fromEntries([DEFAULT_ENDPOINT]) } : socket,
      ]),
    ),
  };
  return { edits: [{ kind: "set", path: ["nodes", id], value: node as never }], id };
}

/** Why these two cannot be joined, or undefined when they can. */
export function whyNot(
  document: TopologyDocument,
  catalogue: Catalogue,
  from: SocketRef,
  to: SocketRef,
): string | undefined {
  const [a, b] = [socketAt(document, from), socketAt(document, to)];
  if (!a || !b) return "there is no such socket";
  if (from === to) return "a socket does not talk to itself";
  const areJoined = Object.values(linksOf(document)).some(
    (link) => (link.connect === from && link.bind === to) || (link.connect === to && link.bind === from),
  );
  if (areJoined) return "these two are joined already";
  return mayTalk(catalogue, a.type, b.type) ? undefined : refusal(catalogue, a.type, b.type);
}

/**
 * Join two sockets: who binds is decided here, and an address that both can reach.
 *
 * Two types that cannot talk are joined all the same: the link is drawn with its finding and the fixes, not thrown away.
 */
export function draftLink(document: TopologyDocument, from: SocketRef, to: SocketRef): Draft {
  const [connect, bind] = sides(document, from, to);
  const link: { connect: SocketRef; bind: SocketRef; endpoint?: string } = { connect, bind };
  const edits: Edit[] = [];
  const own = Object.entries(socketAt(document, bind)?.endpoints ?? {});
  const first = own[0];
  if (first && !reaches(document, connect, bind, first[1])) {
    const other = own.find(([, address]) => reaches(document, connect, bind, address));
    const endpoint = other?.[0] ?? freshId(Object.fromEntries(own), "lan");
    link.endpoint = endpoint;
    const [node, socket] = splitRef(bind);
    if (!other)
      edits.push({
        kind: "set",
        path: ["nodes", node, "sockets", socket, "endpoints", endpoint],
        value: "tcp",
      });
  }
  const id = freshId(linksOf(document), `${nodeOf(connect)}-${nodeOf(bind)}`);
  edits.push({ kind: "set", path: ["links", id], value: link });
  return { edits, id };
}

/** Turn a link round: who connected binds now. */
export function draftFlip(document: TopologyDocument, id: LinkId): readonly Edit[] {
  const link = linksOf(document)[id];
  if (!link) return [];
  const edits: Edit[] = [
    { kind: "set", path: ["links", id, "connect"], value: link.bind },
    { kind: "set", path: ["links", id, "bind"], value: link.connect },
  ];
  if (link.endpoint !== undefined) edits.unshift({ kind: "unset", path: ["links", id, "endpoint"] });
  return edits;
}

/** Give a link's endpoint another address, or another transport when it is a bare scheme. */
export function draftAddress(document: TopologyDocument, id: LinkId, address: string): readonly Edit[] {
  const link = linksOf(document)[id];
  if (!link) return [];
  const [node, socket] = splitRef(link.bind);
  const [endpoint] = endpointOf(document, link);
  return [{ kind: "set", path: ["nodes", node, "sockets", socket, "endpoints", endpoint], value: address }];
}

function sides(document: TopologyDocument, from: SocketRef, to: SocketRef): readonly [SocketRef, SocketRef] {
  const weight = (ref: SocketRef) => settledness(document, ref);
  return weight(from) >= weight(to) ? [to, from] : [from, to];
}

function settledness(document: TopologyDocument, ref: SocketRef): number {
  const behaviour = nodesOf(document)[nodeOf(ref)]?.behaviour ?? "";
  const type = socketAt(document, ref)?.type ?? "";
  if (behaviour === EXTERNAL) return -100;
  const byType = SETTLED.includes(type) ? SETTLED.length - SETTLED.indexOf(type) : 0;
  return (isBinding(document, ref) ? 50 : 0) + (ROAMING.includes(behaviour) ? -20 : 0) + byType;
}

/** inproc stays inside one process; everything else goes everywhere on this machine. */
function reaches(document: TopologyDocument, connect: SocketRef, bind: SocketRef, address: string): boolean {
  if (schemeOf(address) !== "inproc") return true;
  const home = (ref: SocketRef) => {
    const node = nodesOf(document)[nodeOf(ref)];
    return node && processOf(node);
  };
  return home(connect) !== undefined && home(connect) === home(bind);
}

/** What a selection is made of, to be taken away together. */
export interface Doomed {
  readonly nodes?: readonly NodeId[];
  readonly links?: readonly LinkId[];
  readonly sockets?: readonly SocketRef[];
  readonly processes?: readonly ProcessId[];
}

/** Take things away: links go with their nodes and sockets; the members of a process box stay. */
export function draftRemoval(document: TopologyDocument, doomed: Doomed): readonly Edit[] {
  const nodes = new Set(doomed.nodes);
  const sockets = (doomed.sockets ?? []).filter((ref) => !nodes.has(nodeOf(ref)));
  const isTaken = (ref: SocketRef) => nodes.has(nodeOf(ref)) || sockets.includes(ref);
  const all = linksOf(document);
  const links = (doomed.links ?? []).filter((id) => {
    const link = all[id];
    return link && !isTaken(link.connect) && !isTaken(link.bind);
  });
  const edits: Edit[] = links.map((id) => ({ kind: "unset", path: ["links", id] }));
  for (const ref of sockets) {
    const [node, socket] = splitRef(ref);
    edits.push({ kind: "unset", path: ["nodes", node, "sockets", socket] });
  }
  for (const id of nodes) edits.push({ kind: "unset", path: ["nodes", id] });
  for (const process of doomed.processes ?? []) edits.push(...withoutProcess(document, process, nodes));
  return edits;
}

function withoutProcess(
  document: TopologyDocument,
  process: ProcessId,
  gone: ReadonlySet<NodeId>,
): readonly Edit[] {
  const leaving = Object.entries(nodesOf(document)).filter(
    ([id, node]) => node.process === process && !gone.has(id),
  );
  const edits: Edit[] = leaving.map(([id]) => ({ kind: "unset", path: ["nodes", id, "process"] }));
  if (Object.hasOwn(processesOf(document), process))
    edits.push({ kind: "unset", path: ["processes", process] });
  return edits;
}

/** The direction messages mainly go on a link: towards the bind side unless they only come from it. */
export function mainLane(
  document: TopologyDocument,
  catalogue: Catalogue,
  id: LinkId,
): "to_bind" | "to_connect" {
  const link = linksOf(document)[id];
  if (!link) return "to_bind";
  const type = (ref: SocketRef) => socketAt(document, ref)?.type ?? "";
  return lanesOf(catalogue, type(link.connect), type(link.bind))[0] ?? "to_bind";
}

/** "orders → work-3": the two nodes in the direction that the messages mainly go. */
export const flowLabel = (document: TopologyDocument, catalogue: Catalogue, id: LinkId): string =>
  linkLabel(document, id, mainLane(document, catalogue, id));

/** Every socket of the drawing, in drawing order. */
export function allSockets(document: TopologyDocument): readonly SocketRef[] {
  return Object.entries(nodesOf(document)).flatMap(([node, { sockets = {} }]) =>
    Object.keys(sockets).map((socket) => socketRef(node, socket)),
  );
}
