// The whole page: asks for the catalogue, opens a drawing, and puts the regions in their places.
import "./shell.css";
import "../panels/palette.css";
import "../panels/dock.css";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { Dock } from "../panels/Dock";
import { FirstVisit } from "../panels/FirstVisit";
import { Inspector } from "../panels/Inspector";
import { Palette } from "../panels/Palette";
import { QuickAdd } from "../panels/QuickAdd";
import { StatusBar } from "../panels/StatusBar";
import { TokenGate } from "../panels/TokenGate";
import { useCatalogue } from "../stores/catalogueStore";
import { wantsToken } from "../stores/libraryStore";
import { live } from "../stores/liveLink";
import { useRun } from "../stores/runStore";
import { hasUnsaved } from "../stores/topologyStore";
import { RequestRefused } from "../wire/http";
import { speakAlarms, tellWhatWasMissed } from "./alarms";
import { ContextMenu } from "./ContextMenu";
import { Dialogs } from "./Dialogs";
import { ErrorBoundary } from "./errors";
import { takeDrops } from "./files";
import { LostBanner, Notices } from "./Notices";
import { beginBlank, followAddress, openExample, openFirst } from "./opening";
import { listenToKeys } from "./shortcuts";
import { TopBar } from "./TopBar";
import { followSystem } from "./theme";

// Asked for at once and beside the rest: the frame of the page is painted while the canvas still comes.
const coming = import("../canvas/Canvas");
const Canvas = lazy(() => coming.then(({ Canvas: canvas }) => ({ default: canvas })));

type Phase = "opening" | "open" | "unreachable" | "gated";

export function App() {
  const [phase, setPhase] = useState<Phase>("opening");
  const open = useCallback(() => {
    openPage().then(setPhase);
  }, []);
  useEffect(open, [open]);
  useEffect(() => {
    const ends = [
      followSystem(),
      followAddress(),
      listenToKeys(),
      takeDrops(),
      speakAlarms(),
      tellWhatWasMissed(),
      guardUnsaved(),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  if (phase === "gated") return <TokenGate onOpen={open} />;
  if (phase === "unreachable") return <Unreachable onRetry={open} />;
  return (
    <ErrorBoundary>
      <Page />
    </ErrorBoundary>
  );
}

function Page() {
  const isStale = useRun((run) => run.link.state === "down");
  return (
    <div className={isStale ? "app is-stale" : "app"}>
      <TopBar />
      <Palette />
      <main className="canvas-region">
        <div data-region="canvas" tabIndex={-1}>
          <Suspense fallback={null}>
            <Canvas />
          </Suspense>
          <FirstVisit openExample={(name) => void openExample(name)} beginBlank={beginBlank} />
        </div>
        <LostBanner />
      </main>
      <Inspector />
      <Dock />
      <StatusBar />
      <QuickAdd />
      <ContextMenu />
      <Dialogs />
      <Notices />
    </div>
  );
}

/** Ask for what the page needs; the websocket opens beside it. */
async function openPage(): Promise<Phase> {
  try {
    await useCatalogue.getState().load();
    live.open();
    live.onState((link) => useRun.setState({ link }));
    await openFirst();
    return "open";
  } catch (error) {
    if (wantsToken(error)) return "gated";
    if (error instanceof RequestRefused) return "unreachable";
    throw error;
  }
}

function Unreachable({ onRetry }: { onRetry(): void }) {
  useEffect(() => {
    const again = setTimeout(onRetry, 2000);
    return () => clearTimeout(again);
  });
  return (
    <main className="gate">
      <div className="gate-card" role="alert">
        <h1>The server does not answer</h1>
        <p>
          Start it with <code className="mono">glassmq serve</code>. This page tries again by itself.
        </p>
      </div>
    </main>
  );
}

function guardUnsaved(): () => void {
  const onLeave = (event: BeforeUnloadEvent) => {
    if (hasUnsaved()) event.preventDefault();
  };
  window.addEventListener("beforeunload", onLeave);
  return () => window.removeEventListener("beforeunload", onLeave);
}
