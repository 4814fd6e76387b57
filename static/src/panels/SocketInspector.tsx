// One socket: its type, where it binds, what it subscribes to, its links, why it could not send, its options.

import { Plus, X } from "lucide-react";
import { behaviourOf } from "../model/catalogue";
import { flowLabel } from "../model/drafting";
import {
  linksAt,
  nodeLabel,
  nodesOf,
  type SocketDocument,
  type SocketRef,
  type Subscription,
  splitRef,
  type TopologyDocument,
} from "../model/topology";
import { count, plural } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { Button, IconButton } from "../ui/Button";
import { Select, TextInput } from "../ui/Field";
import { FindingNotes } from "./FindingNotes";
import { bytesText, OptionForm, readBytes } from "./OptionForm";
import { PanelHead } from "./PanelHead";

export function SocketInspector({ socketId }: { readonly socketId: SocketRef }) {
  const document = useTopology((state) => state.document);
  const [node, role] = splitRef(socketId);
  const socket = nodesOf(document)[node]?.sockets?.[role];
  if (!socket) return null;
  return (
    <>
      <PanelHead
        over={`Socket of ${nodeLabel(node, nodesOf(document)[node])}`}
        onBack={() => useSelection.getState().select([{ kind: "node", id: node }])}
        title={role}
        aside={<span className="tag">{socket.type}</span>}
      />
      <FindingNotes where={{ socket: socketId }} />
      <section className="panel-section">
        <TypeRow document={document} node={node} role={role} socket={socket} />
      </section>
      {socket.type === "SUB" && <Subscriptions node={node} role={role} socket={socket} />}
      <Endpoints id={socketId} node={node} role={role} socket={socket} />
      <Links document={document} id={socketId} />
      <Unrouted id={socketId} />
      <OptionForm node={node} role={role} socket={socket} />
    </>
  );
}

interface PartProps {
  readonly node: string;
  readonly role: string;
  readonly socket: SocketDocument;
}

function TypeRow({ document, node, role, socket }: PartProps & { readonly document: TopologyDocument }) {
  const catalogue = useCatalogue((state) => state.catalogue);
  const behaviour = behaviourOf(catalogue, nodesOf(document)[node]?.behaviour);
  const fits = behaviour?.roles.find((each) => each.name === role)?.types;
  const names = catalogue.types.map(({ name }) => name).filter((name) => !fits || fits.includes(name));
  const options = names.includes(socket.type) ? names : [socket.type, ...names];
  const summary = catalogue.types.find(({ name }) => name === socket.type)?.summary;
  return (
    <div className="plain-row">
      <span>Type</span>
      <Select
        label="Socket type"
        isMono
        value={socket.type}
        options={options.map((name) => ({ value: name, label: name }))}
        onChange={(type) =>
          useTopology
            .getState()
            .edit(`Make ${role} ${type}`, [
              { kind: "set", path: ["nodes", node, "sockets", role, "type"], value: type },
            ])
        }
      />
      {summary && <p className="form-summary">{summary}</p>}
    </div>
  );
}

function Subscriptions({ node, role, socket }: PartProps) {
  const subscriptions = socket.subscriptions ?? [];
  const put = (next: readonly Subscription[]) =>
    useTopology
      .getState()
      .edit("Change subscriptions", [
        { kind: "set", path: ["nodes", node, "sockets", role, "subscriptions"], value: next },
      ]);
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Subscriptions
        <small>{subscriptions.length ? "by beginning of the first frame" : "hears nothing"}</small>
      </h3>
      <div className="list-field">
        {subscriptions.map((subscription, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a subscription has no identity but its place
          <div className="list-item" key={i}>
            <TextInput
              label={`Subscription ${i + 1}`}
              isMono
              placeholder="everything"
              value={bytesText(subscription)}
              onChange={(text) =>
                put(subscriptions.map((each, at) => (at === i ? (readBytes(text) as Subscription) : each)))
              }
            />
            <IconButton
              small
              label={`Remove subscription ${i + 1}`}
              icon={<X className="icon" />}
              onClick={() => put(subscriptions.filter((_, at) => at !== i))}
            />
          </div>
        ))}
        <Button
          small
          look="plain"
          icon={<Plus className="icon" />}
          onClick={() => put([...subscriptions, ""])}
        >
          {subscriptions.length ? "Add" : "Subscribe to everything"}
        </Button>
      </div>
    </section>
  );
}

function Endpoints({ id, node, role, socket }: PartProps & { readonly id: SocketRef }) {
  const bound = useRun((run) => run.endpoints.get(id));
  const endpoints = Object.entries(socket.endpoints ?? {});
  const path = ["nodes", node, "sockets", role, "endpoints"];
  const { edit } = useTopology.getState();
  const fresh = () => {
    for (let n = endpoints.length + 1; ; n++) {
      const name = endpoints.length === 0 ? "main" : `endpoint-${n}`;
      if (!endpoints.some(([taken]) => taken === name)) return name;
    }
  };
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Endpoints<small>where it binds</small>
      </h3>
      <div className="list-field">
        {endpoints.map(([name, address]) => (
          <div className="endpoint-item" key={name}>
            <span className="mono quiet clip">{name}</span>
            <TextInput
              label={`Address of endpoint ${name}`}
              isMono
              value={address}
              onChange={(next) =>
                edit(`Set endpoint ${name}`, [{ kind: "set", path: [...path, name], value: next.trim() }])
              }
            />
            <IconButton
              small
              label={`Remove endpoint ${name}`}
              icon={<X className="icon" />}
              onClick={() => edit(`Remove endpoint ${name}`, [{ kind: "unset", path: [...path, name] }])}
            />
            {bound?.[name] && <span className="bound mono">bound {bound[name]}</span>}
          </div>
        ))}
        {endpoints.length === 0 && bound?.main && <span className="bound mono">bound {bound.main}</span>}
        <Button
          small
          look="plain"
          icon={<Plus className="icon" />}
          onClick={() => edit("Add an endpoint", [{ kind: "set", path: [...path, fresh()], value: "tcp" }])}
        >
          Add an endpoint
        </Button>
      </div>
      <p className="section-note">A bare scheme (tcp, ipc, inproc) gets its address when it runs.</p>
    </section>
  );
}

function Links({ document, id }: { readonly document: TopologyDocument; readonly id: SocketRef }) {
  const links = linksAt(document, id);
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Links<small>{plural(links.length, "link")}</small>
      </h3>
      <ul className="row-list">
        {links.map((link) => (
          <li key={link}>
            <button
              type="button"
              className="row-button"
              onClick={() => useSelection.getState().select([{ kind: "link", id: link }])}
            >
              <span className="clip">{flowLabel(document, useCatalogue.getState().catalogue, link)}</span>
              <span className="quiet">{document.links?.[link]?.bind === id ? "binds" : "connects"}</span>
            </button>
          </li>
        ))}
      </ul>
      {links.length === 0 && (
        <p className="section-note">Joined to nothing. Press C, or drag from its port.</p>
      )}
    </section>
  );
}

/** Why messages never came into a pipe: counted at the socket, by reason. */
function Unrouted({ id }: { readonly id: SocketRef }) {
  const totals = useText(() => telemetry.totals);
  const replicas = totals ? telemetry.socket(id) : [];
  if (replicas.length === 0) return null;
  const sum = (read: (totals: (typeof replicas)[number]) => number) =>
    replicas.reduce((n, each) => n + read(each), 0);
  const reasons = new Map<string, number>();
  for (const { unrouted } of replicas)
    for (const [reason, n] of Object.entries(unrouted)) reasons.set(reason, (reasons.get(reason) ?? 0) + n);
  return (
    <section className="panel-section">
      <h3 className="section-title">Sent through it</h3>
      <dl className="facts">
        <dt>Offered</dt>
        <dd className="num">{count(sum((each) => each.offered))}</dd>
        <dt>Given to a pipe</dt>
        <dd className="num">{count(sum((each) => each.routed))}</dd>
        {[...reasons].map(([reason, n]) => (
          <Reason key={reason} reason={reason} n={n} />
        ))}
      </dl>
    </section>
  );
}

function Reason({ reason, n }: { readonly reason: string; readonly n: number }) {
  return (
    <>
      <dt>Not sent: {reason.replaceAll("_", " ")}</dt>
      <dd className="num dropped">{count(n)}</dd>
    </>
  );
}
