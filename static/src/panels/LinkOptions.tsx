// What a link is made of: transport and address, who binds, and the high-water marks of its two sockets.
import { ArrowLeftRight, ChevronRight } from "lucide-react";
import { draftAddress, draftFlip } from "../model/drafting";
import {
  endpointOf,
  type LinkDocument,
  type LinkId,
  nodeLabel,
  nodeOf,
  nodesOf,
  type SocketRef,
  socketAt,
  splitRef,
} from "../model/topology";
import { ADDRESS_HINTS, draftTransport, linkTransports, transportOf } from "../model/transports";
import { useCatalogue } from "../stores/catalogueStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { Button } from "../ui/Button";
import { Select, Switch, TextInput } from "../ui/Field";
import { OptionRow } from "./OptionForm";

interface LinkOptionsProps {
  readonly id: LinkId;
  readonly link: LinkDocument;
}

export function LinkOptions({ id, link }: LinkOptionsProps) {
  return (
    <>
      <Way id={id} link={link} />
      <SocketOptions socketId={link.bind} word="binds" />
      <SocketOptions socketId={link.connect} word="connects" />
    </>
  );
}

function Way({ id, link }: LinkOptionsProps) {
  const document = useTopology((state) => state.document);
  const catalogue = useCatalogue((state) => state.catalogue);
  const { edit } = useTopology.getState();
  const [endpoint, address] = endpointOf(document, link);
  const transport = transportOf(address);
  const choices = linkTransports(document, catalogue, id);
  const isKnown = choices.some(({ key }) => key === transport);
  const names = Object.keys(socketAt(document, link.bind)?.endpoints ?? {});
  return (
    <section className="panel-section">
      <div className="plain-row">
        <span>Transport</span>
        <Select
          label="Transport"
          value={transport}
          options={[
            ...(isKnown ? [] : [{ value: transport, label: transport, disabled: true }]),
            ...choices.map(({ key, label }) => ({ value: key, label })),
          ]}
          onChange={(value) => {
            const choice = choices.find(({ key }) => key === value);
            if (choice) edit(`Go over ${choice.label}`, draftTransport(document, id, choice));
          }}
        />
      </div>
      <div className="plain-row">
        <span>Address</span>
        <TextInput
          label="Address"
          isMono
          placeholder={ADDRESS_HINTS[transport] ?? ""}
          value={address}
          onChange={(value) => edit("Set the address", draftAddress(document, id, value.trim()))}
        />
      </div>
      {names.length > 1 && (
        <div className="plain-row">
          <span>Endpoint</span>
          <Select
            label="Endpoint of the binding socket"
            isMono
            value={endpoint}
            options={names.map((value) => ({ value, label: value }))}
            onChange={(value) =>
              edit("Choose the endpoint", [{ kind: "set", path: ["links", id, "endpoint"], value }])
            }
          />
        </div>
      )}
      <div className="panel-action inline">
        <Button
          small
          icon={<ArrowLeftRight className="icon" aria-hidden />}
          onClick={() => edit("Swap bind and connect", draftFlip(document, id))}
        >
          Swap bind and connect
        </Button>
      </div>
      <Switch
        isOn={link.enabled !== false}
        label="Takes part in the run"
        onChange={(isOn) =>
          edit(
            isOn ? "Switch the link on" : "Switch the link off",
            isOn
              ? [{ kind: "unset", path: ["links", id, "enabled"] }]
              : [{ kind: "set", path: ["links", id, "enabled"], value: false }],
          )
        }
      >
        Takes part in the run
      </Switch>
    </section>
  );
}

/** The options that decide about this link's queues; the rest is with the socket. */
const SHOWN: readonly string[] = ["sndhwm", "rcvhwm", "sndbuf", "rcvbuf"];

function SocketOptions({ socketId, word }: { readonly socketId: SocketRef; readonly word: string }) {
  const document = useTopology((state) => state.document);
  const options = useCatalogue(({ catalogue }) => catalogue.options);
  const socket = socketAt(document, socketId);
  if (!socket) return null;
  const [node, role] = splitRef(socketId);
  const shown = options.filter(({ name, types }) => SHOWN.includes(name) && types.includes(socket.type));
  return (
    <section className="panel-section">
      <h3 className="section-title">
        <span>
          {nodeLabel(nodeOf(socketId), nodesOf(document)[node])} <span className="tag">{socket.type}</span>
        </span>
        <small>{word}</small>
      </h3>
      {shown.map((option) => (
        <OptionRow
          key={option.name}
          node={node}
          role={role}
          option={option}
          value={socket.options?.[option.name]}
        />
      ))}
      <button
        type="button"
        className="row-button"
        onClick={() => useSelection.getState().select([{ kind: "socket", id: socketId }])}
      >
        <span className="clip">All options of this socket</span>
        <ChevronRight className="icon" aria-hidden />
      </button>
    </section>
  );
}
