// The line under the pointer while a link is drawn, and the refused wire that stays as a proposal.

import { type ConnectionLineComponentProps, useStore, ViewportPortal } from "@xyflow/react";
import { TriangleAlert, X } from "lucide-react";
import { useTopology } from "../stores/topologyStore";
import { useConnecting } from "./connecting";
import { type Mouth, type PortShape, socketKey } from "./shapes";
import { useSurface } from "./surface";
import { middleOf, wirePath } from "./wirePath";

function mouthOf(port: PortShape): Mouth {
  const along = port.side === "left" || port.side === "top" ? -1 : 1;
  const lies = port.side === "left" || port.side === "right";
  return { x: port.x, y: port.y, towards: lies ? { x: along, y: 0 } : { x: 0, y: along } };
}

function curveTo(from: Mouth, x: number, y: number): string {
  // A free end looks back to where the line comes from: it has no side of its own yet.
  const towards = { x: x >= from.x ? -1 : 1, y: 0 };
  return wirePath(from, { x, y, towards }).commands;
}

/** React Flow's own line, from our own port to the pointer. */
export function ConnectionLine(props: ConnectionLineComponentProps) {
  const { fromNode, fromHandle, toX, toY, toNode, toHandle, connectionStatus } = props;
  const { geometry } = useSurface();
  const verdicts = useConnecting((state) => state.verdicts);
  const port = geometry.port(fromNode.id, fromHandle.id ?? "");
  if (!port) return null;
  const verdict = toNode && toHandle ? verdicts?.get(socketKey(toNode.id, toHandle.id ?? "")) : undefined;
  return (
    <>
      <path
        className="draft-line"
        data-status={connectionStatus ?? "open"}
        d={curveTo(mouthOf(port), toX, toY)}
      />
      {verdict && !verdict.allowed && (
        <ViewportPortal>
          <div
            className="refusal"
            style={{ transform: `translate(${toX}px, ${toY}px) translate(-50%, 18px)` }}
          >
            {verdict.reason}
          </div>
        </ViewportPortal>
      )}
    </>
  );
}

/** The same line for the click way: it follows the pointer without a button held. */
export function ClickLine({ pointer }: { pointer: { x: number; y: number } | null }) {
  const from = useConnecting((state) => (state.byClick ? state.from : null));
  const { geometry } = useSurface();
  const port = from && geometry.port(from.node, from.socket);
  if (!port || !pointer) return null;
  return (
    <ViewportPortal>
      <svg className="draft" aria-hidden>
        <path className="draft-line" data-status="open" d={curveTo(mouthOf(port), pointer.x, pointer.y)} />
      </svg>
    </ViewportPortal>
  );
}

/** A refused wire: red, dashed, with the reason and the ways to mend it; it goes when waved away. */
export function ProposedLink() {
  const proposal = useConnecting((state) => state.proposal);
  const zoom = useStore((state) => state.transform[2]);
  const { geometry } = useSurface();
  if (!proposal) return null;
  const from = geometry.port(proposal.from.node, proposal.from.socket);
  const to = geometry.port(proposal.to.node, proposal.to.socket);
  if (!from || !to) return null;
  const path = wirePath(mouthOf(from), mouthOf(to));
  const middle = middleOf(path);
  const dismiss = () => useConnecting.setState({ proposal: null });
  return (
    <ViewportPortal>
      <svg className="draft" aria-hidden>
        <path className="draft-line" data-status="refused" d={path.commands} />
      </svg>
      <div
        className="proposal nodrag nopan"
        role="alertdialog"
        aria-label="This link cannot be made"
        style={{
          transform: `translate(${middle.x}px, ${middle.y}px) scale(${1 / zoom}) translate(-50%, 12px)`,
        }}
      >
        <p>
          <TriangleAlert size={14} aria-hidden />
          <span>{proposal.reason}</span>
          <button type="button" className="proposal-close" aria-label="Dismiss" onClick={dismiss}>
            <X size={14} aria-hidden />
          </button>
        </p>
        {proposal.remedies.length > 0 && (
          <div className="proposal-ways">
            {proposal.remedies.map((remedy) => (
              <button
                type="button"
                key={remedy.label}
                onClick={() => {
                  useTopology.getState().edit(remedy.label, remedy.edits);
                  dismiss();
                }}
              >
                {remedy.label}
              </button>
            ))}
          </div>
        )}
      </div>
    </ViewportPortal>
  );
}
