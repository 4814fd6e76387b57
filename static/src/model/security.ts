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
export type Kind = "plain" | "curve";
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
export function mechanismOf({ security }: SocketDocument): Kind | undefined {
  return security && security.mechanism !== "null" ? security.mechanism : undefined;
}

/** The mechanism of a link's wire; undefined when it goes in the clear. */
export function lockOf(document: TopologyDocument, link: string): Kind | undefined {
  const drawn = linksOf(document)[link];
  if (!drawn) return undefined;
  const [bind, connect] = [securityAt(document, drawn.bind), securityAt(document, drawn.connect)];
  if (WITHOUT_HANDSHAKE.includes(schemeOf(endpointOf(document, drawn)[1]))) return undefined;
  const spoken = bind.mechanism === "null" ? connect.mechanism : bind.mechanism;
  return spoken === "null" ? undefined : spoken;
}

/** Sockets that speak of a key, in the order of the drawing. */
export function usersOf(document: TopologyDocument, key: KeyId): readonly SocketRef[] {
  return securedSockets(document).flatMap(([ref, security]) =>
    security.key === key || security.server_key === key || security.allow?.includes(key) ? [ref] : [],
  );
}

function securedSockets(document: TopologyDocument): readonly (readonly [SocketRef, SecurityDocument])[] {
  return Object.entries(nodesOf(document)).flatMap(([node, drawn]) =>
    Object.entries(socketsOf(drawn)).flatMap(([role, { security }]) =>
      security ? [[`${node}.${role}`, security] as const] : [],
    ),
  );
}

const pathOf = (ref: SocketRef): readonly string[] => {
  const [node, role] = splitRef(ref);
  return ["nodes", node, "sockets", role, "security"];
};

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
  mechanism: Kind,
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
  const renamed = (name: KeyId) => (name === from ? to : name);
  return [
    { kind: "set", path: ["keys", to], value: key, at },
    ...changed(document, from, ({ key: own, server_key, allow, ...rest }) => ({
      ...rest,
      key: own && renamed(own),
      server_key: server_key && renamed(server_key),
      allow: allow?.map(renamed),
    })),
    { kind: "unset", path: ["keys", from] },
  ];
}

/** Take a key out of the drawing, and out of every socket that speaks of it. */
export function removeKey(document: TopologyDocument, key: KeyId): readonly Edit[] {
  return [
    ...changed(document, key, ({ key: own, server_key, allow, ...rest }) => ({
      ...rest,
      key: own === key ? undefined : own,
      server_key: server_key === key ? undefined : server_key,
      allow: allow?.filter((each) => each !== key),
    })),
    { kind: "unset", path: ["keys", key] },
  ];
}

type Change = (security: SecurityDocument) => { readonly [Field in keyof SecurityDocument]?: unknown };

const changed = (document: TopologyDocument, key: KeyId, change: Change): readonly Edit[] =>
  usersOf(document, key).map((ref) => put(ref, change(securityAt(document, ref))));

/** The text that stands at a path of a document, if text stands there: a secret that is to be moved out. */
export function textAt(document: TopologyDocument, path: readonly string[]): string | undefined {
  let here: unknown = document;
  for (const step of path) here = here && typeof here === "object" ? Reflect.get(here, step) : undefined;
  return typeof here === "string" ? here : undefined;
}

/** A public key as it fits into a line: "rq:rM>}U…sL/@{H8]yf7". */
export const shortKey = (text: string): string =>
  text.length > 20 ? `${text.slice(0, 9)}…${text.slice(-9)}` : text;
