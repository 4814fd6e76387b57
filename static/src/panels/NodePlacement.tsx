// Where a node runs and how many of it there are: process, replicas, restart, on or off, place on the canvas.
import { draftMove, draftNewProcess, draftProcess } from "../model/arranging";
import type { Json } from "../model/topology";
import {
  EXTERNAL,
  MAIN_PROCESS,
  type NodeDocument,
  type NodeId,
  nodesOf,
  processesOf,
  processLabel,
} from "../model/topology";
import { useTopology } from "../stores/topologyStore";
import { NumberInput, Select, Switch } from "../ui/Field";

interface NodePlacementProps {
  readonly id: NodeId;
  readonly node: NodeDocument;
}

const NEW_PROCESS = " new";

export function NodePlacement({ id, node }: NodePlacementProps) {
  const isExternal = node.behaviour === EXTERNAL;
  const [x, y] = node.at ?? [0, 0];
  const move = (to: readonly [number, number]) =>
    useTopology.getState().edit(`Move ${id}`, draftMove(new Map([[id, to]])));
  return (
    <section className="panel-section">
      <h3 className="section-title">Placement</h3>
      {!isExternal && <ProcessRow id={id} node={node} />}
      {!isExternal && (
        <div className="plain-row">
          <span>Replicas</span>
          <NumberInput
            label="Replicas of this node in each process"
            value={node.replicas ?? 1}
            minimum={1}
            maximum={1000}
            isWhole
            onChange={(n) => setOrUnset(id, "replicas", n, 1, "Set replicas")}
          />
        </div>
      )}
      {!isExternal && (
        <div className="plain-row">
          <span>Restart</span>
          <Select
            label="When it ends"
            value={node.restart ?? "on-failure"}
            options={[
              { value: "on-failure", label: "when it fails" },
              { value: "never", label: "never" },
              { value: "always", label: "always" },
            ]}
            onChange={(value) => setOrUnset(id, "restart", value, "on-failure", "Set restart")}
          />
        </div>
      )}
      <div className="plain-row">
        <span>Place</span>
        <span className="pair">
          <NumberInput label="x" unit="x" value={x} onChange={(n) => move([n, y])} />
          <NumberInput label="y" unit="y" value={y} onChange={(n) => move([x, n])} />
        </span>
      </div>
      <Switch
        isOn={node.enabled !== false}
        label="Takes part in the run"
        onChange={(isOn) => setOrUnset(id, "enabled", isOn, true, isOn ? "Switch on" : "Switch off")}
      >
        Takes part in the run
      </Switch>
    </section>
  );
}

function ProcessRow({ id, node }: NodePlacementProps) {
  const document = useTopology((state) => state.document);
  const processes = Object.entries(processesOf(document)).filter(([process]) => process !== MAIN_PROCESS);
  const choose = (process: string) => {
    const { edit } = useTopology.getState();
    if (process === NEW_PROCESS) edit("Put into a new process", draftNewProcess(document, [id]).edits);
    else
      edit(
        "Move to another process",
        draftProcess(document, [id], process === MAIN_PROCESS ? null : process),
      );
  };
  return (
    <div className="plain-row">
      <span>Process</span>
      <Select
        label="Process"
        value={node.process ?? MAIN_PROCESS}
        options={[
          { value: MAIN_PROCESS, label: processLabel(MAIN_PROCESS, processesOf(document)[MAIN_PROCESS]) },
          ...processes.map(([value, process]) => ({ value, label: processLabel(value, process) })),
          { value: NEW_PROCESS, label: "A new process" },
        ]}
        onChange={choose}
      />
    </div>
  );
}

/** The default is written by leaving the key out. */
function setOrUnset(id: NodeId, key: string, value: Json, fallback: Json, label: string): void {
  const { document, edit } = useTopology.getState();
  const path = ["nodes", id, key];
  const node = nodesOf(document)[id] as Readonly<Record<string, Json>> | undefined;
  if (value !== fallback) edit(label, [{ kind: "set", path, value }]);
  else if (node && Object.hasOwn(node, key)) edit(label, [{ kind: "unset", path }]);
}
