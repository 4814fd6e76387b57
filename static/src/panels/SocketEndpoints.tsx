// Where a socket binds: each endpoint's transport and address, and what it was really bound to.
import { ExternalLink, Plus, X } from "lucide-react";
import type { SocketDocument, SocketRef } from "../model/topology";
import { ADDRESS_HINTS, bindingTransports, transportOf } from "../model/transports";
import { useCatalogue } from "../stores/catalogueStore";
import { useRun } from "../stores/runStore";
import { useTopology } from "../stores/topologyStore";
import { Button, IconButton } from "../ui/Button";
import { Select, TextInput } from "../ui/Field";
import { HelpLink } from "../ui/HelpLink";

interface SocketEndpointsProps {
  readonly id: SocketRef;
  readonly node: string;
  readonly role: string;
  readonly socket: SocketDocument;
}

export function SocketEndpoints({ id, node, role, socket }: SocketEndpointsProps) {
  const bound = useRun((run) => run.endpoints.get(id));
  const catalogue = useCatalogue((state) => state.catalogue);
  const endpoints = Object.entries(socket.endpoints ?? {});
  const path = ["nodes", node, "sockets", role, "endpoints"];
  const choices = bindingTransports(catalogue, socket.type, id);
  const { edit } = useTopology.getState();
  const put = (name: string, address: string) =>
    edit(`Set endpoint ${name}`, [{ kind: "set", path: [...path, name], value: address }]);
  const fresh = () => {
    for (let n = endpoints.length + 1; ; n++) {
      const name = endpoints.length === 0 ? "main" : `endpoint-${n}`;
      if (!endpoints.some(([taken]) => taken === name)) return name;
    }
  };
  return (
    <section className="panel-section">
      <h3 className="section-title">
        <span className="with-help">
          Endpoints
          <HelpLink
            href="/reference/transport"
            about="transports"
            title="Transports, and how an address is written"
          />
        </span>
        <small>where it binds</small>
      </h3>
      <div className="list-field">
        {endpoints.map(([name, address]) => {
          const key = transportOf(address);
          const known = choices.some((choice) => choice.key === key);
          return (
            <div className="endpoint-item" key={name}>
              <span className="mono quiet clip">{name}</span>
              <Select
                label={`Transport of endpoint ${name}`}
                value={key}
                options={[
                  ...(known ? [] : [{ value: key, label: key, disabled: true }]),
                  ...choices.map((choice) => ({ value: choice.key, label: choice.label })),
                ]}
                onChange={(next) => put(name, choices.find((each) => each.key === next)?.address ?? next)}
              />
              <IconButton
                small
                label={`Remove endpoint ${name}`}
                icon={<X className="icon" />}
                onClick={() => edit(`Remove endpoint ${name}`, [{ kind: "unset", path: [...path, name] }])}
              />
              <TextInput
                label={`Address of endpoint ${name}`}
                isMono
                placeholder={ADDRESS_HINTS[key] ?? ""}
                value={address}
                onChange={(next) => put(name, next.trim())}
              />
              {bound?.[name] && <BoundTo address={bound[name]} type={socket.type} />}
            </div>
          );
        })}
        {endpoints.length === 0 && bound?.main && <BoundTo address={bound.main} type={socket.type} />}
        <Button
          small
          look="plain"
          icon={<Plus className="icon" />}
          onClick={() =>
            edit("Add an endpoint", [
              { kind: "set", path: [...path, fresh()], value: choices[0]?.address ?? "tcp" },
            ])
          }
        >
          Add an endpoint
        </Button>
      </div>
      <p className="section-note">
        A bare scheme (
        {choices
          .filter(({ key, address }) => key === address)
          .map(({ key }) => key)
          .join(", ")}
        ) gets its address when it runs. In full: {ADDRESS_HINTS[transportOf(endpoints[0]?.[1] ?? "tcp")]}
      </p>
    </section>
  );
}

function BoundTo({ address, type }: { readonly address: string; readonly type: string }) {
  return (
    <span className="bound mono">
      bound {address}
      {type === "STREAM" && <OpenPage address={address} />}
    </span>
  );
}

/** Whoever speaks tcp may ask a STREAM: a browser too. */
export function OpenPage({ address }: { readonly address: string }) {
  const page = `${address.replace(/^tcp:/, "http:")}/`;
  return (
    <a className="open-page" href={page} target="_blank" rel="noreferrer">
      Open {page}
      <ExternalLink className="icon" aria-hidden />
    </a>
  );
}
