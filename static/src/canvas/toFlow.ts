// The drawing as React Flow and the geometry want it; what did not change keeps its object.

import type { Edge, Node } from "@xyflow/react";
import { behaviourOf, type Catalogue, lanesOf, typeOf } from "../model/catalogue";
import { whyHalfSeen } from "../model/halfSeen";
import { type Kind, mechanismOf } from "../model/security";
import {
  EXTERNAL,
  endpointOf,
  type LinkDocument,
  linksOf,
  type NodeDocument,
  nodeLabel,
  nodesOf,
  type ProcessDocument,
  processesOf,
  processLabel,
  type SocketDocument,
  schemeOf,
  socketRef,
  socketsOf,
  splitRef,
  type TopologyDocument,
} from "../model/topology";
import { CARD_WIDTH, HEADER_HEIGHT, ROW_HEIGHT } from "./measures";
import { bareText, parameterText, socketText } from "./rowText";
import type { Box, Lane, LinkShape, Side, SocketShape } from "./shapes";

export interface SocketRow {
  readonly id: string;
  readonly type: string;
  readonly text: string;
  readonly bare: string | undefined;
  /** The mechanism, where it is not NULL. */
  readonly lock: Kind | undefined;
}

export type CardData = {
  readonly label: string;
  readonly behaviour: string;
  readonly icon: string;
  readonly parameter: string;
  readonly rows: readonly SocketRow[];
  readonly isExternal: boolean;
  readonly isOff: boolean;
  readonly replicas: number;
};

export type ProcessData = {
  readonly label: string;
  readonly replicas: number;
  readonly members: readonly string[];
};

export type LinkData = { readonly label: string; readonly isOff: boolean };

export type CardNode = Node<CardData, "card">;
export type ProcessNode = Node<ProcessData, "process">;
export type FlowNode = CardNode | ProcessNode;
export type LinkEdge = Edge<LinkData, "link">;

/** One node of the document with all that is derived from it. */
export interface Card {
  readonly source: NodeDocument;
  readonly binds: string;
  readonly catalogue: Catalogue;
  readonly at: readonly [number, number];
  readonly height: number;
  readonly process: string | undefined;
  readonly sockets: readonly SocketShape[];
  readonly data: CardData;
}

/** Node ids and process ids may be equal; on the canvas they are told apart by this. */
export const PROCESS_PREFIX = "process:";

interface Link {
  readonly source: LinkDocument;
  readonly key: string;
  readonly shape: LinkShape;
  readonly edge: LinkEdge;
}

interface Process {
  readonly source: ProcessDocument;
  readonly key: string;
  readonly data: ProcessData;
}

export interface Drawing {
  readonly cards: ReadonlyMap<string, Card>;
  readonly links: ReadonlyMap<string, Link>;
  readonly processes: ReadonlyMap<string, Process>;
  readonly shapes: readonly LinkShape[];
  readonly edges: readonly LinkEdge[];
}

export const NOTHING_DRAWN: Drawing = {
  cards: new Map(),
  links: new Map(),
  processes: new Map(),
  shapes: [],
  edges: [],
};

/** Types that drop a message for a full peer, where others wait. */
const DROPPING: readonly string[] = ["PUB", "XPUB", "ROUTER", "RADIO"];
const SIDES: readonly string[] = ["left", "right", "top", "bottom"] satisfies Side[];

export function cardHeight(sockets: number): number {
  return HEADER_HEIGHT + sockets * ROW_HEIGHT;
}

function socketShape(catalogue: Catalogue, node: string, id: string, socket: SocketDocument): SocketShape {
  const type = typeOf(catalogue, socket.type);
  const side = SIDES.includes(socket.side ?? "") ? (socket.side as Side) : undefined;
  return { id, key: socketRef(node, id), sends: type?.sends ?? true, receives: type?.receives ?? true, side };
}

function makeCard(catalogue: Catalogue, id: string, node: NodeDocument, binds: string): Card {
  const sockets = Object.entries(socketsOf(node));
  const isBinding = (role: string) => binds.includes(` ${role} `);
  const behaviour = node.behaviour ?? (node.part ? "part" : "");
  return {
    source: node,
    binds,
    catalogue,
    at: node.at ?? [0, 0],
    height: cardHeight(sockets.length),
    process: node.behaviour === EXTERNAL ? undefined : node.process,
    sockets: sockets.map(([role, socket]) => socketShape(catalogue, id, role, socket)),
    data: {
      label: nodeLabel(id, node),
      behaviour,
      icon: behaviourOf(catalogue, behaviour)?.icon ?? behaviour,
      parameter: parameterText(node),
      rows: sockets.map(([role, socket]) => ({
        id: role,
        type: socket.type,
        text: socketText(role, socket, isBinding(role)),
        bare: bareText(socket),
        lock: mechanismOf(socket),
      })),
      isExternal: node.behaviour === EXTERNAL,
      isOff: node.enabled === false,
      replicas: node.replicas ?? 1,
    },
  };
}

/** Roles on which a link binds, by node, as a text that is compared whole: " in out ". */
function bindings(document: TopologyDocument): Map<string, string> {
  const binds = new Map<string, string>();
  for (const { bind } of Object.values(linksOf(document))) {
    const [node, role] = splitRef(bind);
    const known = binds.get(node) ?? " ";
    if (!known.includes(` ${role} `)) binds.set(node, `${known}${role} `);
  }
  return binds;
}

function drawCards(document: TopologyDocument, catalogue: Catalogue, previous: Drawing): Map<string, Card> {
  const binds = bindings(document);
  const cards = new Map<string, Card>();
  for (const [id, node] of Object.entries(nodesOf(document))) {
    const known = previous.cards.get(id);
    const bound = binds.get(id) ?? "";
    const stays = known?.source === node && known.binds === bound && known.catalogue === catalogue;
    cards.set(id, known && stays ? known : makeCard(catalogue, id, node, bound));
  }
  return cards;
}

function makeLink(
  document: TopologyDocument,
  catalogue: Catalogue,
  id: string,
  link: LinkDocument,
): Link | undefined {
  const [connectNode, connectRole] = splitRef(link.connect);
  const [bindNode, bindRole] = splitRef(link.bind);
  const nodes = nodesOf(document);
  const connect = nodes[connectNode];
  const bind = nodes[bindNode];
  const connectType = connect?.sockets?.[connectRole]?.type;
  const bindType = bind?.sockets?.[bindRole]?.type;
  if (!connect || !bind || !connectType || !bindType) return undefined;
  const scheme = schemeOf(endpointOf(document, link)[1]);
  const lanes = lanesOf(catalogue, connectType, bindType);
  const isOff = link.enabled === false || connect.enabled === false || bind.enabled === false;
  const shape: LinkShape = {
    id,
    connect: { node: connectNode, socket: connectRole, key: link.connect },
    bind: { node: bindNode, socket: bindRole, key: link.bind },
    // Types that cannot talk still have a wire, so that the finding has a place.
    lanes: lanes.length ? lanes : ["to_bind"],
    isJoined: scheme === "inproc",
    hasConnectQueue: connect.behaviour !== EXTERNAL,
    hasBindQueue: bind.behaviour !== EXTERNAL,
    drops: laneOfSender(connectType, bindType, (type) => DROPPING.includes(type)),
    filters: laneOfSender(
      connectType,
      bindType,
      // Over udp nobody tells a RADIO what it joined: the DISH throws away.
      (type) => type === "PUB" || type === "XPUB" || (type === "RADIO" && scheme !== "udp"),
      (receiver) => {
        const subscriber = receiver === "connect" ? connect.sockets?.[connectRole] : bind.sockets?.[bindRole];
        return (
          subscriber?.type === "DISH" ||
          (subscriber?.type === "SUB" && !subscriber.subscriptions?.includes(""))
        );
      },
    ),
    isHalfSeen: whyHalfSeen(document, catalogue, id) !== undefined,
    via: (link.via ?? []).map(([x, y]) => ({ x, y })),
  };
  const label = `${connectType} ${nodeLabel(connectNode, connect)} connects to ${bindType} ${nodeLabel(bindNode, bind)}${isOff ? ", off" : ""}`;
  const edge: LinkEdge = {
    id,
    type: "link",
    source: connectNode,
    sourceHandle: connectRole,
    target: bindNode,
    targetHandle: bindRole,
    // A group, not React Flow's picture: a picture would hide the path inside, which takes the focus.
    ariaRole: "group",
    ariaLabel: `Link ${id}`,
    data: { label, isOff },
  };
  return { source: link, key: linkKey(shape, edge), shape, edge };
}

/** The lane that a socket of some type sends on, when it is at one of the ends. */
function laneOfSender(
  connectType: string,
  bindType: string,
  isSuch: (type: string) => boolean,
  andReceiver: (end: "connect" | "bind") => boolean = () => true,
): Lane | undefined {
  if (isSuch(connectType) && andReceiver("bind")) return "to_bind";
  return isSuch(bindType) && andReceiver("connect") ? "to_connect" : undefined;
}

function linkKey(shape: LinkShape, edge: LinkEdge): string {
  return `${edge.data?.label}|${shape.lanes}|${shape.isJoined}|${shape.hasConnectQueue}|${shape.hasBindQueue}|${shape.filters}|${shape.isHalfSeen}`;
}

function drawLinks(document: TopologyDocument, catalogue: Catalogue, previous: Drawing): Map<string, Link> {
  const links = new Map<string, Link>();
  for (const [id, link] of Object.entries(linksOf(document))) {
    const made = makeLink(document, catalogue, id, link);
    if (!made) continue;
    const known = previous.links.get(id);
    const stays = known?.source === link && known.key === made.key;
    links.set(id, known && stays ? known : made);
  }
  return links;
}

function drawProcesses(
  document: TopologyDocument,
  cards: ReadonlyMap<string, Card>,
  previous: Drawing,
): Map<string, Process> {
  const members = new Map<string, string[]>();
  for (const [id, { process }] of cards) {
    if (!process) continue;
    const list = members.get(process);
    if (list) list.push(id);
    else members.set(process, [id]);
  }
  const processes = new Map<string, Process>();
  for (const [id, list] of members) {
    const source = processesOf(document)[id] ?? NO_PROCESS;
    const key = list.join(" ");
    const known = previous.processes.get(id);
    const stays = known?.source === source && known.key === key;
    const data = { label: processLabel(id, source), replicas: source.replicas ?? 1, members: list };
    processes.set(id, known && stays ? known : { source, key, data });
  }
  return processes;
}

const NO_PROCESS: ProcessDocument = Object.freeze({});

function unchanged<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return before.length === now.length && before.every((item, i) => item === now[i]) ? before : now;
}

/** Derives everything the canvas draws. Unchanged nodes, links and lists are the same objects as before. */
export function toFlow(document: TopologyDocument, catalogue: Catalogue, previous = NOTHING_DRAWN): Drawing {
  const cards = drawCards(document, catalogue, previous);
  const links = drawLinks(document, catalogue, previous);
  const all = [...links.values()];
  return {
    cards,
    links,
    processes: drawProcesses(document, cards, previous),
    shapes: unchanged(
      previous.shapes,
      all.map((link) => link.shape),
    ),
    edges: unchanged(
      previous.edges,
      all.map((link) => link.edge),
    ),
  };
}

export function cardNode(id: string, card: Card): CardNode {
  return {
    id,
    type: "card",
    position: { x: card.at[0], y: card.at[1] },
    data: card.data,
    width: CARD_WIDTH,
    height: card.height,
    zIndex: 10,
  };
}

export function processNode(id: string, data: ProcessData, box: Box): ProcessNode {
  return {
    id: PROCESS_PREFIX + id,
    type: "process",
    position: { x: box.x, y: box.y },
    data,
    width: box.width,
    height: box.height,
    zIndex: -1,
    dragHandle: ".process-title",
    connectable: false,
    // Its inside is the canvas: only the title is to be taken hold of, and a box selection never takes it along.
    selectable: false,
    style: { pointerEvents: "none" },
  };
}
