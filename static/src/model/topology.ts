// The drawing as readonly data: the document of record is the plain JSON tree, in the order of the file.

import type { KeyDocument, KeyId, SecurityDocument, TlsDocument } from "./security";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type TopologyId = string;
export type NodeId = string;
export type LinkId = string;
export type ProcessId = string;
export type EndpointId = string;
/** "node.socket". */
export type SocketRef = string;

export type Lane = "to_bind" | "to_connect";
export type LinkSide = "connect" | "bind";
export type Place = readonly [x: number, y: number];

export type Quantity = number | { readonly kind: string; readonly [key: string]: Json };
/** A subscription is text, or bytes written as hex. */
export type Subscription = string | { readonly hex: string };

export interface SocketDocument {
  readonly type: string;
  readonly options?: Readonly<Record<string, Json>>;
  readonly endpoints?: Readonly<Record<EndpointId, string>>;
  readonly subscriptions?: readonly Subscription[];
  /** Groups of a DISH. */
  readonly joins?: readonly string[];
  readonly side?: string;
  readonly security?: SecurityDocument;
  readonly tls?: TlsDocument;
  /** Who it is to its SOCKS5 proxy: a key of kind plain. */
  readonly proxy?: string;
}

export interface NodeDocument {
  readonly label?: string;
  readonly behaviour?: string;
  readonly part?: string;
  readonly process?: ProcessId;
  readonly at?: Place;
  readonly replicas?: number;
  readonly restart?: string;
  readonly enabled?: boolean;
  readonly with?: Readonly<Record<string, Json>>;
  readonly sockets?: Readonly<Record<string, SocketDocument>>;
}

export interface LinkDocument {
  readonly connect: SocketRef;
  readonly bind: SocketRef;
  readonly endpoint?: EndpointId;
  readonly enabled?: boolean;
  readonly via?: readonly Place[];
}

export interface ProcessDocument {
  readonly label?: string;
  readonly replicas?: number;
  readonly host?: string;
}

export interface TopologyDocument {
  readonly format: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly processes?: Readonly<Record<ProcessId, ProcessDocument>>;
  readonly nodes?: Readonly<Record<NodeId, NodeDocument>>;
  readonly links?: Readonly<Record<LinkId, LinkDocument>>;
  readonly keys?: Readonly<Record<KeyId, KeyDocument>>;
}

/** The process of a node that names none. */
export const MAIN_PROCESS: ProcessId = "main";
/** A behaviour outside every process: a program of somebody else. */
export const EXTERNAL = "external";
/** What a bind side has when its document names no endpoint. */
export const DEFAULT_ENDPOINT: readonly [EndpointId, string] = ["main", "tcp"];
/** Where a socket of this type binds when nobody says where: DGRAM knows nothing but udp. */
export const plainAddress = (type: string): string => (type === "DGRAM" ? "udp" : DEFAULT_ENDPOINT[1]);

const NONE = Object.freeze({});

export const nodesOf = (d: TopologyDocument): Readonly<Record<NodeId, NodeDocument>> => d.nodes ?? NONE;
export const linksOf = (d: TopologyDocument): Readonly<Record<LinkId, LinkDocument>> => d.links ?? NONE;
export const processesOf = (d: TopologyDocument): Readonly<Record<ProcessId, ProcessDocument>> =>
  d.processes ?? NONE;
export const socketsOf = (node: NodeDocument): Readonly<Record<string, SocketDocument>> =>
  node.sockets ?? NONE;

export const emptyTopology = (name = "Untitled"): TopologyDocument => ({ format: "glassmq/1", name });

export function isEmpty(document: TopologyDocument): boolean {
  return Object.keys(nodesOf(document)).length === 0;
}

/** Split "node.socket"; a reference without a dot names the node and no socket. */
export function splitRef(ref: SocketRef): readonly [NodeId, string] {
  const dot = ref.indexOf(".");
  return dot < 0 ? [ref, ""] : [ref.slice(0, dot), ref.slice(dot + 1)];
}

export const socketRef = (node: NodeId, socket: string): SocketRef => `${node}.${socket}`;
export const nodeOf = (ref: SocketRef): NodeId => splitRef(ref)[0];

export function socketAt(document: TopologyDocument, ref: SocketRef): SocketDocument | undefined {
  const [node, socket] = splitRef(ref);
  return nodesOf(document)[node]?.sockets?.[socket];
}

/** The process a node runs in, or undefined for one that belongs to none. */
export function processOf(node: NodeDocument): ProcessId | undefined {
  return node.behaviour === EXTERNAL ? undefined : (node.process ?? MAIN_PROCESS);
}

export const nodeLabel = (id: NodeId, node: NodeDocument | undefined): string => node?.label || id;
export const processLabel = (id: ProcessId, process: ProcessDocument | undefined): string =>
  process?.label || id;

/** "orders → work-3", by label, in the direction that the messages go (or connect to bind). */
export function linkLabel(document: TopologyDocument, id: LinkId, towards: Lane = "to_bind"): string {
  const link = linksOf(document)[id];
  if (!link) return id;
  const name = (ref: SocketRef) => nodeLabel(nodeOf(ref), nodesOf(document)[nodeOf(ref)]);
  const [from, to] = towards === "to_bind" ? [link.connect, link.bind] : [link.bind, link.connect];
  return `${name(from)} → ${name(to)}`;
}

/** The endpoint a link uses: the one it names, else the bind socket's first, else the default. */
export function endpointOf(document: TopologyDocument, link: LinkDocument): readonly [EndpointId, string] {
  const endpoints = socketAt(document, link.bind)?.endpoints ?? NONE;
  const entries = Object.entries(endpoints as Record<string, string>);
  const named = entries.find(([id]) => id === link.endpoint);
  const plain = plainAddress(socketAt(document, link.bind)?.type ?? "");
  return named ?? (link.endpoint === undefined ? entries[0] : undefined) ?? [DEFAULT_ENDPOINT[0], plain];
}

/** "tcp" of "tcp://127.0.0.1:5557" and of a bare "tcp". */
export const schemeOf = (address: string): string => address.split("://", 1)[0] ?? address;

export function linksAt(document: TopologyDocument, ref: SocketRef): readonly LinkId[] {
  return Object.entries(linksOf(document))
    .filter(([, link]) => link.connect === ref || link.bind === ref)
    .map(([id]) => id);
}

/** Whether the socket binds: a link binds here, or its document gives it endpoints. */
export function isBinding(document: TopologyDocument, ref: SocketRef): boolean {
  const own = socketAt(document, ref)?.endpoints;
  return (
    Object.values(linksOf(document)).some((link) => link.bind === ref) || (!!own && !!Object.keys(own).length)
  );
}
