// The bar at the top: whose drawing, undo, the run, export, theme.
import { BookOpen, Keyboard, Moon, Redo2, Sun, Undo2, Upload } from "lucide-react";
import { RunBar } from "../panels/RunBar";
import { TopologyMenu } from "../panels/TopologyMenu";
import { useInterface } from "../stores/interfaceStore";
import { type SaveState, useTopology } from "../stores/topologyStore";
import { Button, IconButton } from "../ui/Button";
import { Logo } from "../ui/Logo";
import { chooseFile, saveFile } from "./files";
import { shown } from "./keys";
import { beginBlank, openKept } from "./opening";
import { setTheme } from "./theme";

const ACTIONS = { openKept: (id: string) => void openKept(id), beginBlank, saveFile, chooseFile };

export function TopBar() {
  return (
    <header className="top" data-region="toolbar">
      <div>
        <span className="brand">
          <Logo />
          GlassMQ
        </span>
        <span className="rule" />
        <TopologyMenu actions={ACTIONS} />
        <Saved />
        <span className="rule" />
        <History />
      </div>
      <RunBar />
      <div className="end">
        <IconButton
          label="Reference"
          title="Reference: socket types, options, transports, events, errors"
          icon={<BookOpen className="icon" />}
          onClick={() => window.open("/reference", "_blank", "noopener")}
        />
        <IconButton
          label="Keys"
          title="Keys (?)"
          icon={<Keyboard className="icon" />}
          onClick={() => useInterface.getState().set({ dialog: "keys" })}
        />
        <Button
          icon={<Upload className="icon" aria-hidden />}
          onClick={() => useInterface.getState().set({ dialog: "export" })}
        >
          Export
        </Button>
        <ThemeButton />
      </div>
    </header>
  );
}

const SAVE_WORD: Readonly<Record<SaveState, string>> = {
  saved: "Saved",
  saving: "Saving…",
  unreachable: "Not saved: the server is away",
};

function Saved() {
  const save = useTopology((state) => state.save);
  const isKept = useTopology((state) => state.id !== null);
  if (!isKept && save === "saved") return null;
  return (
    <span className={`saved ${save}`} aria-live="off">
      {SAVE_WORD[save]}
    </span>
  );
}

function History() {
  const undo = useTopology(({ history }) => history.undo.at(-1)?.label);
  const redo = useTopology(({ history }) => history.redo.at(-1)?.label);
  const { undo: takeBack, redo: doAgain } = useTopology.getState();
  return (
    <>
      <IconButton
        label="Undo"
        title={undo ? `Undo: ${undo} (${shown("Mod+Z")})` : "Nothing to undo"}
        icon={<Undo2 className="icon" />}
        disabled={!undo}
        onClick={takeBack}
      />
      <IconButton
        label="Redo"
        title={redo ? `Redo: ${redo} (${shown("Mod+Shift+Z")})` : "Nothing to redo"}
        icon={<Redo2 className="icon" />}
        disabled={!redo}
        onClick={doAgain}
      />
    </>
  );
}

function ThemeButton() {
  const theme = useInterface((state) => state.theme);
  const isDark = theme === "dark";
  return (
    <IconButton
      label={isDark ? "Light theme" : "Dark theme"}
      icon={isDark ? <Sun className="icon" /> : <Moon className="icon" />}
      onClick={() => setTheme(isDark ? "light" : "dark")}
    />
  );
}
