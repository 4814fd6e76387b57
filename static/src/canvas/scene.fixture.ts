// Cards and links for the tests of the geometry: what they leave out has a plain value.

import type { CardShape, LinkShape, Side } from "./shapes";

interface SocketWish {
  readonly id: string;
  readonly kind: "send" | "receive" | "both";
  readonly side?: Side;
}

export function card(
  id: string,
  x: number,
  y: number,
  wishes: readonly SocketWish[],
  process?: string,
): CardShape {
  return {
    id,
    x,
    y,
    width: 140,
    height: 34 + 28 * wishes.length,
    process,
    sockets: wishes.map(({ id: socket, kind, side }) => ({
      id: socket,
      key: `${id}.${socket}`,
      sends: kind !== "receive",
      receives: kind !== "send",
      side,
    })),
  };
}

export const sender = (id: string, x: number, y: number, process?: string): CardShape =>
  card(id, x, y, [{ id: "out", kind: "send" }], process);

export const receiver = (id: string, x: number, y: number, process?: string): CardShape =>
  card(id, x, y, [{ id: "in", kind: "receive" }], process);

export const both = (id: string, x: number, y: number): CardShape =>
  card(id, x, y, [{ id: "ask", kind: "both" }]);

/** "connect>bind", by "node.socket". */
export function link(ends: string, more: Partial<LinkShape> = {}): LinkShape {
  const [connect = "", bind = ""] = ends.split(">");
  const end = (key: string) => ({ node: key.split(".")[0] ?? "", socket: key.split(".")[1] ?? "", key });
  return {
    id: ends,
    connect: end(connect),
    bind: end(bind),
    lanes: ["to_connect"],
    isJoined: false,
    hasConnectQueue: true,
    hasBindQueue: true,
    isHalfSeen: false,
    drops: undefined,
    filters: undefined,
    via: [],
    ...more,
  };
}

export const byId = (...cards: CardShape[]): Map<string, CardShape> =>
  new Map(cards.map((one) => [one.id, one]));
