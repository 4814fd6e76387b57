// The context menu of whatever was pointed at: commands for it, in the order people look for them.
import {
  ArrowLeftRight,
  BoxSelect,
  Cable,
  Clipboard,
  Copy,
  CopyPlus,
  Maximize,
  Pencil,
  Play,
  Plus,
  Power,
  Repeat2,
  Scissors,
  Square,
  Trash2,
  Ungroup,
  Workflow,
} from "lucide-react";
import type { ReactNode } from "react";
import { draftFlip } from "../model/drafting";
import { linksOf, nodeOf, nodesOf } from "../model/topology";
import { type MenuRequest, useInterface } from "../stores/interfaceStore";
import { setNode, setProcess } from "../stores/runControl";
import { isLive, useRun } from "../stores/runStore";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { Menu, type MenuEntry } from "../ui/Menu";
import { command } from "./commands";
import { named, paste, removeSocket, swapOf, toggleEnabled } from "./editing";
import { shown } from "./keys";

export function ContextMenu() {
  const request = useInterface((state) => state.menu);
  if (!request) return null;
  const close = () => useInterface.getState().set({ menu: null });
  return <Menu label="Actions" entries={entriesFor(request)} x={request.x} y={request.y} onClose={close} />;
}

function entriesFor(request: MenuRequest): readonly MenuEntry[] {
  const { target } = request;
  if (target && !isPartOfSelection(target)) useSelection.getState().select([target]);
  switch (target?.kind) {
    case "node":
      return nodeEntries(target.id);
    case "socket":
      return socketEntries(target.id);
    case "link":
      return linkEntries(target.id);
    case "process":
      return processEntries(target.id);
    default:
      return canvasEntries(request);
  }
}

const isPartOfSelection = (target: Item): boolean =>
  useSelection.getState().items.some((item) => item.kind === target.kind && item.id === target.id);

const line = (key: string): MenuEntry => ({ kind: "line", key });

/** A command of the registry, with its key. */
function of(name: string, icon: ReactNode, label?: string): MenuEntry {
  const found = command(name);
  return {
    kind: "item",
    key: name,
    label: label ?? found.label,
    icon,
    keys: found.keys[0] && shown(found.keys[0]),
    look: name === "delete" ? "danger" : undefined,
    disabled: !(found.isEnabled?.() ?? true),
    run: found.run,
  };
}

const item = (key: string, label: string, icon: ReactNode, run: () => void): MenuEntry => ({
  kind: "item",
  key,
  label,
  icon,
  run,
});

const clipboardEntries = (): readonly MenuEntry[] => [
  of("cut", <Scissors className="icon" />),
  of("copy", <Copy className="icon" />),
  of("duplicate", <CopyPlus className="icon" />),
];

function nodeEntries(id: string): readonly MenuEntry[] {
  const { document, edit } = useTopology.getState();
  const node = nodesOf(document)[id];
  const swap = swapOf(id);
  const entries: MenuEntry[] = [
    of("connect", <Cable className="icon" />),
    of("rename", <Pencil className="icon" />),
    of("toggle", <Power className="icon" />, node?.enabled === false ? "Switch on" : "Switch off"),
  ];
  if (swap)
    entries.push(item("swap", swap.label, <Repeat2 className="icon" />, () => edit(swap.label, swap.edits)));
  entries.push(...runEntries(id), line("1"), ...clipboardEntries(), line("2"));
  entries.push(of("group", <BoxSelect className="icon" />));
  if (node?.process) entries.push(of("ungroup", <Ungroup className="icon" />));
  entries.push(line("3"), of("delete", <Trash2 className="icon" />, `Delete ${named()}`));
  return entries;
}

function runEntries(id: string): readonly MenuEntry[] {
  const { state, nodes } = useRun.getState();
  if (!isLive(state)) return [];
  const isStopped =
    nodes.get(id)?.every((node) => node.state === "stopped" || node.state === "failed") ?? false;
  return [
    isStopped
      ? item("start", "Start this node", <Play className="icon" />, () => void setNode(id, "running"))
      : item("stop", "Stop this node", <Square className="icon" />, () => void setNode(id, "stopped")),
  ];
}

function socketEntries(ref: string): readonly MenuEntry[] {
  return [
    of("connect", <Cable className="icon" />),
    line("1"),
    item("remove", "Remove this socket", <Trash2 className="icon" />, () => removeSocket(ref)),
    line("2"),
    item("node", `Options of ${nodeOf(ref)}`, <Pencil className="icon" />, () =>
      useSelection.getState().select([{ kind: "node", id: nodeOf(ref) }]),
    ),
  ];
}

function linkEntries(id: string): readonly MenuEntry[] {
  const { document, edit } = useTopology.getState();
  const link = linksOf(document)[id];
  return [
    item("flip", "Swap bind and connect", <ArrowLeftRight className="icon" />, () =>
      edit("Swap bind and connect", draftFlip(document, id)),
    ),
    item("toggle", link?.enabled === false ? "Switch on" : "Switch off", <Power className="icon" />, () =>
      toggleEnabled([{ kind: "link", id }]),
    ),
    line("1"),
    of("delete", <Trash2 className="icon" />, `Delete ${named()}`),
  ];
}

function processEntries(id: string): readonly MenuEntry[] {
  const { document } = useTopology.getState();
  const members = Object.entries(nodesOf(document)).filter(([, node]) => (node.process ?? "main") === id);
  const isRunning = isLive(useRun.getState().state);
  const entries: MenuEntry[] = [
    item("members", "Select its nodes", <BoxSelect className="icon" />, () =>
      useSelection.getState().select(members.map(([node]) => ({ kind: "node", id: node }))),
    ),
  ];
  if (isRunning)
    entries.push(
      line("1"),
      item(
        "kill",
        "Kill the process (SIGKILL)",
        <Square className="icon" />,
        () => void setProcess(id, "killed"),
      ),
      item("restart", "Start it again", <Play className="icon" />, () => void setProcess(id, "running")),
    );
  entries.push(line("2"), of("delete", <Trash2 className="icon" />, "Remove the box, keep its nodes"));
  return entries;
}

function canvasEntries({ place }: MenuRequest): readonly MenuEntry[] {
  return [
    item("add", "Add here…", <Plus className="icon" />, () =>
      useInterface.getState().set({ quickAdd: place ? { kind: "add", place } : { kind: "add" } }),
    ),
    item("paste", "Paste here", <Clipboard className="icon" />, () => void pasteHere(place)),
    line("1"),
    of("select.all", <BoxSelect className="icon" />),
    of("arrange", <Workflow className="icon" />, "Arrange everything"),
    of("zoom.fit", <Maximize className="icon" />),
  ];
}

async function pasteHere(place: MenuRequest["place"]): Promise<void> {
  // Reading the clipboard may be refused; what was copied in this page is known anyway.
  const text = await navigator.clipboard?.readText().catch(() => undefined);
  paste(text, place);
}
