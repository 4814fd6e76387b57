// What a person does with the selection: take away, copy, paste, move, group, switch off, place anew.
import {
  draftMove,
  draftNewProcess,
  draftNudge,
  draftPaste,
  draftProcess,
  draftSwap,
  fragment,
  readFragment,
} from "../model/arranging";
import { draftRemoval } from "../model/drafting";
import type { Edit } from "../model/edits";
import { layout } from "../model/layout";
import {
  linksOf,
  type NodeId,
  nodeLabel,
  nodeOf,
  nodesOf,
  type Place,
  type SocketRef,
  splitRef,
} from "../model/topology";
import { plural } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { notify } from "../stores/noticeStore";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";

const drawn = () => useTopology.getState().document;
const edit = (label: string, edits: readonly Edit[]) => useTopology.getState().edit(label, edits);
export const selected = (): readonly Item[] => useSelection.getState().items;

/** Nodes of the selection, those of selected sockets included. */
export function selectedNodes(): readonly NodeId[] {
  const ids = selected().flatMap((item) =>
    item.kind === "node" ? [item.id] : item.kind === "socket" ? [nodeOf(item.id)] : [],
  );
  return [...new Set(ids)].filter((id) => Object.hasOwn(nodesOf(drawn()), id));
}

const ids = (kind: Item["kind"]): readonly string[] =>
  selected().flatMap((item) => (item.kind === kind ? [item.id] : []));

/** "work-3", "3 nodes", "link a-b": what the selection is called in a label. */
export function named(items: readonly Item[] = selected()): string {
  const first = items[0];
  if (!first) return "nothing";
  if (items.length > 1) {
    const isSame = items.every((item) => item.kind === first.kind);
    return plural(
      items.length,
      isSame ? first.kind : "thing",
      first.kind === "process" && isSame ? "processes" : undefined,
    );
  }
  if (first.kind === "node") return nodeLabel(first.id, nodesOf(drawn())[first.id]);
  return `${first.kind} ${first.id}`;
}

export function deleteSelection(): void {
  const label = `Delete ${named()}`;
  const edits = draftRemoval(drawn(), {
    nodes: ids("node"),
    links: ids("link"),
    sockets: ids("socket"),
    processes: ids("process"),
  });
  edit(label, edits);
  useSelection.getState().clear();
  useSelection.getState().focus(null);
}

export async function copySelection(): Promise<boolean> {
  const nodes = selectedNodes();
  if (nodes.length === 0) return false;
  const text = JSON.stringify(fragment(drawn(), nodes), null, 2);
  copied = text;
  // Without permission for the clipboard, copying within the page still works.
  await navigator.clipboard?.writeText(text).catch(() => undefined);
  return true;
}

export async function cutSelection(): Promise<void> {
  const nodes = selectedNodes();
  if (!(await copySelection())) return;
  edit(`Cut ${named()}`, draftRemoval(drawn(), { nodes }));
  useSelection.getState().clear();
}

let copied = "";

export const hasCopied = (): boolean => copied !== "";

/** Paste text as nodes; `text` comes from the browser's paste event, else what was copied here. */
export function paste(text: string = copied, at?: Place): boolean {
  const part = readFragment(text) ?? (text === copied ? undefined : readFragment(copied));
  if (!part) return false;
  const { edits, nodes } = draftPaste(drawn(), part, at);
  edit(`Paste ${plural(nodes.length, "node")}`, edits);
  useSelection.getState().select(nodes.map((id) => ({ kind: "node", id })));
  return true;
}

export function duplicateSelection(): void {
  const nodes = selectedNodes();
  if (nodes.length === 0) return;
  const { edits, nodes: made } = draftPaste(drawn(), fragment(drawn(), nodes));
  edit(`Duplicate ${named()}`, edits);
  useSelection.getState().select(made.map((id) => ({ kind: "node", id })));
}

export function nudge(dx: number, dy: number): void {
  const nodes = selectedNodes();
  if (nodes.length === 0) return;
  useTopology.getState().edit(`Move ${named()}`, draftNudge(drawn(), nodes, dx, dy), {
    gesture: `nudge ${nodes.join()}`,
  });
}

export function groupSelection(): void {
  const nodes = selectedNodes().filter((id) => nodesOf(drawn())[id]?.behaviour !== "external");
  if (nodes.length === 0) {
    notify("info", "An external program belongs to no process of ours");
    return;
  }
  const { edits, id } = draftNewProcess(drawn(), nodes);
  edit(`Put ${named()} into a process`, edits);
  useSelection.getState().select([{ kind: "process", id }]);
}

export const ungroupSelection = (): void =>
  edit(`Take ${named()} out of the process`, draftProcess(drawn(), selectedNodes(), null));

export function toggleEnabled(items: readonly Item[] = selected()): void {
  const edits = items.flatMap((item): Edit[] => {
    const room = item.kind === "node" ? "nodes" : item.kind === "link" ? "links" : undefined;
    if (!room) return [];
    const thing = (room === "nodes" ? nodesOf(drawn()) : linksOf(drawn()))[item.id];
    const path = [room, item.id, "enabled"];
    return thing?.enabled === false ? [{ kind: "unset", path }] : [{ kind: "set", path, value: false }];
  });
  edit(`Switch ${named(items)} on or off`, edits);
}

/** Place the selected nodes, or all, in layers along the flow. */
export async function arrange(): Promise<void> {
  const document = drawn();
  const chosen = selectedNodes();
  const only = chosen.length > 1 ? new Set(chosen) : undefined;
  const places = await layout(document, useCatalogue.getState().catalogue, only);
  // Meanwhile somebody may have drawn on: only nodes that are still there move.
  const still = new Map([...places].filter(([id]) => Object.hasOwn(nodesOf(drawn()), id)));
  edit(only ? `Arrange ${named()}` : "Arrange everything", draftMove(still));
  if (!only) requestAnimationFrame(() => useInterface.getState().canvas?.fit());
}

/** The swap of patterns that this node offers, if any: PUSH and PULL to PUB and SUB, or back. */
export function swapOf(node: NodeId): { label: string; edits: readonly Edit[] } | undefined {
  for (const socket of Object.keys(nodesOf(drawn())[node]?.sockets ?? {})) {
    const swap = draftSwap(drawn(), `${node}.${socket}`);
    if (swap) return swap;
  }
  return undefined;
}

export function removeSocket(ref: SocketRef): void {
  const [node, socket] = splitRef(ref);
  edit(`Remove socket ${socket}`, [{ kind: "unset", path: ["nodes", node, "sockets", socket] }]);
  useSelection.getState().select([{ kind: "node", id: node }]);
}
