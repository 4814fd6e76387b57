// Chooses the side of a card on which each socket has its port: where its peers are.

import { DOCK_GAP, STRIP_HEIGHT, TUBE_LENGTH } from "./measures";
import type { CardShape, LinkEnd, LinkShape, Side, SocketShape } from "./shapes";

/** A peer straight above or below, near enough to be one column and far enough for the tubes. */
const COLUMN = 70;
/** Nearer than this across, two cards have no room for tubes between them. */
const SAME_COLUMN = 150;
const ROOM_FOR_JOINED = 2 * DOCK_GAP + STRIP_HEIGHT + 34;
const ROOM_FOR_TWO = 2 * (DOCK_GAP + TUBE_LENGTH) + STRIP_HEIGHT + 24;

interface Peer {
  readonly card: CardShape;
  readonly isJoined: boolean;
}

function peersBySocket(
  cards: ReadonlyMap<string, CardShape>,
  links: readonly LinkShape[],
): Map<string, Peer[]> {
  const peers = new Map<string, Peer[]>();
  const add = ({ node, key }: LinkEnd, peer: CardShape | undefined, isJoined: boolean) => {
    if (!peer || peer.id === node) return;
    const list = peers.get(key);
    if (list) list.push({ card: peer, isJoined });
    else peers.set(key, [{ card: peer, isJoined }]);
  };
  for (const { connect, bind, isJoined } of links) {
    add(connect, cards.get(bind.node), isJoined);
    add(bind, cards.get(connect.node), isJoined);
  }
  return peers;
}

/** Where a socket without peers waits for them: senders on the right, receivers on the left. */
function restingSide(socket: SocketShape): Side {
  if (socket.sends !== socket.receives) return socket.sends ? "right" : "left";
  return /^(serve|frontend|in|backend-in)$/.test(socket.id) ? "left" : "right";
}

function verticalSide(card: CardShape, peers: readonly Peer[]): Side | undefined {
  let side: Side | undefined;
  for (const { card: peer, isJoined } of peers) {
    const across = Math.abs(peer.x + peer.width / 2 - card.x - card.width / 2);
    const below = peer.y - card.y - card.height;
    const above = card.y - peer.y - peer.height;
    const gap = Math.max(below, above);
    if (across > COLUMN || gap < (isJoined ? ROOM_FOR_JOINED : ROOM_FOR_TWO)) return undefined;
    const here: Side = below > above ? "bottom" : "top";
    if (side && side !== here) return undefined;
    side = here;
  }
  return side;
}

/** Peers in the same column pull neither way: the wire goes round on one side. */
function pullOf(card: CardShape, peers: readonly Peer[]): number {
  let pull = 0;
  for (const { card: peer } of peers) {
    const across = peer.x + peer.width / 2 - card.x - card.width / 2;
    if (Math.abs(across) > SAME_COLUMN) pull += Math.sign(across);
  }
  return pull;
}

/** The side a socket has by itself; undefined when all its peers stand in its column. */
function ownSide(card: CardShape, socket: SocketShape, peers: readonly Peer[] | undefined): Side | undefined {
  if (socket.side) return socket.side;
  if (!peers) return restingSide(socket);
  const vertical = verticalSide(card, peers);
  if (vertical) return vertical;
  const pull = pullOf(card, peers);
  if (pull === 0) return undefined;
  return pull > 0 ? "right" : "left";
}

/** The side of every socket, by ``node.socket``. A column is used only when both ends agree on it. */
export function chooseSides(
  cards: ReadonlyMap<string, CardShape>,
  links: readonly LinkShape[],
): Map<string, Side> {
  const peers = peersBySocket(cards, links);
  const sides = new Map<string, Side>();
  for (const card of cards.values())
    for (const socket of card.sockets) {
      const side = ownSide(card, socket, peers.get(socket.key));
      if (side) sides.set(socket.key, side);
    }
  followPeers(cards, links, sides);
  straightenColumns(cards, links, sides);
  return sides;
}

/** What stands in its peers' column takes the side its peer has, so that the wire makes a bracket, not a loop. */
function followPeers(
  cards: ReadonlyMap<string, CardShape>,
  links: readonly LinkShape[],
  sides: Map<string, Side>,
): void {
  for (const { connect, bind } of links) {
    const [a, b] = [connect.key, bind.key];
    const known = sides.get(a) ?? sides.get(b);
    const side = known === "left" || known === "right" ? known : "right";
    if (!sides.has(a)) sides.set(a, side);
    if (!sides.has(b)) sides.set(b, side);
  }
  for (const card of cards.values())
    for (const socket of card.sockets) {
      if (!sides.has(socket.key)) sides.set(socket.key, restingSide(socket));
    }
}

function isVertical(side: Side | undefined): boolean {
  return side === "top" || side === "bottom";
}

/** One end upright and the other lying would make a hook: such a link lies at both ends. */
function straightenColumns(
  cards: ReadonlyMap<string, CardShape>,
  links: readonly LinkShape[],
  sides: Map<string, Side>,
): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const link of links) {
      if (isVertical(sides.get(link.connect.key)) === isVertical(sides.get(link.bind.key))) continue;
      const ends = [link.connect, link.bind];
      const upright = ends.filter((end) => isVertical(sides.get(end.key)));
      if (upright.length !== 1) continue;
      const end = upright[0];
      const card = end && cards.get(end.node);
      const socket = card?.sockets.find((one) => one.id === end?.socket);
      if (!end || !socket || socket.side) continue;
      sides.set(end.key, restingSide(socket));
      changed = true;
    }
  }
}
