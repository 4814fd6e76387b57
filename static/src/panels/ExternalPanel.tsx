// The external node: which address a program outside must use, and who has come.
import { Copy, Plug } from "lucide-react";
import {
  endpointOf,
  linksOf,
  type NodeDocument,
  type NodeId,
  nodeLabel,
  nodeOf,
  nodesOf,
  socketAt,
  type TopologyDocument,
} from "../model/topology";
import { copyText } from "../stores/clipboard";
import { isLive, useRun } from "../stores/runStore";
import { useTopology } from "../stores/topologyStore";
import { IconButton } from "../ui/Button";

interface Way {
  readonly key: string;
  readonly type: string;
  readonly verb: "connect" | "bind";
  /** What it talks to. */
  readonly peer: string;
  /** The address to use; undefined while it is not known. */
  readonly address: string | undefined;
}

export function ExternalPanel({ id }: { readonly id: NodeId; readonly node: NodeDocument }) {
  const document = useTopology((state) => state.document);
  const endpoints = useRun((run) => run.endpoints);
  const peer = useRun((run) => run.externals.get(id));
  const isRunning = useRun((run) => isLive(run.state));
  const ways = waysOf(document, id, endpoints);
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Your program<small>{peer ? "connected" : isRunning ? "waiting for it" : "while it runs"}</small>
      </h3>
      {peer && (
        <p className="peer">
          <Plug className="icon" aria-hidden />
          <span className="mono">{peer.peer}</span>
        </p>
      )}
      {ways.map(({ key, type, verb, peer: other, address }) => (
        <div key={key} className="way">
          {type === "STREAM" ? (
            <span>
              Any program that speaks tcp may {verb} to reach {other}:
            </span>
          ) : (
            <span>
              Open a <span className="tag">{type}</span> and {verb} it to reach {other}:
            </span>
          )}
          <span className="way-address">
            <code className="mono clip">{address ?? "the address comes with the run"}</code>
            {address && (
              <IconButton
                small
                label={`Copy ${address}`}
                icon={<Copy className="icon" />}
                onClick={() => copyText(address, "Copied", address)}
              />
            )}
          </span>
        </div>
      ))}
      {ways.length === 0 && <p className="section-note">Join one of its sockets to a node first.</p>}
    </section>
  );
}

function waysOf(
  document: TopologyDocument,
  id: NodeId,
  bound: ReturnType<typeof useRun.getState>["endpoints"],
): readonly Way[] {
  return Object.entries(linksOf(document)).flatMap(([key, link]): Way[] => {
    const isConnect = nodeOf(link.connect) === id;
    if (!isConnect && nodeOf(link.bind) !== id) return [];
    const own = isConnect ? link.connect : link.bind;
    const other = nodeOf(isConnect ? link.bind : link.connect);
    const [endpoint, written] = endpointOf(document, link);
    const fixed = written.includes("://") && !written.includes("*") ? written : undefined;
    return [
      {
        key,
        type: socketAt(document, own)?.type ?? "",
        verb: isConnect ? "connect" : "bind",
        peer: nodeLabel(other, nodesOf(document)[other]),
        address: bound.get(link.bind)?.[endpoint] ?? fixed,
      },
    ];
  });
}
