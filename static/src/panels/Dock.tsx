// The lower side: problems, events, queues and messages of the drawing and its run.
import { ChevronDown, ChevronUp, Pause, Play, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { worst } from "../model/findings";
import { isEmpty } from "../model/topology";
import { shortCount } from "../model/units";
import { useEvents } from "../stores/eventStore";
import { type DockTab, useInterface } from "../stores/interfaceStore";
import { useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { IconButton } from "../ui/Button";
import { Tabs } from "../ui/Tabs";
import { EventLog } from "./EventLog";
import { MessageList } from "./MessageList";
import { ProblemsList } from "./ProblemsList";
import { QueuesTable } from "./QueuesTable";

const FILTERS: Readonly<Record<DockTab, string>> = {
  problems: "Filter problems",
  events: "Filter events",
  queues: "Filter queues",
  messages: "Filter messages",
};

export function Dock() {
  const tab = useInterface((state) => state.dockTab);
  const isOpen = useInterface((state) => state.isDockOpen);
  const [filter, setFilter] = useState("");
  const [isHeld, setHeld] = useState(false);
  const isNeeded = useNeeded();
  useOpening();
  const tabs = useDockTabs();
  const { set } = useInterface.getState();
  if (!isNeeded) return null;
  const choose = (key: DockTab) => {
    setFilter("");
    set({ dockTab: key, isDockOpen: true });
  };
  return (
    <section
      className={isOpen ? "dock" : "dock is-closed"}
      data-region="dock"
      aria-label="Problems, events, queues, messages"
    >
      <Tabs label="Dock" tabs={tabs} current={tab} panelId="dock-panel" onChange={choose}>
        <span className="dock-tools">
          {isOpen && tab === "messages" && (
            <IconButton
              small
              aria-pressed={isHeld}
              label={isHeld ? "Let the list go on" : "Hold the list still"}
              icon={isHeld ? <Play className="icon" /> : <Pause className="icon" />}
              onClick={() => setHeld(!isHeld)}
            />
          )}
          {isOpen && (
            <label className="dock-filter">
              <Search className="icon" aria-hidden />
              <input
                type="text"
                aria-label={FILTERS[tab]}
                placeholder={FILTERS[tab]}
                value={filter}
                onChange={(event) => setFilter(event.target.value)}
              />
            </label>
          )}
          <IconButton
            small
            label={isOpen ? "Close the dock" : "Open the dock"}
            icon={isOpen ? <ChevronDown className="icon" /> : <ChevronUp className="icon" />}
            onClick={() => set({ isDockOpen: !isOpen })}
          />
        </span>
      </Tabs>
      {isOpen && (
        <div id="dock-panel" role="tabpanel" className="dock-panel scroll" tabIndex={-1}>
          {tab === "problems" && <ProblemsList filter={filter} />}
          {tab === "events" && <EventLog filter={filter} onClearFilter={() => setFilter("")} />}
          {tab === "queues" && <QueuesTable filter={filter} />}
          {tab === "messages" && <MessageList filter={filter} isHeld={isHeld} />}
        </div>
      )}
    </section>
  );
}

/** Before there is anything to say, the canvas has the room. */
function useNeeded(): boolean {
  const hasRun = useRun((run) => run.state !== "none");
  const hasProblems = useTopology(({ findings }) => findings.some(({ severity }) => severity !== "info"));
  const wasChanged = useTopology(({ history, document }) => history.undo.length > 0 && !isEmpty(document));
  return hasRun || hasProblems || wasChanged;
}

/** A run opens the dock at its events, once; after that it stays as the person left it. */
function useOpening(): void {
  const run = useRun((state) => state.run);
  useEffect(() => {
    if (run) useInterface.getState().set({ isDockOpen: true, dockTab: "events" });
  }, [run]);
}

function useDockTabs() {
  const findings = useTopology((state) => state.findings);
  const events = useEvents((state) => state.events.length);
  const queues = useText(() => telemetry.pipes.length);
  const gravest = worst(findings);
  const look = gravest === "info" ? undefined : gravest;
  return [
    {
      key: "problems" as const,
      label: "Problems",
      ...(findings.length ? { badge: findings.length, look } : {}),
    },
    { key: "events" as const, label: "Events", ...(events ? { badge: shortCount(events) } : {}) },
    { key: "queues" as const, label: "Queues", ...(queues ? { badge: queues } : {}) },
    { key: "messages" as const, label: "Messages" },
  ];
}
