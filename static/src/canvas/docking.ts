// The tubes, rails and mouths along one side of one card.

import { DOCK_GAP, FUNNEL_LENGTH, PLAIN_ROOM, STRIP_HEIGHT, TUBE_THICKNESS } from "./measures";
import { isUpright, type SocketUse } from "./ports";
import type { Box, Docking, Lane, LinkShape, Mouth, Point, PortShape, Rail, Side, TubeShape } from "./shapes";
import { centresOf, flipped, type Slot, type SlotLane, type SocketLink, slotsOf, spread } from "./slots";

interface Frame {
  readonly port: PortShape;
  /** Outwards, away from the card. */
  readonly out: Point;
  /** Across the side: downwards, or to the right. */
  readonly across: Point;
  /** From the card's edge to the near end of a tube. */
  readonly dock: number;
}

interface Build {
  readonly tubes: TubeShape[];
  readonly rails: Map<string, Rail[]>;
  readonly mouths: Map<string, Mouth>;
}

const OUT: Readonly<Record<Side, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  top: { x: 0, y: -1 },
  bottom: { x: 0, y: 1 },
};
/** Past what hangs below a card while it has something to say. */
const DOCK_BELOW = STRIP_HEIGHT + 8;
const BARE_OFFSET = 10;
/** Nearer than this below, the next tube's digits take the place of words. */
const ROOM_FOR_WORDS = 50;

export function mouthKey(link: string, lane: Lane, isBind: boolean): string {
  return `${link}|${lane}|${isBind ? "b" : "c"}`;
}

function frameOf(port: PortShape): Frame {
  const across = isUpright(port.side) ? { x: 1, y: 0 } : { x: 0, y: 1 };
  return { port, out: OUT[port.side], across, dock: port.side === "bottom" ? DOCK_BELOW : DOCK_GAP };
}

function at({ port, out, across }: Frame, outwards: number, sideways: number): Point {
  return {
    x: port.x + out.x * outwards + across.x * sideways,
    y: port.y + out.y * outwards + across.y * sideways,
  };
}

/** The joined tube stands where it has more room: at the end with fewer links. */
function docksAtConnect(link: LinkShape, ports: ReadonlyMap<string, PortShape>): boolean {
  const connect = ports.get(link.connect.key);
  const bind = ports.get(link.bind.key);
  if (connect?.side === "bottom") return true;
  if (bind?.side === "bottom") return false;
  return (connect?.links ?? 0) <= (bind?.links ?? 0);
}

function socketLinks(
  port: PortShape,
  uses: readonly SocketUse[],
  ports: ReadonlyMap<string, PortShape>,
): SocketLink[] {
  const out = OUT[port.side];
  return uses.map(({ link, isBind }) => {
    const far = ports.get((isBind ? link.connect : link.bind).key) ?? port;
    const reach = (far.x - port.x) * out.x + (far.y - port.y) * out.y;
    const docksJoined = link.isJoined && docksAtConnect(link, ports) !== isBind;
    return { link, isBind, far, reach, docksJoined };
  });
}

function tubeBox(frame: Frame, centre: number, { length, hasFunnel }: SlotLane): Box {
  const near = at(frame, frame.dock + (hasFunnel ? FUNNEL_LENGTH : 0), centre);
  const far = at(frame, frame.dock + length, centre);
  const half = TUBE_THICKNESS / 2;
  return isUpright(frame.port.side)
    ? {
        x: near.x - half,
        y: Math.min(near.y, far.y),
        width: TUBE_THICKNESS,
        height: Math.abs(far.y - near.y),
      }
    : {
        x: Math.min(near.x, far.x),
        y: near.y - half,
        width: Math.abs(far.x - near.x),
        height: TUBE_THICKNESS,
      };
}

function digitsPlace(side: Side, slot: Slot, lane: SlotLane): TubeShape["digits"] {
  if (isUpright(side)) return lane.offset < 0 ? "left" : "right";
  return lane.offset > 0 || slot.isFlipped ? "below" : "above";
}

/** Which way messages leave a tube: outwards from a sender; a joined one runs with its lane. */
function exitOf(frame: Frame, slot: Slot, lane: SlotLane): 1 | -1 {
  const isBind = slot.links[0]?.isBind ?? false;
  const leavesOutwards =
    lane.end === "send" || (lane.end === "joined" && (lane.lane === "to_connect") === isBind);
  const direction = (frame.out.x + frame.out.y) * (leavesOutwards ? 1 : -1);
  return direction > 0 ? 1 : -1;
}

function placeSlot(frame: Frame, slot: Slot, centre: number, build: Build): void {
  const { key, node, socket, side } = frame.port;
  for (const lane of slot.lanes) {
    const across = centre + lane.offset;
    build.tubes.push({
      key: slot.isBundle ? `${key}|${lane.lane}` : `${lane.members[0]?.link}|${lane.lane}|${lane.end}`,
      node,
      socket,
      side,
      members: lane.members,
      box: tubeBox(frame, across, lane),
      isUpright: isUpright(side),
      exit: exitOf(frame, slot, lane),
      digits: digitsPlace(side, slot, lane),
      hasRoomBelow: true,
      hasFunnel: lane.hasFunnel,
      isBundle: slot.isBundle,
    });
    const mouth = { ...at(frame, frame.dock + lane.length, across), towards: frame.out };
    for (const one of slot.links)
      if (one.link.lanes.includes(lane.lane))
        build.mouths.set(mouthKey(one.link.id, lane.lane, one.isBind), mouth);
  }
}

/** Ends without a tube: a program outside, or the far end of a joined one. The wire goes to the port itself. */
function placeBare(frame: Frame, bare: readonly SocketLink[], build: Build): number[] {
  const spots: number[] = [];
  for (const one of bare)
    for (const lane of one.link.lanes) {
      const isDouble = one.link.lanes.length > 1;
      const across = isDouble ? (lane === "to_bind" ? -BARE_OFFSET : BARE_OFFSET) : 0;
      if (isDouble && !spots.includes(across)) spots.push(across);
      build.mouths.set(mouthKey(one.link.id, lane, one.isBind), {
        ...at(frame, isDouble ? frame.dock : 4, across),
        towards: frame.out,
      });
    }
  return spots;
}

function railsFor(frame: Frame, spots: readonly number[]): Rail[] {
  if (spots.length === 0) return [];
  const rail = frame.dock - 6;
  if (spots.length === 1 && spots[0] === 0) return [[at(frame, 0, 0), at(frame, frame.dock, 0)]];
  const low = Math.min(0, ...spots);
  const high = Math.max(0, ...spots);
  return [
    [at(frame, 0, 0), at(frame, rail, 0)],
    [at(frame, rail, low), at(frame, rail, high)],
    ...spots.map((spot) => [at(frame, rail, spot), at(frame, frame.dock, spot)]),
  ];
}

/** The ports a docking is made from, compared one by one: if none moved, it stands as it stood. */
export function portsAround(
  group: readonly PortShape[],
  uses: ReadonlyMap<string, readonly SocketUse[]>,
  ports: ReadonlyMap<string, PortShape>,
): PortShape[] {
  const around: PortShape[] = [];
  for (const port of group) {
    around.push(port);
    for (const { link, isBind } of uses.get(port.key) ?? []) {
      const far = ports.get((isBind ? link.connect : link.bind).key);
      if (far) around.push(far);
    }
  }
  return around;
}

const isLastOfSeveral = (index: number, count: number): boolean => count > 1 && index === count - 1;

/** Rows are 28 px apart, tubes with digits 34: the lowest of several sockets writes its digits below. */
function flipIfSingle(slot: Slot, all: readonly Slot[]): Slot {
  const isPlain = slot.lanes.length === 1 && !slot.isBundle && slot.after <= PLAIN_ROOM;
  return all.length === 1 && isPlain ? flipped(slot) : slot;
}

/** Stands the tubes of all ports on one side of one card, so that none covers another. */
export function dock(
  group: readonly PortShape[],
  uses: ReadonlyMap<string, readonly SocketUse[]>,
  ports: ReadonlyMap<string, PortShape>,
  opened: ReadonlySet<string> | undefined,
  from: readonly PortShape[],
): Docking {
  const build: Build = { tubes: [], rails: new Map(), mouths: new Map() };
  const standing = group.map((port, i) => {
    const frame = frameOf(port);
    const links = socketLinks(port, uses.get(port.key) ?? [], ports);
    const made = slotsOf(links, port.side, frame.dock, opened?.has(port.key) ?? false);
    const slots = isLastOfSeveral(i, group.length)
      ? made.slots.map((slot) => flipIfSingle(slot, made.slots))
      : made.slots;
    return { frame, slots, centres: centresOf(slots), bare: made.bare };
  });
  const moves = spread(
    standing.map(({ frame, slots, centres }) => ({
      ideal: frame.port.x * frame.across.x + frame.port.y * frame.across.y,
      before: (slots[0]?.before ?? 0) - (centres[0] ?? 0),
      after: (centres[centres.length - 1] ?? 0) + (slots[slots.length - 1]?.after ?? 0),
    })),
  );
  standing.forEach(({ frame, slots, centres, bare }, i) => {
    const spots: number[] = [];
    slots.forEach((slot, k) => {
      const centre = (centres[k] ?? 0) + (moves[i] ?? 0);
      placeSlot(frame, slot, centre, build);
      for (const lane of slot.lanes) spots.push(centre + lane.offset);
    });
    spots.push(...placeBare(frame, bare, build));
    build.rails.set(frame.port.key, railsFor(frame, spots));
  });
  return { from, ...build, tubes: build.tubes.map((tube) => withRoom(tube, build.tubes)) };
}

function withRoom(tube: TubeShape, all: readonly TubeShape[]): TubeShape {
  const isTaken = all.some((other) => {
    const below = other.box.y - tube.box.y;
    return !tube.isUpright && below > 0 && below < ROOM_FOR_WORDS;
  });
  return isTaken ? { ...tube, hasRoomBelow: false } : tube;
}
