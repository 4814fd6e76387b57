// Security as a drawing has it: what sockets show and ask for, keys whose secrets are only named, edits of both.
import type { Edit } from "./edits";
import {
  endpointOf,
  isBinding,
  type Json,
  linksAt,
  linksOf,
  nodesOf,
  type SocketDocument,
  type SocketRef,
  schemeOf,
  socketAt,
  socketsOf,
  splitRef,
  type TopologyDocument,
} from "./topology";

export type Mechanism = "null" | "plain" | "curve";
/** What a mechanism's name can be once there is one. */
export type Spoken = Exclude<Mechanism, "null">;
/** What a key is for. */
export type Kind = Spoken | "tls";
export type Role = "client" | "server";
export type KeyId = string;

/** A type, not an interface: so it is a value of JSON too. */
export type SecurityDocument = {
  readonly mechanism: Mechanism;
  readonly role?: Role;
  readonly key?: KeyId;
  readonly server_key?: KeyId;
  readonly allow?: readonly KeyId[];
};

/** What a socket shows where it binds over wss, and whose certificates it believes where it connects. */
export type TlsDocument = {
  readonly key?: KeyId;
  readonly trust?: readonly KeyId[];
};

export type KeyDocument = {
  readonly kind: Kind;
  readonly public?: string;
  readonly username?: string;
  readonly secret?: { readonly env?: string; readonly stored?: string };
};

/** A key that a fix wants on this machine first; its secret is taken from `source`, or made. */
export interface KeyWish {
  readonly name: string;
  readonly kind: Kind;
  readonly source: readonly string[];
}

const NOT_SECURED: SecurityDocument = Object.freeze({ mechanism: "null" });
/** The transport that is inside TLS. */
const SEALED = "wss";
/** On these nobody shakes hands, so no mechanism is spoken. */
const WITHOUT_HANDSHAKE: readonly string[] = ["inproc", "udp", "pgm", "epgm"];

/** Types that speak no ZMTP, so there is no mechanism for them. */
const RAW: readonly string[] = ["STREAM", "DGRAM"];

/** Whether there is anything to choose, or to take away, about a socket's security. */
export const canBeSecured = ({ type, security }: SocketDocument): boolean =>
  !RAW.includes(type) || security !== undefined;

export const keysOf = (document: TopologyDocument): Readonly<Record<KeyId, KeyDocument>> =>
  document.keys ?? {};

/** What a person calls a key: the user name of a password, which may have letters that an id has not. */
export const calledKey = (document: TopologyDocument, id: KeyId): string =>
  keysOf(document)[id]?.username ?? id;

export const securityAt = (document: TopologyDocument, ref: SocketRef): SecurityDocument =>
  socketAt(document, ref)?.security ?? NOT_SECURED;

/** What a socket speaks; undefined in the clear and unproven. */
export function mechanismOf({ security }: SocketDocument): Spoken | undefined {
  return security && security.mechanism !== "null" ? security.mechanism : undefined;
}

/** What protects a link's wire: its mechanism, or TLS where that is all; undefined when it goes in the clear. */
export function lockOf(document: TopologyDocument, link: string): Kind | undefined {
  const drawn = linksOf(document)[link];
  if (!drawn) return undefined;
  const [bind, connect] = [securityAt(document, drawn.bind), securityAt(document, drawn.connect)];
  const scheme = schemeOf(endpointOf(document, drawn)[1]);
  if (WITHOUT_HANDSHAKE.includes(scheme)) return undefined;
  const spoken = bind.mechanism === "null" ? connect.mechanism : bind.mechanism;
  if (scheme === SEALED && spoken !== "curve") return "tls";
  return spoken === "null" ? undefined : spoken;
}

/** Whether a socket binds over wss, and whether it connects over it. */
export function sealedSides(
  document: TopologyDocument,
  ref: SocketRef,
): { readonly binds: boolean; readonly connects: boolean } {
  const binds = Object.values(socketAt(document, ref)?.endpoints ?? {}).some(
    (address) => schemeOf(address) === SEALED,
  );
  const connects = linksAt(document, ref).some((id) => {
    const link = linksOf(document)[id];
    return link?.connect === ref && schemeOf(endpointOf(document, link)[1]) === SEALED;
  });
  return { binds, connects };
}

/** Whether all that a socket says goes over wss. */
export function isSealed(document: TopologyDocument, ref: SocketRef): boolean {
  const { binds, connects } = sealedSides(document, ref);
  const own = Object.values(socketAt(document, ref)?.endpoints ?? {});
  const links = linksAt(document, ref).flatMap((id) => linksOf(document)[id] ?? []);
  const all = [...own, ...links.map((link) => endpointOf(document, link)[1])];
  return (binds || connects) && all.every((address) => schemeOf(address) === SEALED);
}

/** Set what a socket shows and believes over wss; nothing at all when both are empty. */
export function putTls(ref: SocketRef, { key, trust }: TlsDocument): Edit {
  const value = { ...(key ? { key } : {}), ...(trust?.length ? { trust } : {}) };
  const path = fieldOf(ref, "tls");
  return Object.keys(value).length ? { kind: "set", path, value } : { kind: "unset", path };
}

/** Have a socket show a certificate, and whoever connects to it over wss believe it. */
export function showCertificate(document: TopologyDocument, ref: SocketRef, key: KeyId): readonly Edit[] {
  const { tls } = socketAt(document, ref) ?? {};
  const readers = new Set(
    linksAt(document, ref).flatMap((id) => {
      const link = linksOf(document)[id];
      return link?.bind === ref && schemeOf(endpointOf(document, link)[1]) === SEALED ? [link.connect] : [];
    }),
  );
  return [
    putTls(ref, { ...tls, key }),
    ...[...readers].flatMap((reader) => {
      const theirs = socketAt(document, reader)?.tls;
      const trust = theirs?.trust ?? [];
      return trust.includes(key) ? [] : [putTls(reader, { ...theirs, trust: [...trust, key] })];
    }),
  ];
}

/** Sockets that speak of a key, in the order of the drawing. */
export function usersOf(document: TopologyDocument, key: KeyId): readonly SocketRef[] {
  return Object.entries(nodesOf(document)).flatMap(([node, drawn]) =>
    Object.entries(socketsOf(drawn)).flatMap(([role, socket]) =>
      inSecurity(socket, key) || inTls(socket, key) || socket.proxy === key ? [`${node}.${role}`] : [],
    ),
  );
}

const inSecurity = ({ security }: SocketDocument, key: KeyId): boolean =>
  security?.key === key || security?.server_key === key || security?.allow?.includes(key) === true;

const inTls = ({ tls }: SocketDocument, key: KeyId): boolean =>
  tls?.key === key || tls?.trust?.includes(key) === true;

const fieldOf = (ref: SocketRef, field: "security" | "tls" | "proxy"): readonly string[] => {
  const [node, role] = splitRef(ref);
  return ["nodes", node, "sockets", role, field];
};

const pathOf = (ref: SocketRef): readonly string[] => fieldOf(ref, "security");

/** Set a socket's security; fields that are undefined are left out. */
export function put(
  ref: SocketRef,
  security: { readonly [Field in keyof SecurityDocument]?: unknown },
): Edit {
  const value = Object.fromEntries(Object.entries(security).filter(([, field]) => field !== undefined));
  return { kind: "set", path: pathOf(ref), value: value as Json };
}

/**
 * Let a socket speak a mechanism. It is the server where it binds, unless a peer is that already; as a client it
 * expects its peer's key, and a key of its own that suits stays.
 */
export function speak(document: TopologyDocument, ref: SocketRef, mechanism: Mechanism): readonly Edit[] {
  if (mechanism === "null") return [{ kind: "unset", path: pathOf(ref) }];
  const peers = peersOf(document, ref).map((peer) => securityAt(document, peer));
  const server = peers.find((peer) => peer.mechanism === mechanism && peer.role === "server");
  const role: Role = server || !isBinding(document, ref) ? "client" : "server";
  return [put(ref, { mechanism, ...fieldsOf(document, ref, mechanism, role, server) })];
}

/** Change sides; what the other side has no use for goes. */
export function become(document: TopologyDocument, ref: SocketRef, role: Role): readonly Edit[] {
  const { mechanism } = securityAt(document, ref);
  if (mechanism === "null") return [];
  const peers = peersOf(document, ref).map((peer) => securityAt(document, peer));
  const server = peers.find((peer) => peer.mechanism === mechanism && peer.role === "server");
  return [put(ref, { mechanism, ...fieldsOf(document, ref, mechanism, role, server) })];
}

function fieldsOf(
  document: TopologyDocument,
  ref: SocketRef,
  mechanism: Spoken,
  role: Role,
  server: SecurityDocument | undefined,
): Omit<SecurityDocument, "mechanism"> {
  const own = securityAt(document, ref);
  const suits = own.key && keysOf(document)[own.key]?.kind === mechanism ? own.key : undefined;
  const key = mechanism === "plain" && role === "server" ? undefined : suits;
  const server_key = mechanism === "curve" && role === "client" ? (own.server_key ?? server?.key) : undefined;
  const allow = role === "server" && own.mechanism === mechanism ? own.allow : undefined;
  return {
    role,
    ...(key ? { key } : {}),
    ...(server_key ? { server_key } : {}),
    ...(allow ? { allow } : {}),
  };
}

const peersOf = (document: TopologyDocument, ref: SocketRef): readonly SocketRef[] =>
  linksAt(document, ref).flatMap((id) => {
    const link = linksOf(document)[id];
    return link ? [link.connect === ref ? link.bind : link.connect] : [];
  });

/** Call a key otherwise, everywhere. */
export function renameKey(document: TopologyDocument, from: KeyId, to: KeyId): readonly Edit[] {
  const keys = keysOf(document);
  const key = keys[from];
  if (!key || from === to || Object.hasOwn(keys, to)) return [];
  const at = Object.keys(keys).indexOf(from);
  return [
    { kind: "set", path: ["keys", to], value: key, at },
    ...spokenOf(document, from, to),
    { kind: "unset", path: ["keys", from] },
  ];
}

/** Take a key out of the drawing, and out of every socket that speaks of it. */
export function removeKey(document: TopologyDocument, key: KeyId): readonly Edit[] {
  return [...spokenOf(document, key, undefined), { kind: "unset", path: ["keys", key] }];
}

/** Have every socket that speaks of a key speak of another one, or of none. */
function spokenOf(document: TopologyDocument, key: KeyId, to: KeyId | undefined): readonly Edit[] {
  const one = (name: KeyId | undefined) => (name === key ? to : name);
  const all = (names: readonly KeyId[] | undefined) => names?.flatMap((name) => one(name) ?? []);
  return usersOf(document, key).flatMap((ref) => {
    const socket = socketAt(document, ref);
    const edits: Edit[] = [];
    if (socket?.security && inSecurity(socket, key)) {
      const { key: own, server_key, allow, ...rest } = socket.security;
      edits.push(put(ref, { ...rest, key: one(own), server_key: one(server_key), allow: all(allow) }));
    }
    if (socket?.tls && inTls(socket, key)) {
      const { key: shown, trust } = socket.tls;
      edits.push(putTls(ref, { key: one(shown), trust: all(trust) }));
    }
    if (socket?.proxy === key) edits.push(putProxy(ref, to));
    return edits;
  });
}

/** Say who a socket is to its proxy; undefined for nobody. */
export function putProxy(ref: SocketRef, key: KeyId | undefined): Edit {
  const path = fieldOf(ref, "proxy");
  return key === undefined ? { kind: "unset", path } : { kind: "set", path, value: key };
}

/** The text that stands at a path of a document, if text stands there: a secret that is to be moved out. */
export function textAt(document: TopologyDocument, path: readonly string[]): string | undefined {
  let here: unknown = document;
  for (const step of path) here = here && typeof here === "object" ? Reflect.get(here, step) : undefined;
  return typeof here === "string" ? here : undefined;
}

/** A public key as it fits into a line: "rq:rM>}U…sL/@{H8]yf7". */
export const shortKey = (text: string): string =>
  text.length > 20 ? `${text.slice(0, 9)}…${text.slice(-9)}` : text;
