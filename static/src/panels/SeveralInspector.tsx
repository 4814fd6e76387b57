// Several things are selected: what can be done to all of them at once.
import { BoxSelect, Trash2 } from "lucide-react";
import { draftNewProcess, draftProcess } from "../model/arranging";
import { draftRemoval } from "../model/drafting";
import type { Edit } from "../model/edits";
import { MAIN_PROCESS, nodeLabel, nodesOf, processesOf, processLabel } from "../model/topology";
import { plural } from "../model/units";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { Button } from "../ui/Button";
import { Select } from "../ui/Field";
import { PanelHead } from "./PanelHead";

export function SeveralInspector({ items }: { readonly items: readonly Item[] }) {
  const document = useTopology((state) => state.document);
  const { edit } = useTopology.getState();
  const ids = (kind: Item["kind"]) => items.flatMap((item) => (item.kind === kind ? [item.id] : []));
  const [nodes, links] = [ids("node"), ids("link")];
  const counts = [
    nodes.length && plural(nodes.length, "node"),
    links.length && plural(links.length, "link"),
    ids("process").length && plural(ids("process").length, "process", "processes"),
  ].filter(Boolean);
  const processes = new Set(nodes.map((id) => nodesOf(document)[id]?.process ?? MAIN_PROCESS));
  const isAllOn = nodes.every((id) => nodesOf(document)[id]?.enabled !== false);
  const remove = () => {
    edit(
      `Delete ${counts.join(" and ")}`,
      draftRemoval(document, { nodes, links, processes: ids("process") }),
    );
    useSelection.getState().clear();
  };
  return (
    <>
      <PanelHead over="Selected" title={counts.join(", ")}>
        <p className="panel-text">Drag one to move them all; ⇧ arrows move them by 10 px.</p>
      </PanelHead>
      {nodes.length > 0 && (
        <section className="panel-section">
          <div className="plain-row">
            <span>Process</span>
            <Select
              label="Process of the selected nodes"
              value={processes.size === 1 ? ([...processes][0] ?? "") : ""}
              options={[
                ...(processes.size === 1 ? [] : [{ value: "", label: "several" }]),
                { value: MAIN_PROCESS, label: MAIN_PROCESS },
                ...Object.entries(processesOf(document))
                  .filter(([id]) => id !== MAIN_PROCESS)
                  .map(([value, process]) => ({ value, label: processLabel(value, process) })),
              ]}
              onChange={(process) =>
                process &&
                edit(
                  "Move to another process",
                  draftProcess(document, nodes, process === MAIN_PROCESS ? null : process),
                )
              }
            />
          </div>
          <div className="panel-action inline">
            <Button
              small
              icon={<BoxSelect className="icon" aria-hidden />}
              onClick={() => edit("Put into a new process", draftNewProcess(document, nodes).edits)}
            >
              A new process for them
            </Button>
            <Button
              small
              onClick={() =>
                edit(
                  isAllOn ? "Switch off" : "Switch on",
                  nodes.flatMap((id): Edit[] => {
                    const path = ["nodes", id, "enabled"];
                    const isOff = nodesOf(document)[id]?.enabled === false;
                    if (isAllOn) return [{ kind: "set", path, value: false }];
                    return isOff ? [{ kind: "unset", path }] : [];
                  }),
                )
              }
            >
              {isAllOn ? "Switch off" : "Switch on"}
            </Button>
          </div>
          <ul className="row-list">
            {nodes.map((id) => (
              <li key={id}>
                <button
                  type="button"
                  className="row-button"
                  onClick={() => useSelection.getState().select([{ kind: "node", id }])}
                >
                  <span className="clip">{nodeLabel(id, nodesOf(document)[id])}</span>
                  <span className="quiet">{nodesOf(document)[id]?.behaviour}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="panel-section">
        <Button small look="danger" icon={<Trash2 className="icon" aria-hidden />} onClick={remove}>
          Delete all of it
        </Button>
      </section>
    </>
  );
}
