// Everything a person can do, once: name, words, keys, whether it is possible now, and the doing of it.
import { nodesOf } from "../model/topology";
import { useInterface } from "../stores/interfaceStore";
import { pauseRun, resumeRun, startRun, stopRun } from "../stores/runControl";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import {
  arrange,
  copySelection,
  cutSelection,
  deleteSelection,
  duplicateSelection,
  groupSelection,
  hasCopied,
  nudge,
  paste,
  selected,
  selectedNodes,
  toggleEnabled,
  ungroupSelection,
} from "./editing";
import { chooseFile, saveFile } from "./files";
import { focusTowards, followLink, nextRegion, walkLinks } from "./walking";

export type CommandGroup = "Run" | "Edit" | "Draw" | "Look" | "Move about";

export interface Command {
  readonly name: string;
  readonly label: string;
  readonly group: CommandGroup;
  readonly keys: readonly string[];
  /** Left out of the table of keys. */
  readonly isHidden?: boolean;
  isEnabled?(): boolean;
  run(): void;
}

const drawing = () => useTopology.getState();
const hasSelection = () => selected().length > 0;
const hasNodes = () => selectedNodes().length > 0;
const canvas = () => useInterface.getState().canvas;
const show = useInterface.getState().set;

/** Start, pause, or go on: whichever the run's state calls for. */
export function togglePlay(): void {
  const { state } = useRun.getState();
  if (state === "running") void pauseRun();
  else if (state === "paused") void resumeRun();
  else if (!isLive(state)) void startRun();
}

function connect(): void {
  const socket = oneSocket();
  if (socket) show({ quickAdd: { kind: "connect", from: socket } });
}

/** The selected socket, or the first one of the selected node that has the fewest links. */
function oneSocket(): string | undefined {
  const item = useSelection.getState().focused ?? selected()[0];
  if (item?.kind === "socket") return item.id;
  if (item?.kind !== "node") return undefined;
  const role = Object.keys(nodesOf(drawing().document)[item.id]?.sockets ?? {})[0];
  return role && `${item.id}.${role}`;
}

function rename(): void {
  const [node] = selectedNodes();
  if (node) show({ renaming: node });
}

function openInspector(): void {
  if (followLink()) return;
  document
    .querySelector<HTMLElement>('[data-region="inspector"] input, [data-region="inspector"] button')
    ?.focus();
}

function letGo(): void {
  useSelection.getState().clear();
  show({ menu: null, quickAdd: null });
}

const move = (name: string, key: string, dx: number, dy: number): Command[] => [
  {
    name: `move.${name}`,
    label: `Move ${name} by 10 px`,
    group: "Move about",
    keys: [`Shift+${key}`],
    isEnabled: hasNodes,
    run: () => nudge(dx * 10, dy * 10),
  },
  {
    name: `move.${name}.far`,
    label: `Move ${name} by 40 px`,
    group: "Move about",
    keys: [`Mod+Shift+${key}`],
    isHidden: true,
    isEnabled: hasNodes,
    run: () => nudge(dx * 40, dy * 40),
  },
];

const RUNNING: readonly Command[] = [
  { name: "run.toggle", label: "Run, pause, go on", group: "Run", keys: ["Space"], run: togglePlay },
  {
    name: "run.toggle.anywhere",
    label: "Run, pause, go on, from anywhere",
    group: "Run",
    keys: ["F8"],
    run: togglePlay,
  },
  {
    name: "run.stop",
    label: "Stop",
    group: "Run",
    keys: ["Shift+F8"],
    isEnabled: () => isLive(useRun.getState().state),
    run: () => void stopRun(),
  },
];

const EDITING: readonly Command[] = [
  {
    name: "undo",
    label: "Undo",
    group: "Edit",
    keys: ["Mod+Z"],
    isEnabled: () => drawing().history.undo.length > 0,
    run: () => drawing().undo(),
  },
  {
    name: "redo",
    label: "Redo",
    group: "Edit",
    keys: ["Mod+Shift+Z", "Mod+Y"],
    isEnabled: () => drawing().history.redo.length > 0,
    run: () => drawing().redo(),
  },
  { name: "file.save", label: "Save as a file", group: "Edit", keys: ["Mod+S"], run: saveFile },
  { name: "file.open", label: "Open a file", group: "Edit", keys: ["Mod+O"], run: chooseFile },
  {
    name: "cut",
    label: "Cut",
    group: "Edit",
    keys: ["Mod+X"],
    isEnabled: hasNodes,
    run: () => void cutSelection(),
  },
  {
    name: "copy",
    label: "Copy",
    group: "Edit",
    keys: ["Mod+C"],
    isEnabled: hasNodes,
    run: () => void copySelection(),
  },
  {
    name: "paste",
    label: "Paste",
    group: "Edit",
    keys: ["Mod+V"],
    isEnabled: hasCopied,
    run: () => void paste(),
  },
  {
    name: "duplicate",
    label: "Duplicate",
    group: "Edit",
    keys: ["Mod+D"],
    isEnabled: hasNodes,
    run: duplicateSelection,
  },
  {
    name: "select.all",
    label: "Select all nodes",
    group: "Edit",
    keys: ["Mod+A"],
    run: () =>
      useSelection
        .getState()
        .select(Object.keys(nodesOf(drawing().document)).map((id) => ({ kind: "node", id }))),
  },
  {
    name: "delete",
    label: "Delete",
    group: "Edit",
    keys: ["Delete", "Backspace"],
    isEnabled: hasSelection,
    run: deleteSelection,
  },
];

const DRAWING: readonly Command[] = [
  {
    name: "add",
    label: "Add a node or socket",
    group: "Draw",
    keys: ["A"],
    run: () => show({ quickAdd: { kind: "add" } }),
  },
  {
    name: "connect",
    label: "Connect to…",
    group: "Draw",
    keys: ["C"],
    isEnabled: () => !!oneSocket(),
    run: connect,
  },
  { name: "rename", label: "Rename", group: "Draw", keys: ["F2"], isEnabled: hasNodes, run: rename },
  {
    name: "inspect",
    label: "To the options, or along a link",
    group: "Draw",
    keys: ["Enter"],
    run: openInspector,
  },
  {
    name: "toggle",
    label: "Switch on or off",
    group: "Draw",
    keys: ["X"],
    isEnabled: hasSelection,
    run: () => toggleEnabled(),
  },
  {
    name: "group",
    label: "Put into a new process",
    group: "Draw",
    keys: ["G"],
    isEnabled: hasNodes,
    run: groupSelection,
  },
  {
    name: "ungroup",
    label: "Take out of the process",
    group: "Draw",
    keys: ["Shift+G"],
    isEnabled: hasNodes,
    run: ungroupSelection,
  },
  {
    name: "arrange",
    label: "Arrange the selection, or all",
    group: "Draw",
    keys: ["L"],
    run: () => void arrange(),
  },
];

const LOOKING: readonly Command[] = [
  { name: "zoom.fit", label: "Fit", group: "Look", keys: ["0"], run: () => canvas()?.fit() },
  { name: "zoom.reset", label: "100 %", group: "Look", keys: ["1"], run: () => canvas()?.zoomReset() },
  { name: "zoom.in", label: "Zoom in", group: "Look", keys: ["+", "="], run: () => canvas()?.zoomIn() },
  { name: "zoom.out", label: "Zoom out", group: "Look", keys: ["-"], run: () => canvas()?.zoomOut() },
  { name: "keys", label: "These keys", group: "Look", keys: ["?"], run: () => show({ dialog: "keys" }) },
];

const WALKING: readonly Command[] = [
  { name: "region.next", label: "Next region", group: "Move about", keys: ["F6"], run: () => nextRegion(1) },
  {
    name: "region.previous",
    label: "Region before",
    group: "Move about",
    keys: ["Shift+F6"],
    run: () => nextRegion(-1),
  },
  {
    name: "focus.left",
    label: "Nearest node to the left",
    group: "Move about",
    keys: ["ArrowLeft"],
    run: () => focusTowards("left"),
  },
  {
    name: "focus.right",
    label: "… to the right",
    group: "Move about",
    keys: ["ArrowRight"],
    run: () => focusTowards("right"),
  },
  {
    name: "focus.up",
    label: "… above",
    group: "Move about",
    keys: ["ArrowUp"],
    run: () => focusTowards("up"),
  },
  {
    name: "focus.down",
    label: "… below",
    group: "Move about",
    keys: ["ArrowDown"],
    run: () => focusTowards("down"),
  },
  ...move("left", "ArrowLeft", -1, 0),
  ...move("right", "ArrowRight", 1, 0),
  ...move("up", "ArrowUp", 0, -1),
  ...move("down", "ArrowDown", 0, 1),
  {
    name: "link.next",
    label: "Next link of the node",
    group: "Move about",
    keys: ["N"],
    run: () => walkLinks(1),
  },
  {
    name: "link.previous",
    label: "Link before",
    group: "Move about",
    keys: ["Shift+N"],
    run: () => walkLinks(-1),
  },
  { name: "escape", label: "Let go of the selection", group: "Move about", keys: ["Escape"], run: letGo },
];

export const COMMANDS: readonly Command[] = [...RUNNING, ...EDITING, ...DRAWING, ...LOOKING, ...WALKING];

const BY_NAME = new Map(COMMANDS.map((command) => [command.name, command]));

export function command(name: string): Command {
  const found = BY_NAME.get(name);
  if (!found) throw new Error(`there is no command ${name}`);
  return found;
}

/** Run it if it is possible now. */
export function run(name: string): void {
  const found = command(name);
  if (found.isEnabled?.() ?? true) found.run();
}
