// The nodes and edges React Flow shows: the drawing, where things are in a drag, and what is selected.

import type { EdgeChange, NodeChange } from "@xyflow/react";
import { draftMove, draftProcess } from "../model/arranging";
import type { Edit } from "../model/edits";
import type { Place } from "../model/topology";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { type Item, sameItem, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { useConnecting } from "./connecting";
import type { Geometry } from "./geometry";
import { GRID } from "./measures";
import { processAfterDrop } from "./processBounds";
import type { Box, Point } from "./shapes";
import {
  cardNode,
  type FlowNode,
  type LinkEdge,
  NOTHING_DRAWN,
  PROCESS_PREFIX,
  processNode,
  toFlow,
} from "./toFlow";

interface Drag {
  /** Where the cards that move stood when it began. */
  readonly from: ReadonlyMap<string, Point>;
  readonly boxes: ReadonlyMap<string, Box>;
  /** Cards that go along with their process, and so never change it. */
  readonly carried: ReadonlySet<string>;
  to: Map<string, Point>;
}

function itemOf(id: string): Item {
  return id.startsWith(PROCESS_PREFIX)
    ? { kind: "process", id: id.slice(PROCESS_PREFIX.length) }
    : { kind: "node", id };
}

const snap = (n: number): number => Math.round(n / GRID) * GRID;

/** Outside React, so that an edit, the geometry and the picture change in one step. */
export class FlowModel {
  nodes: FlowNode[] = [];
  edges: LinkEdge[] = [];
  readonly #geometry: Geometry;
  readonly #listeners = new Set<() => void>();
  readonly #measured = new Map<string, FlowNode["measured"]>();
  #drawing = NOTHING_DRAWN;
  #drag: Drag | undefined;
  #edgesOf: readonly LinkEdge[] = [];
  #marked = "";

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows the stores until the returned function is called. */
  follow(): () => void {
    const redraw = () => this.#redraw();
    const stops = [
      useTopology.subscribe((now, before) => now.document !== before.document && redraw()),
      useCatalogue.subscribe((now, before) => now.catalogue !== before.catalogue && redraw()),
      useInterface.subscribe((now, before) => now.openBundles !== before.openBundles && redraw()),
      useSelection.subscribe((now, before) => now.items !== before.items && this.#rebuild()),
    ];
    redraw();
    return () => {
      for (const stop of stops) stop();
    };
  }

  get isDragging(): boolean {
    return this.#drag !== undefined;
  }

  changeNodes = (changes: NodeChange<FlowNode>[]): void => {
    let items = useSelection.getState().items;
    const moves = new Map<string, Point>();
    for (const change of changes) {
      if (change.type === "select") items = withItem(items, itemOf(change.id), change.selected);
      else if (change.type === "position" && change.position) moves.set(change.id, change.position);
      else if (change.type === "dimensions") this.#measured.set(change.id, change.dimensions);
    }
    if (moves.size && this.#drag) this.#moveTo(moves);
    useSelection.getState().select(items);
    this.#rebuild();
  };

  /** A box of selection takes nodes; their links would only be in the way of what is done with them. */
  isBoxing = false;

  changeEdges = (changes: EdgeChange<LinkEdge>[]): void => {
    if (this.isBoxing) return;
    let items = useSelection.getState().items;
    for (const change of changes)
      if (change.type === "select") items = withItem(items, { kind: "link", id: change.id }, change.selected);
    useSelection.getState().select(items);
  };

  beginDrag = (dragged: readonly FlowNode[]): void => {
    const carried = new Set<string>();
    const cards = new Set<string>();
    for (const node of dragged) {
      if (node.type === "card") cards.add(node.id);
      else for (const member of node.data.members) carried.add(member);
    }
    for (const id of carried) cards.add(id);
    const from = new Map<string, Point>();
    for (const id of cards) {
      const card = this.#geometry.cards.get(id);
      if (card) from.set(id, { x: card.x, y: card.y });
    }
    const boxes = new Map(this.#geometry.scene.processes);
    this.#drag = { from, boxes, carried, to: new Map() };
  };

  /** Commits the places, and the processes that cards were dropped into or out of, as one edit. */
  endDrag = (): void => {
    const drag = this.#drag;
    this.#drag = undefined;
    useConnecting.setState({ receiving: null });
    if (!drag) return;
    const moved = new Map<string, Place>();
    for (const [id, at] of drag.to) {
      const from = drag.from.get(id);
      if (from && (from.x !== at.x || from.y !== at.y)) moved.set(id, [at.x, at.y]);
    }
    if (moved.size === 0) {
      this.#redraw();
      return;
    }
    const { document, edit } = useTopology.getState();
    const edits: Edit[] = [...draftMove(moved)];
    for (const [id, process] of this.#processes(drag))
      edits.push(...draftProcess(document, [id], process ?? null));
    edit(moved.size === 1 ? "Move node" : "Move nodes", edits);
    this.#redraw();
  };

  #moveTo(moves: ReadonlyMap<string, Point>): void {
    const drag = this.#drag;
    if (!drag) return;
    for (const [id, at] of moves) {
      if (!id.startsWith(PROCESS_PREFIX)) {
        if (!drag.carried.has(id)) drag.to.set(id, { x: snap(at.x), y: snap(at.y) });
        continue;
      }
      const process = id.slice(PROCESS_PREFIX.length);
      const box = drag.boxes.get(process);
      const members = this.#drawing.processes.get(process)?.data.members ?? [];
      if (!box) continue;
      const [dx, dy] = [snap(at.x - box.x), snap(at.y - box.y)];
      for (const member of members) {
        const from = drag.from.get(member);
        if (from) drag.to.set(member, { x: from.x + dx, y: from.y + dy });
      }
    }
    const processes = this.#processes(drag);
    this.#geometry.regroup(processes);
    this.#geometry.move(drag.to);
    const joined = [...processes].find(
      ([id, process]) => process !== this.#drawing.cards.get(id)?.process,
    )?.[1];
    if (useConnecting.getState().receiving !== (joined ?? null))
      useConnecting.setState({ receiving: joined ?? null });
  }

  /** Where each dragged card would belong if it were dropped now. */
  #processes(drag: Drag): Map<string, string | undefined> {
    const processes = new Map<string, string | undefined>();
    for (const [id, at] of drag.to) {
      const card = this.#drawing.cards.get(id);
      const shape = this.#geometry.cards.get(id);
      if (!card || !shape || card.data.isExternal || drag.carried.has(id)) continue;
      const members = card.process ? this.#drawing.processes.get(card.process)?.data.members : undefined;
      const isAlone = members?.every((member) => drag.from.has(member)) ?? false;
      const here = { ...shape, process: card.process, x: at.x, y: at.y };
      processes.set(id, processAfterDrop(here, drag.boxes, isAlone));
    }
    return processes;
  }

  #redraw(): void {
    const { document } = useTopology.getState();
    const { catalogue } = useCatalogue.getState();
    this.#drawing = toFlow(document, catalogue, this.#drawing);
    this.#geometry.draw(this.#drawing, useInterface.getState().openBundles, this.isDragging);
    this.#rebuild();
  }

  /** Makes the lists anew; a node that is as it was keeps its object. */
  #rebuild(): void {
    const { items } = useSelection.getState();
    const chosen = new Set(items.map((item) => `${item.kind} ${item.id}`));
    const before = new Map(this.nodes.map((node) => [node.id, node]));
    const keep = (made: FlowNode): FlowNode => {
      made.measured = this.#measured.get(made.id) ?? { width: made.width ?? 0, height: made.height ?? 0 };
      const known = before.get(made.id);
      return known && sameNode(known, made) ? known : made;
    };
    const nodes: FlowNode[] = [];
    for (const [id, { data }] of this.#drawing.processes) {
      const box = this.#geometry.scene.processes.get(id);
      if (box) nodes.push(keep({ ...processNode(id, data, box), selected: chosen.has(`process ${id}`) }));
    }
    for (const [id, card] of this.#drawing.cards) {
      const shape = this.#geometry.cards.get(id);
      if (!shape) continue;
      const made = cardNode(id, card);
      nodes.push(keep({ ...made, position: { x: shape.x, y: shape.y }, selected: chosen.has(`node ${id}`) }));
    }
    if (nodes.length !== this.nodes.length || nodes.some((node, i) => node !== this.nodes[i]))
      this.nodes = nodes;
    this.#rebuildEdges(chosen);
    for (const listener of [...this.#listeners]) listener();
  }

  /** React Flow looks at every edge when the list is another one: it is, only when an edge is. */
  #rebuildEdges(chosen: ReadonlySet<string>): void {
    const { edges } = this.#drawing;
    const marked = edges.filter((edge) => chosen.has(`link ${edge.id}`)).map((edge) => edge.id);
    const key = marked.join(" ");
    if (edges === this.#edgesOf && key === this.#marked) return;
    this.#edgesOf = edges;
    this.#marked = key;
    const selected = new Set(marked);
    this.edges = edges.map((edge) => (selected.has(edge.id) ? { ...edge, selected: true } : edge));
  }
}

function withItem(items: readonly Item[], item: Item, selected: boolean): readonly Item[] {
  const has = items.some((each) => sameItem(each, item));
  if (has === selected) return items;
  if (!selected) return items.filter((each) => !sameItem(each, item));
  // A socket is chosen in its node's panel: React Flow does not know, and does not take it back.
  return [...items.filter(({ kind }) => kind !== "socket"), item];
}

function sameNode(a: FlowNode, b: FlowNode): boolean {
  return (
    a.data === b.data &&
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.width === b.width &&
    a.height === b.height &&
    (a.selected ?? false) === (b.selected ?? false) &&
    a.measured?.width === b.measured?.width &&
    a.measured?.height === b.measured?.height
  );
}
