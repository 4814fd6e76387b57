// Transports as a person chooses them: which go between two types, which way round, and what an address looks like.
import { type Catalogue, type SocketType, typeOf } from "./catalogue";
import { draftAddress, draftFlip } from "./drafting";
import type { Edit } from "./edits";
import {
  endpointOf,
  type LinkId,
  linksOf,
  type SocketRef,
  schemeOf,
  socketAt,
  type TopologyDocument,
} from "./topology";

/** One choice, by a key of its own: some transports have addresses of two kinds. */
export interface TransportChoice {
  readonly key: string;
  readonly label: string;
  /** What the address is set to. */
  readonly address: string;
  /** Over this transport only the other end can bind. */
  readonly isTurned: boolean;
}

const ABSTRACT = "ipc-abstract";
const MULTICAST = "udp-multicast";

const LABELS: Readonly<Record<string, string>> = {
  tcp: "tcp",
  ipc: "ipc, this machine",
  [ABSTRACT]: "ipc, abstract name",
  inproc: "inproc, one process",
  ws: "ws, WebSocket",
  wss: "wss, WebSocket by TLS",
  udp: "udp, to one",
  [MULTICAST]: "udp, multicast",
};

/** What an address of each transport looks like, in full. */
export const ADDRESS_HINTS: Readonly<Record<string, string>> = {
  tcp: "tcp://127.0.0.1:5555",
  ipc: "ipc:///tmp/name",
  [ABSTRACT]: "ipc://@name",
  inproc: "inproc://name",
  ws: "ws://127.0.0.1:8080/path",
  wss: "wss://127.0.0.1:8443/path",
  udp: "udp://127.0.0.1:5555",
  [MULTICAST]: "udp://interface;group:port",
};

const FIRST_GROUP = "udp://127.0.0.1;239.255.0.1:5555";

/** The key of the choice that an address stands for. */
export function transportOf(address: string): string {
  if (address.startsWith("ipc://@")) return ABSTRACT;
  return isMulticast(address) ? MULTICAST : schemeOf(address);
}

/** Whether an address is a group of 224.0.0.0/4 or ff00::/8: nobody knows who hears what is sent there. */
export function isMulticast(address: string): boolean {
  if (!address.startsWith("udp://")) return false;
  const place = address.slice("udp://".length).split(";").at(-1) ?? "";
  const first = Number(/^(\d+)\./.exec(place)?.[1]);
  return (first >= 224 && first < 240) || /^\[ff/i.test(place);
}

/** Transports over which a socket can bind. */
export function bindingTransports(
  catalogue: Catalogue,
  type: string,
  owner: SocketRef,
): readonly TransportChoice[] {
  return choices(typeOf(catalogue, type)?.binds_over ?? catalogue.transports, [], owner);
}

/** Transports of a link, those too for which its ends have to change places. */
export function linkTransports(
  document: TopologyDocument,
  catalogue: Catalogue,
  id: LinkId,
): readonly TransportChoice[] {
  const link = linksOf(document)[id];
  if (!link) return [];
  const type = (ref: SocketRef) => typeOf(catalogue, socketAt(document, ref)?.type ?? "");
  const [connect, bind] = [type(link.connect), type(link.bind)];
  if (!connect || !bind) return choices(catalogue.transports, [], link.bind);
  const both = (binder: SocketType, connecter: SocketType) =>
    (binder.binds_over ?? []).filter((scheme) => connecter.connects_over?.includes(scheme));
  const straight = both(bind, connect);
  return choices(
    straight,
    both(connect, bind).filter((scheme) => !straight.includes(scheme)),
    link.bind,
  );
}

/** Take a link to another transport, and turn it round where only the other end can bind. */
export function draftTransport(
  document: TopologyDocument,
  id: LinkId,
  choice: TransportChoice,
): readonly Edit[] {
  if (!choice.isTurned) return draftAddress(document, id, choice.address);
  const link = linksOf(document)[id];
  if (!link) return [];
  const [endpoint] = endpointOf(document, { connect: link.bind, bind: link.connect });
  const [node = "", socket = ""] = link.connect.split(".");
  const path = ["nodes", node, "sockets", socket, "endpoints", endpoint];
  return [...draftFlip(document, id), { kind: "set", path, value: choice.address }];
}

function choices(
  straight: readonly string[],
  turned: readonly string[],
  owner: SocketRef,
): readonly TransportChoice[] {
  const all = [
    ...straight.map((scheme) => [scheme, false] as const),
    ...turned.map((scheme) => [scheme, true] as const),
  ];
  return all.flatMap(([scheme, isTurned]) =>
    keysOf(scheme).map((key) => ({
      key,
      label: `${LABELS[key] ?? key}${isTurned ? ", turned round" : ""}`,
      address: addressOf(key, owner),
      isTurned,
    })),
  );
}

function keysOf(scheme: string): readonly string[] {
  if (scheme === "ipc") return ["ipc", ABSTRACT];
  return scheme === "udp" ? ["udp", MULTICAST] : [scheme];
}

function addressOf(key: string, owner: SocketRef): string {
  if (key === ABSTRACT) return `ipc://@${owner}`;
  return key === MULTICAST ? FIRST_GROUP : key;
}
