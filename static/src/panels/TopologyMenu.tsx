// The name of the drawing and the menu under it: new, rename, the others that are kept, examples, delete.
import { ChevronDown, FilePlus2, FolderOpen, KeyRound, LayoutGrid, Pencil, Save, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useInterface } from "../stores/interfaceStore";
import { type Entry, useLibrary } from "../stores/libraryStore";
import { notify, notifyRefusal } from "../stores/noticeStore";
import { useTopology } from "../stores/topologyStore";
import { TextInput } from "../ui/Field";
import { Menu, type MenuEntry } from "../ui/Menu";

/** What opening, saving and beginning mean is the shell's to say. */
export interface TopologyActions {
  openKept(id: string): void;
  beginBlank(): void;
  saveFile(): void;
  chooseFile(): void;
}

export function TopologyMenu({ actions }: { readonly actions: TopologyActions }) {
  const name = useTopology(({ document }) => document.name);
  const [place, setPlace] = useState<readonly [number, number] | null>(null);
  const [isRenaming, setRenaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  const open = () => {
    const box = button.current?.getBoundingClientRect();
    setPlace([box?.left ?? 0, (box?.bottom ?? 0) + 4]);
    // The list of last time is shown until the answer comes; without one it simply stays.
    useLibrary
      .getState()
      .list()
      .catch(() => undefined);
  };

  if (isRenaming)
    return (
      <span className="document-input">
        <TextInput
          label="Name of the drawing"
          value={name}
          isFresh
          onLeave={() => setRenaming(false)}
          onChange={(next) => renameDrawing(next.trim())}
        />
      </span>
    );
  return (
    <>
      <button
        ref={button}
        type="button"
        className="document-name"
        aria-haspopup="menu"
        aria-expanded={place !== null}
        title={name}
        onClick={open}
        onDoubleClick={() => {
          setPlace(null);
          setRenaming(true);
        }}
      >
        <span className="clip">{name}</span>
        <ChevronDown className="icon" aria-hidden />
      </button>
      {place && (
        <DrawingsMenu
          x={place[0]}
          y={place[1]}
          actions={actions}
          onRename={() => setRenaming(true)}
          onClose={() => setPlace(null)}
        />
      )}
    </>
  );
}

interface DrawingsMenuProps {
  readonly x: number;
  readonly y: number;
  readonly actions: TopologyActions;
  onRename(): void;
  onClose(): void;
}

function DrawingsMenu({ x, y, actions, onRename, onClose }: DrawingsMenuProps) {
  const id = useTopology((state) => state.id);
  const entries = useLibrary((state) => state.entries);
  const others = entries.filter((entry) => entry.id !== id).slice(0, 8);
  const item = (
    key: string,
    label: string,
    icon: React.ReactNode,
    run: () => void,
    keys?: string,
  ): MenuEntry => ({
    kind: "item",
    key,
    label,
    icon,
    run,
    keys,
  });
  const menu: MenuEntry[] = [
    item("new", "New drawing", <FilePlus2 className="icon" />, actions.beginBlank),
    item("examples", "Examples and patterns…", <LayoutGrid className="icon" />, () =>
      useInterface.getState().set({ dialog: "patterns" }),
    ),
    { kind: "line", key: "line-1" },
    item("rename", "Rename", <Pencil className="icon" />, onRename),
    item("save", "Save as a file", <Save className="icon" />, actions.saveFile, "Ctrl S"),
    item("open", "Open a file…", <FolderOpen className="icon" />, actions.chooseFile, "Ctrl O"),
  ];
  menu.push(
    { kind: "line", key: "line-keys" },
    item("stored-keys", "Keys of this machine…", <KeyRound className="icon" />, () =>
      useInterface.getState().set({ dialog: "stored-keys" }),
    ),
  );
  if (others.length) {
    menu.push({ kind: "line", key: "line-2" }, { kind: "title", key: "recent", label: "Other drawings" });
    for (const entry of others)
      menu.push({
        kind: "item",
        key: entry.id,
        label: entry.name || "Untitled",
        keys: age(entry),
        run: () => actions.openKept(entry.id),
      });
  }
  if (id)
    menu.push(
      { kind: "line", key: "line-3" },
      {
        kind: "item",
        key: "delete",
        label: "Delete this drawing",
        icon: <Trash2 className="icon" />,
        look: "danger",
        run: () => void remove(id, actions),
      },
    );
  return <Menu label="Drawings" entries={menu} x={x} y={y} onClose={onClose} />;
}

function renameDrawing(name: string): void {
  if (name) useTopology.getState().edit("Rename the drawing", [{ kind: "set", path: ["name"], value: name }]);
}

async function remove(id: string, actions: TopologyActions): Promise<void> {
  const { document } = useTopology.getState();
  try {
    await useLibrary
      .getState()
      .remove({ id, name: document.name, revision: "", created_at: 0, changed_at: 0 });
  } catch (error) {
    notifyRefusal("The drawing could not be deleted", error);
    return;
  }
  actions.beginBlank();
  notify("info", `“${document.name}” was deleted`, undefined, {
    label: "Bring it back",
    run: () => useTopology.getState().begin(document),
  });
}

function age({ changed_at }: Entry): string {
  const minutes = (Date.now() / 1000 - changed_at) / 60;
  if (minutes < 1) return "now";
  if (minutes < 60) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}
