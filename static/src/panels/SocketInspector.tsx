// One socket: its type, where it binds, what it subscribes to, its links, why it could not send, its options.

import { behaviourOf, typeOf } from "../model/catalogue";
import { asking, flowLabel } from "../model/drafting";
import { canBeSecured } from "../model/security";
import {
  linksAt,
  nodeLabel,
  nodesOf,
  type SocketDocument,
  type SocketRef,
  splitRef,
  type TopologyDocument,
} from "../model/topology";
import { count, plural } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { Select } from "../ui/Field";
import { HelpLink } from "../ui/HelpLink";
import { AskedFor } from "./AskedFor";
import { FindingNotes } from "./FindingNotes";
import { OptionForm } from "./OptionForm";
import { PanelHead } from "./PanelHead";
import { SecurityForm } from "./SecurityForm";
import { SocketEndpoints } from "./SocketEndpoints";
import { TlsForm } from "./TlsForm";

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
      <AskedFor node={node} role={role} socket={socket} />
      {canBeSecured(socket) && <SecurityForm document={document} id={socketId} />}
      <TlsForm document={document} id={socketId} />
      <SocketEndpoints id={socketId} node={node} role={role} socket={socket} />
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
  const type = typeOf(catalogue, socket.type);
  return (
    <div className="plain-row">
      <span className="with-help">
        Type
        {type && <HelpLink href={`/reference/type/${type.name}`} about={type.name} title={type.summary} />}
      </span>
      <Select
        label="Socket type"
        isMono
        value={socket.type}
        options={options.map((name) => ({
          value: name,
          label: name,
          group: typeOf(catalogue, name)?.is_draft ? "libzmq's drafts" : undefined,
        }))}
        onChange={(next) =>
          useTopology
            .getState()
            .edit(`Make ${role} ${next}`, [
              { kind: "set", path: ["nodes", node, "sockets", role, "type"], value: next },
              ...asking(document, `${node}.${role}`, next),
            ])
        }
      />
      {type && (
        <p className="form-summary">
          {type.summary}
          {type.is_draft && " One of libzmq's drafts: other programs have it only in builds with drafts."}
        </p>
      )}
    </div>
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
