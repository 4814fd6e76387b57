// One process box: its name, how many of it, the real processes while it runs and the last words of dead ones.
import { BoxSelect, Skull } from "lucide-react";
import {
  MAIN_PROCESS,
  nodeLabel,
  nodesOf,
  type ProcessId,
  processesOf,
  processLabel,
  processOf,
} from "../model/topology";
import { setProcess } from "../stores/runControl";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { Button } from "../ui/Button";
import { NumberInput } from "../ui/Field";
import { FindingNotes } from "./FindingNotes";
import { NameField, PanelHead } from "./PanelHead";

export function ProcessInspector({ id }: { readonly id: ProcessId }) {
  const document = useTopology((state) => state.document);
  const process = processesOf(document)[id];
  const members = Object.entries(nodesOf(document)).filter(([, node]) => processOf(node) === id);
  const { edit } = useTopology.getState();
  const isMain = id === MAIN_PROCESS && !process;
  const rename = (label: string) => {
    const name = label.trim();
    if (name && name !== id)
      edit(`Rename ${id}`, [{ kind: "set", path: ["processes", id, "label"], value: name }]);
    else if (process?.label) edit(`Rename ${id}`, [{ kind: "unset", path: ["processes", id, "label"] }]);
  };
  return (
    <>
      <PanelHead
        over="Process"
        icon={<BoxSelect className="icon" aria-hidden />}
        title={
          isMain ? (
            id
          ) : (
            <NameField label="Name of the process" value={processLabel(id, process)} onChange={rename} />
          )
        }
      >
        <p className="panel-text">
          One operating system process in a run. Nodes inside it can use inproc; everything else crosses its
          border.
        </p>
      </PanelHead>
      <FindingNotes where={{ process: id }} />
      <RunningProcesses id={id} />
      <section className="panel-section">
        {!isMain && (
          <div className="plain-row">
            <span>Replicas</span>
            <NumberInput
              label="Replicas of this process"
              value={process?.replicas ?? 1}
              minimum={1}
              maximum={100}
              isWhole
              onChange={(n) => {
                const path = ["processes", id, "replicas"];
                if (n > 1) edit("Set replicas", [{ kind: "set", path, value: n }]);
                else if (process?.replicas !== undefined) edit("Set replicas", [{ kind: "unset", path }]);
              }}
            />
          </div>
        )}
        <h3 className="section-title">
          Nodes<small>{members.length}</small>
        </h3>
        <ul className="row-list">
          {members.map(([node, each]) => (
            <li key={node}>
              <button
                type="button"
                className="row-button"
                onClick={() => useSelection.getState().select([{ kind: "node", id: node }])}
              >
                <span className="clip">{nodeLabel(node, each)}</span>
                <span className="quiet">{each.behaviour}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function RunningProcesses({ id }: { readonly id: ProcessId }) {
  const state = useRun((run) => run.state);
  const processes = useRun((run) => run.processes);
  const totals = useText(() => telemetry.totals);
  const mine = processes.filter((each) => each.id === id);
  if (!isLive(state) || mine.length === 0) return null;
  const isDead = mine.some(
    (each) => each.state === "died" || each.state === "killed" || each.state === "stopped",
  );
  return (
    <section className="panel-section">
      <h3 className="section-title">Now</h3>
      <dl className="facts">
        {mine.map((each) => {
          const cpu = totals?.processes.find(({ pid }) => pid === each.pid)?.cpu_share;
          return (
            <div key={each.replica} className="fact-row">
              <dt>{each.pid === null ? each.state : `process ${each.pid}`}</dt>
              <dd className="num">{cpu === undefined ? each.state : `${Math.round(cpu * 100)} %`}</dd>
            </div>
          );
        })}
      </dl>
      {mine.map(
        (each) =>
          each.last_words && (
            <pre key={each.replica} className="last-words">
              {each.last_words}
            </pre>
          ),
      )}
      <div className="panel-action inline">
        {isDead && (
          <Button small look="primary" onClick={() => void setProcess(id, "running")}>
            Start it again
          </Button>
        )}
        <Button
          small
          look="danger"
          icon={<Skull className="icon" aria-hidden />}
          onClick={() => void setProcess(id, "killed")}
        >
          Kill (SIGKILL)
        </Button>
      </div>
    </section>
  );
}
