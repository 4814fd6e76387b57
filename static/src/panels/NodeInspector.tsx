// One node: name, what it does now, its sliders and parameters, its sockets, where it runs.
import { ChevronRight, Plus, Repeat2 } from "lucide-react";
import { useState } from "react";
import { iconOf } from "../canvas/cardIcons";
import { draftSwap } from "../model/arranging";
import { behaviourOf } from "../model/catalogue";
import { draftRole } from "../model/drafting";
import { EXTERNAL, type NodeDocument, type NodeId, nodeLabel, nodesOf, socketsOf } from "../model/topology";
import { duration, rate } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { setNode } from "../stores/runControl";
import { isLive, type NodeRun, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { Button } from "../ui/Button";
import { Menu, type MenuEntry } from "../ui/Menu";
import { ExternalPanel } from "./ExternalPanel";
import { FindingNotes } from "./FindingNotes";
import { NodePlacement } from "./NodePlacement";
import { NameField, PanelHead } from "./PanelHead";
import { ParameterForm } from "./ParameterForm";
import { PinnedSliders } from "./PinnedSliders";
import { SendPanel } from "./SendPanel";
import { OpenPage } from "./SocketEndpoints";

export function NodeInspector({ id }: { readonly id: NodeId }) {
  const node = useTopology(({ document }) => nodesOf(document)[id]);
  const behaviour = useCatalogue(({ catalogue }) => behaviourOf(catalogue, node?.behaviour));
  if (!node) return null;
  const Picture = iconOf(node.behaviour ?? "part");
  return (
    <>
      <PanelHead
        over={behaviour?.label ?? node.behaviour ?? "Part"}
        icon={<Picture className="icon" aria-hidden />}
        title={<NodeName id={id} node={node} />}
      >
        <p className="panel-text">{behaviour?.summary}</p>
      </PanelHead>
      <FindingNotes where={{ node: id }} />
      <Swap id={id} />
      <Now id={id} />
      {node.behaviour === "manual" && <SendPanel id={id} node={node} />}
      {node.behaviour === "http-page" && <PageAddress id={id} />}
      {node.behaviour === EXTERNAL && <ExternalPanel id={id} node={node} />}
      <PinnedSliders node={id} />
      <ParameterForm id={id} node={node} />
      <Sockets id={id} node={node} />
      <NodePlacement id={id} node={node} />
    </>
  );
}

/** Where a browser finds the page, while it runs. */
function PageAddress({ id }: { readonly id: NodeId }) {
  const bound = useRun((run) => run.endpoints.get(`${id}.http`));
  const isRunning = useRun((run) => isLive(run.state));
  const address = Object.values(bound ?? {})[0];
  return (
    <section className="panel-section">
      <h3 className="section-title">
        In a browser<small>{isRunning ? "" : "while it runs"}</small>
      </h3>
      {isRunning && address ? (
        <OpenPage address={address} />
      ) : (
        <p className="section-note">Run it, and its address stands here.</p>
      )}
    </section>
  );
}

function NodeName({ id, node }: { readonly id: NodeId; readonly node: NodeDocument }) {
  const isRenaming = useInterface((state) => state.renaming === id);
  return (
    <NameField
      key={`${id} ${isRenaming}`}
      label="Name of the node"
      value={nodeLabel(id, node)}
      isFresh={isRenaming}
      onLeave={() => {
        if (isRenaming) useInterface.getState().set({ renaming: null });
      }}
      onChange={(label) => renameNode(id, node, label)}
    />
  );
}

/** A name that is the id again is no label at all. */
export function renameNode(id: NodeId, node: NodeDocument, label: string): void {
  const { edit } = useTopology.getState();
  const name = label.trim();
  if (name === "" || name === id) {
    if (node.label !== undefined) edit(`Rename ${id}`, [{ kind: "unset", path: ["nodes", id, "label"] }]);
  } else edit(`Rename ${id}`, [{ kind: "set", path: ["nodes", id, "label"], value: name }]);
}

function Swap({ id }: { readonly id: NodeId }) {
  const document = useTopology((state) => state.document);
  const swaps = Object.keys(socketsOf(nodesOf(document)[id] ?? {})).map((role) =>
    draftSwap(document, `${id}.${role}`),
  );
  const swap = swaps.find((each) => each !== undefined);
  if (!swap) return null;
  return (
    <div className="panel-action">
      <Button
        small
        icon={<Repeat2 className="icon" aria-hidden />}
        title="Both ends change together; one undo takes it back"
        onClick={() => useTopology.getState().edit(swap.label, swap.edits)}
      >
        {swap.label}
      </Button>
    </div>
  );
}

/** What it does at this moment, summed over its replicas. */
function Now({ id }: { readonly id: NodeId }) {
  const state = useRun((run) => run.state);
  const runs = useRun((run) => run.nodes.get(id));
  const totals = useText(() => telemetry.totals);
  if (!isLive(state) || !runs?.length) return null;
  const replicas = totals ? telemetry.node(id) : [];
  const word = replicas.find((each) => each.word)?.word;
  const waiting = replicas.find((each) => each.waiting)?.waiting;
  const failed = runs.find((run) => run.error);
  const isStopped = runs.every((run) => run.state === "stopped" || run.state === "failed");
  return (
    <section className="panel-section">
      <h3 className="section-title">Now</h3>
      <dl className="facts">
        <dt>State</dt>
        <dd>{word ?? stateWord(runs)}</dd>
        <dt>Rate</dt>
        <dd className="num">{rate(replicas.reduce((sum, each) => sum + each.rate_per_s, 0))}</dd>
        <dt>Blocked</dt>
        <dd className="num">{duration(Math.max(0, ...replicas.map((each) => each.blocked_ms)))}</dd>
        {waiting && (
          <>
            <dt>Waits to</dt>
            <dd>{waiting}</dd>
          </>
        )}
      </dl>
      {failed && <p className="section-note error-text">{failed.error}</p>}
      <div className="panel-action inline">
        <Button small onClick={() => void setNode(id, isStopped ? "running" : "stopped")}>
          {isStopped ? "Start this node" : "Stop this node"}
        </Button>
      </div>
    </section>
  );
}

function stateWord(runs: readonly NodeRun[]): string {
  const states = [...new Set(runs.map((run) => run.state))];
  return states.length === 1 ? (states[0] ?? "") : states.join(", ");
}

function Sockets({ id, node }: { readonly id: NodeId; readonly node: NodeDocument }) {
  const sockets = Object.entries(socketsOf(node));
  return (
    <section className="panel-section">
      <h3 className="section-title">Sockets</h3>
      <ul className="row-list">
        {sockets.map(([role, socket]) => {
          const changed = Object.keys(socket.options ?? {}).length;
          return (
            <li key={role}>
              <button
                type="button"
                className="row-button"
                onClick={() => useSelection.getState().select([{ kind: "socket", id: `${id}.${role}` }])}
              >
                <span className="tag">{socket.type}</span>
                <span className="clip mono">{role}</span>
                {changed > 0 && <span className="badge">{changed}</span>}
                <ChevronRight className="icon" aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
      <AddSocket id={id} node={node} />
    </section>
  );
}

/** Roles of the behaviour that the node lacks; any type where roles are free. */
function AddSocket({ id, node }: { readonly id: NodeId; readonly node: NodeDocument }) {
  const catalogue = useCatalogue((state) => state.catalogue);
  const [place, setPlace] = useState<readonly [number, number] | null>(null);
  const behaviour = behaviourOf(catalogue, node.behaviour);
  const add = (role: string, type: string) => {
    const { document, edit } = useTopology.getState();
    edit(`Add socket ${role}`, draftRole(document, id, role, type).edits);
  };
  const missing = behaviour?.roles.filter((role) => !Object.hasOwn(socketsOf(node), role.name)) ?? [];
  const entries: MenuEntry[] = behaviour?.free_roles
    ? catalogue.types.map(({ name, summary, is_draft }) => ({
        kind: "item",
        key: name,
        label: is_draft ? `${name} (draft)` : name,
        hint: summary,
        run: () => add(name.toLowerCase(), name),
      }))
    : missing.map((role) => ({
        kind: "item",
        key: role.name,
        label: `${role.name} (${role.types[0]})`,
        hint: role.summary,
        run: () => add(role.name, role.types[0] ?? "PAIR"),
      }));
  if (entries.length === 0) return null;
  return (
    <>
      <Button
        small
        look="plain"
        icon={<Plus className="icon" aria-hidden />}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setPlace([box.left, box.bottom + 4]);
        }}
      >
        Add a socket
      </Button>
      {place && (
        <Menu
          label="Add a socket"
          entries={entries}
          x={place[0]}
          y={place[1]}
          onClose={() => setPlace(null)}
        />
      )}
    </>
  );
}
