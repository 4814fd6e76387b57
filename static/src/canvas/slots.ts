// The slots of a socket: which tubes stand at its port, in which order, and where across it.

import {
  CARD_WIDTH,
  DIGITS_ROOM,
  JOINED_LENGTH,
  LANE_DIGITS_ROOM,
  LANE_OFFSET,
  LINKS_BEFORE_BUNDLE,
  LOSS_ROOM,
  PLAIN_ROOM,
  SHORTEST_JOINED,
  TUBE_LENGTH,
  UPRIGHT_PITCH,
} from "./measures";
import type { Lane, LinkShape, Point, Side, TubeEnd, TubeMember } from "./shapes";

/** One link as its socket sees it. */
export interface SocketLink {
  readonly link: LinkShape;
  readonly isBind: boolean;
  /** The port at the far end. */
  readonly far: Point;
  /** Pixels between the two ports along the side's outward direction. */
  readonly reach: number;
  /** The joined tube of an inproc link stands here, not at the far end. */
  readonly docksJoined: boolean;
}

export interface SlotLane {
  readonly lane: Lane;
  readonly end: TubeEnd;
  readonly members: readonly TubeMember[];
  readonly length: number;
  /** Across the port, relative to the slot's centre. */
  readonly offset: number;
  readonly hasFunnel: boolean;
}

export interface Slot {
  readonly links: readonly SocketLink[];
  readonly lanes: readonly SlotLane[];
  readonly isBundle: boolean;
  /** Digits stand on the other side than they usually do. */
  readonly isFlipped?: boolean;
  /** Room needed before and after the centre, across. */
  readonly before: number;
  readonly after: number;
}

function endOf(one: SocketLink, lane: Lane): TubeEnd {
  if (one.link.isJoined) return "joined";
  return (lane === "to_bind") === one.isBind ? "receive" : "send";
}

function hasTube(one: SocketLink): boolean {
  if (one.link.isJoined) return one.docksJoined;
  return one.isBind ? one.link.hasBindQueue : one.link.hasConnectQueue;
}

function lengthFor(one: SocketLink, dock: number): number {
  if (!one.link.isJoined) return TUBE_LENGTH;
  return Math.min(JOINED_LENGTH, Math.max(SHORTEST_JOINED, one.reach - dock - 12));
}

function makeSlot(links: readonly SocketLink[], dock: number, isUpright: boolean, isBundle: boolean): Slot {
  const lanes: SlotLane[] = [];
  const used = (["to_bind", "to_connect"] as const).filter((lane) =>
    links.some((one) => one.link.lanes.includes(lane)),
  );
  for (const lane of used) {
    const here = links.filter((one) => one.link.lanes.includes(lane));
    const first = here[0];
    if (!first) continue;
    lanes.push({
      lane,
      end: endOf(first, lane),
      members: here.map((one) => ({ link: one.link.id, lane, end: endOf(one, lane) })),
      length: Math.min(...here.map((one) => lengthFor(one, dock))),
      offset: used.length === 1 ? 0 : lane === "to_bind" ? -LANE_OFFSET : LANE_OFFSET,
      hasFunnel: !isBundle && first.link.filters === lane && endOf(first, lane) === "send",
    });
  }
  const loses = lanes.some(
    (lane) => lane.end === "send" && links.some((one) => one.link.drops === lane.lane),
  );
  const digits = isUpright ? UPRIGHT_PITCH - PLAIN_ROOM : DIGITS_ROOM;
  if (lanes.length > 1) {
    const room = LANE_OFFSET + (isUpright ? digits : LANE_DIGITS_ROOM);
    return { links, lanes, isBundle, before: room, after: room };
  }
  return isUpright
    ? { links, lanes, isBundle, before: PLAIN_ROOM, after: digits }
    : { links, lanes, isBundle, before: digits, after: PLAIN_ROOM + (loses ? LOSS_ROOM : 0) };
}

/** The slots of one socket, in the order of the far ends, so that wires cross as little as they can. */
export function slotsOf(
  links: readonly SocketLink[],
  side: Side,
  dock: number,
  isOpen: boolean,
): { slots: Slot[]; bare: SocketLink[] } {
  const isUpright = side === "top" || side === "bottom";
  const bare = links.filter((one) => !hasTube(one));
  const docked = links.filter(hasTube);
  if (docked.length > LINKS_BEFORE_BUNDLE && !isOpen)
    return { slots: [makeSlot(docked, dock, isUpright, true)], bare };
  docked.sort((a, b) => (isUpright ? a.far.x - b.far.x : a.far.y - b.far.y));
  return { slots: docked.map((one) => makeSlot([one], dock, isUpright, false)), bare };
}

/** The same slot with its digits below, so that a neighbour's tube above stands near. */
export function flipped(slot: Slot): Slot {
  return { ...slot, isFlipped: true, before: PLAIN_ROOM, after: Math.max(slot.after, LANE_DIGITS_ROOM) };
}

/** The centres of one socket's slots, relative to its port: as a block around it. */
export function centresOf(slots: readonly Slot[]): number[] {
  const centres: number[] = [];
  let at = 0;
  slots.forEach((slot, i) => {
    const above = slots[i - 1];
    if (above) at += above.after + slot.before;
    centres.push(at);
  });
  const middle = ((centres[0] ?? 0) + (centres[centres.length - 1] ?? 0)) / 2;
  return centres.map((centre) => Math.round(centre - middle));
}

export interface Block {
  readonly ideal: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Moves blocks apart along a card's side, each as little as possible, keeping their order.
 *
 * @returns how far each block moves from where it would like to stand.
 */
export function spread(blocks: readonly Block[]): number[] {
  interface Cluster {
    readonly members: number[];
    readonly relative: number[];
    start: number;
    length: number;
  }
  const clusters: Cluster[] = [];
  const settle = (cluster: Cluster) => {
    let wish = 0;
    cluster.members.forEach((member, i) => {
      const block = blocks[member];
      if (block) wish += block.ideal - block.before - (cluster.relative[i] ?? 0);
    });
    cluster.start = wish / cluster.members.length;
  };
  blocks.forEach((block, index) => {
    let last: Cluster = { members: [index], relative: [0], start: 0, length: block.before + block.after };
    settle(last);
    for (;;) {
      const above = clusters[clusters.length - 1];
      if (!above || above.start + above.length <= last.start) break;
      clusters.pop();
      const shifted = last.relative.map((at) => at + above.length);
      last = {
        members: [...above.members, ...last.members],
        relative: [...above.relative, ...shifted],
        start: 0,
        length: above.length + last.length,
      };
      settle(last);
    }
    clusters.push(last);
  });
  const moves = blocks.map(() => 0);
  for (const cluster of clusters)
    cluster.members.forEach((member, i) => {
      const block = blocks[member];
      if (block)
        moves[member] = Math.round(cluster.start + (cluster.relative[i] ?? 0) + block.before - block.ideal);
    });
  return moves;
}

/** Evenly spread ports along the top or bottom edge of a card. */
export function edgePlace(index: number, count: number): number {
  return (CARD_WIDTH * (index + 1)) / (count + 1);
}
