// The present geometry of the canvas, outside React: cards where they are now, also in the middle of a drag.

import { buildScene } from "./manifold";
import { CARD_WIDTH } from "./measures";
import type { Box, CardShape, Point, PortShape, Scene } from "./shapes";
import { socketKey } from "./shapes";
import { type Card, type Drawing, NOTHING_DRAWN } from "./toFlow";

type Listener = () => void;

function shapeOf(id: string, card: Card, at: Point): CardShape {
  return {
    id,
    x: at.x,
    y: at.y,
    width: CARD_WIDTH,
    height: card.height,
    process: card.process,
    sockets: card.sockets,
  };
}

function describePort(port: PortShape | undefined, cardX: number): string {
  if (!port) return "right:free:0";
  const kind = port.binds ? "bind" : port.connects ? "connect" : "free";
  const isUpright = port.side === "top" || port.side === "bottom";
  const words = `${port.side}:${kind}:${port.links}`;
  return isUpright ? `${words}@${Math.round(port.x - cardX)}` : words;
}

/** Holds the scene and tells when it changed. One instance for each canvas. */
export class Geometry {
  scene: Scene = buildScene(new Map(), []);
  cards: ReadonlyMap<string, CardShape> = new Map();
  drawing: Drawing = NOTHING_DRAWN;
  readonly #listeners = new Set<Listener>();
  readonly #settledListeners = new Set<Listener>();
  #opened: ReadonlySet<string> = new Set();
  #builtFrom: unknown;
  #builtOpen: unknown;
  #moved = new Map<string, Point>();
  #leaving: ReadonlyMap<string, string | undefined> = new Map();

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same, but not for every step of a drag: for what need not follow the pointer. */
  subscribeSettled = (listener: Listener): (() => void) => {
    this.#settledListeners.add(listener);
    return () => this.#settledListeners.delete(listener);
  };

  /** Takes another drawing; places from before are forgotten unless the drag goes on. */
  draw(drawing: Drawing, opened: ReadonlySet<string>, isDragging: boolean): void {
    if (!isDragging) {
      this.#moved = new Map();
      this.#leaving = new Map();
    }
    this.drawing = drawing;
    this.#opened = opened;
    this.#rebuild();
    if (!isDragging) for (const listener of [...this.#settledListeners]) listener();
  }

  /** Moves cards for now, without touching the document. */
  move(places: ReadonlyMap<string, Point>): void {
    for (const [id, at] of places) this.#moved.set(id, at);
    this.#rebuild();
  }

  /** The processes that dragged cards would belong to if they were dropped now. */
  regroup(processes: ReadonlyMap<string, string | undefined>): void {
    this.#leaving = processes;
  }

  port(node: string, socket: string): PortShape | undefined {
    return this.scene.ports.get(socketKey(node, socket));
  }

  /** "right left": the sides of a card's ports in the order of its rows; a text, so that it compares. */
  sidesOf(node: string): string {
    const card = this.drawing.cards.get(node);
    if (!card) return "";
    const x = this.cards.get(node)?.x ?? 0;
    return card.sockets.map((socket) => describePort(this.scene.ports.get(socket.key), x)).join(" ");
  }

  /** The smallest box around everything. */
  bounds(): Box | undefined {
    let left = Number.POSITIVE_INFINITY;
    let top = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    let bottom = Number.NEGATIVE_INFINITY;
    const add = ({ x, y, width, height }: Box) => {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + width);
      bottom = Math.max(bottom, y + height);
    };
    for (const card of this.cards.values()) add(card);
    for (const tube of this.scene.tubes) add(tube.box);
    for (const box of this.scene.processes.values()) add(box);
    return left <= right ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
  }

  #rebuild(): void {
    const cards = new Map<string, CardShape>();
    for (const [id, card] of this.drawing.cards) {
      const at = this.#moved.get(id) ?? { x: card.at[0], y: card.at[1] };
      const shape = shapeOf(id, card, at);
      const process = this.#leaving.has(id) ? this.#leaving.get(id) : shape.process;
      const before = this.cards.get(id);
      const stays =
        before?.x === at.x &&
        before.y === at.y &&
        before.height === card.height &&
        before.sockets === card.sockets &&
        before.process === process;
      cards.set(id, before && stays ? before : { ...shape, process });
    }
    this.cards = cards;
    const isSame = this.#builtFrom === this.drawing.shapes && this.#builtOpen === this.#opened;
    const previous = isSame ? this.scene : undefined;
    this.scene = buildScene(cards, this.drawing.shapes, { opened: this.#opened, previous });
    this.#builtFrom = this.drawing.shapes;
    this.#builtOpen = this.#opened;
    for (const listener of [...this.#listeners]) listener();
  }
}
