// Where each socket's port stands on its card, and which links use it. Ports that did not move keep their object.

import { HEADER_HEIGHT, ROW_HEIGHT } from "./measures";
import type { CardShape, LinkShape, Point, PortShape, Side } from "./shapes";
import { edgePlace } from "./slots";

export interface SocketUse {
  readonly link: LinkShape;
  readonly isBind: boolean;
}

const UNUSED: readonly SocketUse[] = [];

export function usesBySocket(links: readonly LinkShape[]): Map<string, SocketUse[]> {
  const uses = new Map<string, SocketUse[]>();
  const add = (key: string, use: SocketUse) => {
    const list = uses.get(key);
    if (list) list.push(use);
    else uses.set(key, [use]);
  };
  for (const link of links) {
    add(link.connect.key, { link, isBind: false });
    add(link.bind.key, { link, isBind: true });
  }
  return uses;
}

export function isUpright(side: Side): boolean {
  return side === "top" || side === "bottom";
}

function portPlace(card: CardShape, side: Side, row: number, index: number, count: number): Point {
  if (isUpright(side))
    return { x: card.x + edgePlace(index, count), y: side === "top" ? card.y : card.y + card.height };
  return {
    x: side === "left" ? card.x : card.x + card.width,
    y: card.y + HEADER_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT / 2,
  };
}

function isSamePort(a: PortShape, b: PortShape): boolean {
  return (
    a.x === b.x &&
    a.y === b.y &&
    a.side === b.side &&
    a.links === b.links &&
    a.binds === b.binds &&
    a.connects === b.connects
  );
}

/** All ports by ``node.socket``, card after card. */
export function placePorts(
  cards: ReadonlyMap<string, CardShape>,
  sides: ReadonlyMap<string, Side>,
  uses: ReadonlyMap<string, readonly SocketUse[]>,
  previous: ReadonlyMap<string, PortShape> | undefined,
): Map<string, PortShape> {
  const ports = new Map<string, PortShape>();
  for (const card of cards.values()) {
    const counts = { top: 0, bottom: 0 };
    for (const { key } of card.sockets) {
      const side = sides.get(key);
      if (side === "top" || side === "bottom") counts[side] += 1;
    }
    const seen = { top: 0, bottom: 0 };
    card.sockets.forEach(({ id, key }, row) => {
      const side = sides.get(key) ?? "right";
      const along = side === "top" || side === "bottom" ? side : undefined;
      const index = along ? seen[along]++ : 0;
      const { x, y } = portPlace(card, side, row, index, along ? counts[along] : 1);
      const list = uses.get(key) ?? UNUSED;
      const binds = list.some((use) => use.isBind);
      const connects = list.some((use) => !use.isBind);
      const made: PortShape = {
        key,
        node: card.id,
        socket: id,
        side,
        x,
        y,
        binds,
        connects,
        links: list.length,
      };
      const known = previous?.get(key);
      ports.set(key, known && isSamePort(known, made) ? known : made);
    });
  }
  return ports;
}
