// Where every port, tube, rail and wire stands, from the cards and links alone: the one geometry of the canvas.

import { DOCK_GAP, FUNNEL_LENGTH, HEADER_HEIGHT, ROW_HEIGHT, STRIP_HEIGHT, TUBE_THICKNESS } from "./measures";
import { processBoxes } from "./processBounds";
import type {
  Box,
  CardShape,
  Lane,
  LinkShape,
  Point,
  PortShape,
  Rail,
  Scene,
  Side,
  TubeShape,
  WireShape,
} from "./shapes";
import { socketKey } from "./shapes";
import { chooseSides } from "./sides";
import { centresOf, edgePlace, type Slot, type SlotLane, type SocketLink, slotsOf, spread } from "./slots";
import { type Mouth, signatureOf, wirePath } from "./wirePath";

interface Frame {
  readonly port: PortShape;
  /** Outwards, away from the card. */
  readonly out: Point;
  /** Across the side: downwards, or to the right. */
  readonly across: Point;
  /** From the card's edge to the near end of a tube. */
  readonly dock: number;
}

const OUT: Readonly<Record<Side, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  top: { x: 0, y: -1 },
  bottom: { x: 0, y: 1 },
};

function isUpright(side: Side): boolean {
  return side === "top" || side === "bottom";
}

function frameOf(port: PortShape): Frame {
  const out = OUT[port.side];
  const across = isUpright(port.side) ? { x: 1, y: 0 } : { x: 0, y: 1 };
  return { port, out, across, dock: port.side === "bottom" ? STRIP_HEIGHT + 8 : DOCK_GAP };
}

function at(frame: Frame, outwards: number, across: number): Point {
  return {
    x: frame.port.x + frame.out.x * outwards + frame.across.x * across,
    y: frame.port.y + frame.out.y * outwards + frame.across.y * across,
  };
}

interface SocketUse {
  readonly link: LinkShape;
  readonly isBind: boolean;
}

function usesBySocket(links: readonly LinkShape[]): Map<string, SocketUse[]> {
  const uses = new Map<string, SocketUse[]>();
  const add = (key: string, use: SocketUse) => {
    const list = uses.get(key);
    if (list) list.push(use);
    else uses.set(key, [use]);
  };
  for (const link of links) {
    add(socketKey(link.connect.node, link.connect.socket), { link, isBind: false });
    add(socketKey(link.bind.node, link.bind.socket), { link, isBind: true });
  }
  return uses;
}

function placePorts(
  cards: ReadonlyMap<string, CardShape>,
  sides: ReadonlyMap<string, Side>,
  uses: ReadonlyMap<string, readonly SocketUse[]>,
): Map<string, PortShape> {
  const ports = new Map<string, PortShape>();
  for (const card of cards.values()) {
    const onEdge = (side: Side) =>
      card.sockets.filter((one) => sides.get(socketKey(card.id, one.id)) === side);
    const edges: Record<string, readonly string[]> = {
      top: onEdge("top").map((one) => one.id),
      bottom: onEdge("bottom").map((one) => one.id),
    };
    card.sockets.forEach((socket, row) => {
      const key = socketKey(card.id, socket.id);
      const side = sides.get(key) ?? "right";
      const list = uses.get(key) ?? [];
      ports.set(key, {
        node: card.id,
        socket: socket.id,
        side,
        binds: list.some((use) => use.isBind),
        connects: list.some((use) => !use.isBind),
        links: list.length,
        ...portPlace(card, side, row, edges[side] ?? [], socket.id),
      });
    });
  }
  return ports;
}

function portPlace(
  card: CardShape,
  side: Side,
  row: number,
  onEdge: readonly string[],
  socket: string,
): Point {
  if (isUpright(side)) {
    const x = card.x + edgePlace(Math.max(0, onEdge.indexOf(socket)), onEdge.length || 1);
    return { x, y: side === "top" ? card.y : card.y + card.height };
  }
  const y = card.y + HEADER_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT / 2;
  return { x: side === "left" ? card.x : card.x + card.width, y };
}

/** The joined tube stands where it has more room: at the end with fewer links. */
function docksAtConnect(link: LinkShape, ports: ReadonlyMap<string, PortShape>): boolean {
  const connect = ports.get(socketKey(link.connect.node, link.connect.socket));
  const bind = ports.get(socketKey(link.bind.node, link.bind.socket));
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
    const end = isBind ? link.connect : link.bind;
    const far = ports.get(socketKey(end.node, end.socket)) ?? port;
    const reach = (far.x - port.x) * out.x + (far.y - port.y) * out.y;
    const docksJoined = link.isJoined && docksAtConnect(link, ports) !== isBind;
    return { link, isBind, far, reach, docksJoined };
  });
}

interface Build {
  readonly tubes: TubeShape[];
  readonly rails: Map<string, Rail[]>;
  /** Where a lane's wire begins or ends, by ``link|lane|b`` or ``…|c``. */
  readonly mouths: Map<string, Mouth>;
}

function mouthKey(link: string, lane: Lane, isBind: boolean): string {
  return `${link}|${lane}|${isBind ? "b" : "c"}`;
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

function digitsPlace(side: Side, lane: SlotLane): TubeShape["digits"] {
  if (isUpright(side)) return lane.offset < 0 ? "left" : "right";
  return lane.offset > 0 ? "below" : "above";
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
  const { node, socket, side } = frame.port;
  for (const lane of slot.lanes) {
    const across = centre + lane.offset;
    const first = lane.members[0];
    build.tubes.push({
      key: slot.isBundle ? `${node}.${socket}|${lane.lane}` : `${first?.link}|${lane.lane}|${lane.end}`,
      node,
      socket,
      side,
      members: lane.members,
      box: tubeBox(frame, across, lane),
      isUpright: isUpright(side),
      exit: exitOf(frame, slot, lane),
      digits: digitsPlace(side, lane),
      hasFunnel: lane.hasFunnel,
      isBundle: slot.isBundle,
    });
    const mouth = { ...at(frame, frame.dock + lane.length, across), towards: frame.out };
    for (const one of slot.links)
      if (one.link.lanes.includes(lane.lane))
        build.mouths.set(mouthKey(one.link.id, lane.lane, one.isBind), mouth);
  }
}

function placeBare(frame: Frame, bare: readonly SocketLink[], build: Build): number[] {
  const spots: number[] = [];
  for (const one of bare)
    for (const lane of one.link.lanes) {
      const isDouble = one.link.lanes.length > 1;
      const across = isDouble ? (lane === "to_bind" ? -10 : 10) : 0;
      if (isDouble && !spots.includes(across)) spots.push(across);
      const outwards = isDouble ? frame.dock : 4;
      build.mouths.set(mouthKey(one.link.id, lane, one.isBind), {
        ...at(frame, outwards, across),
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

interface Standing {
  readonly frame: Frame;
  readonly slots: readonly Slot[];
  readonly centres: readonly number[];
  readonly bare: readonly SocketLink[];
}

function placeSide(standing: readonly Standing[], build: Build): void {
  const blocks = standing.map(({ frame, slots, centres }) => {
    const port = frame.port.x * frame.across.x + frame.port.y * frame.across.y;
    const first = centres[0] ?? 0;
    const last = centres[centres.length - 1] ?? 0;
    return {
      ideal: port,
      before: (slots[0]?.before ?? 0) - first,
      after: last + (slots[slots.length - 1]?.after ?? 0),
    };
  });
  const moves = spread(blocks);
  standing.forEach(({ frame, slots, centres, bare }, i) => {
    const spots: number[] = [];
    slots.forEach((slot, k) => {
      const centre = (centres[k] ?? 0) + (moves[i] ?? 0);
      placeSlot(frame, slot, centre, build);
      for (const lane of slot.lanes) spots.push(centre + lane.offset);
    });
    spots.push(...placeBare(frame, bare, build));
    build.rails.set(socketKey(frame.port.node, frame.port.socket), railsFor(frame, spots));
  });
}

function drawWires(links: readonly LinkShape[], build: Build, previous: Scene | undefined): WireShape[] {
  const wires: WireShape[] = [];
  const known = new Map(previous?.wires.map((wire) => [wire.key, wire]));
  for (const link of links)
    for (const lane of link.lanes) {
      const from = build.mouths.get(mouthKey(link.id, lane, lane === "to_connect"));
      const to = build.mouths.get(mouthKey(link.id, lane, lane === "to_bind"));
      if (!from || !to) continue;
      const key = `${link.id}|${lane}`;
      const via = lane === "to_bind" ? link.via : [...link.via].reverse();
      const before = known.get(key);
      const stays = before?.path.signature === signatureOf(from, to, via);
      wires.push(before && stays ? before : { key, link: link.id, lane, path: wirePath(from, to, via) });
    }
  return wires;
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const list = groups.get(key);
      if (list) list.push(item);
      else groups.set(key, [item]);
    }
  return groups;
}

export interface SceneOptions {
  /** Sockets whose bundle has been opened, by ``node.socket``. */
  readonly opened?: ReadonlySet<string>;
  /** The scene before this one: wires that did not move keep their object. */
  readonly previous?: Scene | undefined;
}

/** Builds the whole picture's geometry. Pure: the same cards and links give the same scene. */
export function buildScene(
  cards: ReadonlyMap<string, CardShape>,
  allLinks: readonly LinkShape[],
  { opened, previous }: SceneOptions = {},
): Scene {
  const links = allLinks.filter((link) => cards.has(link.connect.node) && cards.has(link.bind.node));
  const uses = usesBySocket(links);
  const ports = placePorts(cards, chooseSides(cards, links), uses);
  const build: Build = { tubes: [], rails: new Map(), mouths: new Map() };
  const bySide = groupBy([...ports.values()], (port) => (port.links ? [`${port.node} ${port.side}`] : []));
  for (const group of bySide.values()) {
    const standing = group.map((port) => {
      const frame = frameOf(port);
      const key = socketKey(port.node, port.socket);
      const here = socketLinks(port, uses.get(key) ?? [], ports);
      const { slots, bare } = slotsOf(here, port.side, frame.dock, opened?.has(key) ?? false);
      return { frame, slots, centres: centresOf(slots), bare };
    });
    placeSide(standing, build);
  }
  const wires = drawWires(links, build, previous);
  return {
    ports,
    tubes: build.tubes,
    rails: build.rails,
    wires,
    processes: processBoxes(cards, build.tubes),
    wiresOf: groupBy(wires, (wire) => [wire.link]),
    tubesOf: groupBy(build.tubes, (tube) => [...new Set(tube.members.map((member) => member.link))]),
    tubesAt: groupBy(build.tubes, (tube) => [socketKey(tube.node, tube.socket)]),
  };
}
