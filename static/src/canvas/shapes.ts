// What the geometry works on and what it makes: cards, links, ports, tubes, wires. Plain data.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Whether two boxes touch when the second is wider by ``margin`` on every side. */
export function overlaps(a: Box, b: Box, margin: number): boolean {
  return (
    a.x <= b.x + b.width + margin &&
    a.x + a.width >= b.x - margin &&
    a.y <= b.y + b.height + margin &&
    a.y + a.height >= b.y - margin
  );
}

export type Side = "left" | "right" | "top" | "bottom";
export type Lane = "to_bind" | "to_connect";
/** Which queue of a lane a tube shows; over inproc there is one, joined. */
export type TubeEnd = "send" | "receive" | "joined";

export interface SocketShape {
  readonly id: string;
  /** ``node.socket``. */
  readonly key: string;
  readonly sends: boolean;
  readonly receives: boolean;
  /** The side the document asks for, if any. */
  readonly side?: Side | undefined;
}

export interface CardShape extends Box {
  readonly id: string;
  readonly process: string | undefined;
  readonly sockets: readonly SocketShape[];
}

export interface End {
  readonly node: string;
  readonly socket: string;
}

export interface LinkEnd extends End {
  /** ``node.socket``. */
  readonly key: string;
}

export interface LinkShape {
  readonly id: string;
  readonly connect: LinkEnd;
  readonly bind: LinkEnd;
  readonly lanes: readonly Lane[];
  /** Over inproc one pipe stands between the two sockets. */
  readonly isJoined: boolean;
  /** A program outside keeps its own queues, which nobody can see. */
  readonly hasConnectQueue: boolean;
  readonly hasBindQueue: boolean;
  /** What one end counts cannot be compared with the other's: what is in flight is not known. */
  readonly isHalfSeen: boolean;
  /** The lane whose sender drops when its queue is full, and needs room to show it. */
  readonly drops: Lane | undefined;
  /** The lane whose sender passes on only what the receiver subscribed to. */
  readonly filters: Lane | undefined;
  readonly via: readonly Point[];
}

export interface PortShape extends Point {
  /** ``node.socket``. */
  readonly key: string;
  readonly node: string;
  readonly socket: string;
  readonly side: Side;
  readonly binds: boolean;
  readonly connects: boolean;
  readonly links: number;
}

/** One queue, or one link's queue among those a bundle stands for. */
export interface TubeMember {
  readonly link: string;
  readonly lane: Lane;
  readonly end: TubeEnd;
}

export interface TubeShape {
  readonly key: string;
  readonly node: string;
  readonly socket: string;
  readonly side: Side;
  readonly members: readonly TubeMember[];
  /** The glass's rectangle, upright or lying. */
  readonly box: Box;
  readonly isUpright: boolean;
  /** +1 when messages leave at the greater coordinate, -1 at the lesser. */
  readonly exit: 1 | -1;
  readonly digits: "above" | "below" | "right" | "left";
  /** Words fit below it; with another tube there, they stand beside its mouth. */
  readonly hasRoomBelow: boolean;
  /** A funnel stands before its tail. */
  readonly hasFunnel: boolean;
  readonly isBundle: boolean;
}

/** Lines between a port and its tubes. */
export type Rail = readonly Point[];

export interface WireShape {
  readonly key: string;
  readonly link: string;
  readonly lane: Lane;
  /** One end is a program of somebody else: until it comes, it is awaited, not missed. */
  readonly isOutside: boolean;
  readonly isHalfSeen: boolean;
  readonly path: WirePath;
}

/** A curve from the sender to the receiver, flattened; ``lengths[i]`` is the way to point i. */
export interface WirePath {
  readonly commands: string;
  readonly points: Float64Array;
  readonly lengths: Float64Array;
  readonly total: number;
  readonly bounds: Box;
}

/** Where a lane's wire begins or ends. */
export interface Mouth extends Point {
  /** The direction in which a wire leaves, a unit vector. */
  readonly towards: Point;
}

/** What stands along one side of one card. */
export interface Docking {
  /** The ports it was made from, its own and the far ones, in order: the same ports give the same docking. */
  readonly from: readonly PortShape[];
  readonly tubes: readonly TubeShape[];
  /** By ``node.socket``. */
  readonly rails: ReadonlyMap<string, readonly Rail[]>;
  /** By ``link|lane|b`` at the bind side and ``…|c`` at the connect side. */
  readonly mouths: ReadonlyMap<string, Mouth>;
}

export interface Scene {
  readonly dockings: ReadonlyMap<string, Docking>;
  readonly mouths: ReadonlyMap<string, Mouth>;
  readonly ports: ReadonlyMap<string, PortShape>;
  readonly tubes: readonly TubeShape[];
  readonly rails: ReadonlyMap<string, readonly Rail[]>;
  readonly wires: readonly WireShape[];
  readonly processes: ReadonlyMap<string, Box>;
  readonly wiresOf: ReadonlyMap<string, readonly WireShape[]>;
  readonly tubesOf: ReadonlyMap<string, readonly TubeShape[]>;
  /** By ``node.socket``. */
  readonly tubesAt: ReadonlyMap<string, readonly TubeShape[]>;
}

export function socketKey(node: string, socket: string): string {
  return `${node}.${socket}`;
}
