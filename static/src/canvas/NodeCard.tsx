// A node as a card: its name, what it does, one row for each socket, its ports, and what it has to say.

import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { CircleAlert, Lock, LockOpen, Pause, Plug } from "lucide-react";
import { type CSSProperties, memo, useEffect, useMemo, useRef } from "react";
import { type Finding, type FindingPlace, findingsAt, type Severity, worst } from "../model/findings";
import type { Kind } from "../model/security";
import { endpointOf, linksOf, nodeOf, socketAt } from "../model/topology";
import { useInterface } from "../stores/interfaceStore";
import { isLive, useRun } from "../stores/runStore";
import { isSelected, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { iconOf } from "./cardIcons";
import { useConnecting } from "./connecting";
import { titleOf } from "./LinkLocks";
import { HEADER_HEIGHT, LINKS_BEFORE_BUNDLE, ROW_HEIGHT } from "./measures";
import { toggleBundle } from "./pointing";
import { SeverityGlyph } from "./SeverityGlyph";
import { socketKey } from "./shapes";
import { useGeometry, useSurface } from "./surface";
import type { CardData, CardNode, SocketRow } from "./toFlow";
import { clickSocket } from "./useConnect";

const POSITIONS: Readonly<Record<string, Position>> = {
  left: Position.Left,
  right: Position.Right,
  top: Position.Top,
  bottom: Position.Bottom,
};

interface PortPlace {
  readonly side: string;
  readonly kind: string;
  readonly links: number;
  readonly along: number;
}

const NOWHERE: PortPlace = { side: "right", kind: "free", links: 0, along: 0 };

function readSides(text: string): PortPlace[] {
  return text.split(" ").map((part) => {
    const [place = "", along = "0"] = part.split("@");
    const [side = "right", kind = "free", links = "0"] = place.split(":");
    return { side, kind, links: Number(links), along: Number(along) };
  });
}

function portStyle({ side, along }: PortPlace, row: number): CSSProperties {
  if (side === "top" || side === "bottom") return { left: along };
  return { top: HEADER_HEIGHT + ROW_HEIGHT * row + ROW_HEIGHT / 2 };
}

function Port({
  node,
  row,
  index,
  place,
}: {
  node: string;
  row: SocketRow;
  index: number;
  place: PortPlace;
}) {
  const verdict = useConnecting((state) => state.verdicts?.get(socketKey(node, row.id)));
  const isStart = useConnecting((state) => state.from?.node === node && state.from.socket === row.id);
  const reason = verdict && !verdict.allowed ? verdict.reason : undefined;
  return (
    <Handle
      id={row.id}
      type="source"
      position={POSITIONS[place.side] ?? Position.Right}
      className="port"
      style={portStyle(place, index)}
      data-kind={place.kind}
      onClick={() => clickSocket({ node, socket: row.id })}
      data-verdict={isStart ? "start" : verdict ? (verdict.allowed ? "allowed" : "refused") : undefined}
      title={reason ?? `${row.type} ${row.id}: drag to link, or click here and then the other end`}
    />
  );
}

/** A badge's text in one string, so that it compares: "error 2 The sentence of the worst". */
function summary(findings: readonly Finding[]): string {
  return findings.length ? `${worst(findings)} ${findings.length} ${findings[0]?.sentence ?? ""}` : "";
}

export function FindingBadge({ of }: { of: FindingPlace }) {
  const said = useTopology((state) => summary(findingsAt(state.findings, of)));
  if (!said) return null;
  const [severity = "", count = "", ...sentence] = said.split(" ");
  return (
    <span className="card-badge" data-severity={severity} title={sentence.join(" ")}>
      <SeverityGlyph severity={severity as Severity} />
      {Number(count) > 1 ? count : ""}
      <span className="unseen">{` ${count} ${severity}: ${sentence.join(" ")}`}</span>
    </span>
  );
}

/** Something about the node was changed while it runs, and will be so only the next time. */
function LaterBadge({ node }: { node: string }) {
  const isLater = useTopology((state) => {
    for (const path of state.waiting.keys())
      if (path === `nodes.${node}` || path.startsWith(`nodes.${node}.`)) return true;
    return false;
  });
  if (!isLater) return null;
  return (
    <span className="card-later" title="Changed while it runs: this takes effect at the next run">
      at next run
    </span>
  );
}

/** Where a program that is to take this place finds its peer, or where it is expected itself. */
function awaited(node: string, endpoints: ReadonlyMap<string, Readonly<Record<string, string>>>): string {
  const { document } = useTopology.getState();
  for (const link of Object.values(linksOf(document))) {
    if (nodeOf(link.connect) === node) {
      const [endpoint] = endpointOf(document, link);
      const address = endpoints.get(link.bind)?.[endpoint];
      const isPlain = socketAt(document, link.bind)?.type === "STREAM"; // a browser may come too
      if (address)
        return `await ${isPlain ? address.replace(/^tcp:\/\/.*:/, "open http :") : `connect to ${address}`}`;
    }
    if (nodeOf(link.bind) === node) return `await bind ${endpointOf(document, link)[1]}`;
  }
  return "";
}

/** What the run says about the whole node; the live writer fills the strip when this says nothing. */
function runWord(node: string, data: CardData) {
  return (state: ReturnType<typeof useRun.getState>): string => {
    const failed = state.nodes.get(node)?.find((replica) => replica.state === "failed");
    if (failed) return `failed ${failed.error ?? ""}`;
    if (!isLive(state.state)) return "";
    if (state.nodes.get(node)?.some((replica) => replica.state === "stopped")) return "stopped";
    if (!data.isExternal) return "";
    const peer = state.externals.get(node);
    return peer ? `peer ${peer.peer}` : awaited(node, state.endpoints);
  };
}

function describe(data: CardData, selected: boolean): string {
  const rows = data.rows.map((row) => `${row.type} ${row.id} ${row.text === row.id ? "" : row.text}`.trim());
  const parts = [data.label, data.behaviour, ...rows];
  if (data.replicas > 1) parts.push(`${data.replicas} replicas`);
  if (data.isOff) parts.push("off");
  if (selected) parts.push("selected");
  return parts.join(", ");
}

function Strip({ said }: { said: string }) {
  const [kind = "", ...rest] = said.split(" ");
  const words = rest.join(" ");
  const isAboutPeer = kind === "peer" || kind === "await";
  return (
    <>
      {said && (
        <div className="card-strip" data-kind={kind} title={words || kind}>
          {isAboutPeer ? <Plug size={12} aria-hidden /> : <CircleAlert size={12} aria-hidden />}
          <span>
            {isAboutPeer ? words.replace("tcp://127.0.0.1", "tcp ") : words ? `${kind}: ${words}` : kind}
          </span>
        </div>
      )}
      <div className="card-strip" data-kind="blocked" data-part="strip" hidden>
        <Pause size={12} strokeWidth={2.5} aria-hidden />
        <span data-part="strip-text" />
      </div>
    </>
  );
}

/** Opens the bundle of a socket with many links, and closes it again. */
function BundleSwitch({ socket, links }: { socket: string; links: number }) {
  const isOpen = useInterface((state) => state.openBundles.has(socket));
  if (links <= LINKS_BEFORE_BUNDLE) return null;
  return (
    <button
      type="button"
      className="bundle-switch nodrag"
      tabIndex={-1}
      aria-expanded={isOpen}
      title={isOpen ? "Show these links as one bundle" : "Show each link's queue"}
      onClick={() => toggleBundle(socket)}
    >
      ×{links}
    </button>
  );
}

function CardLock({ kind }: { readonly kind: Kind }) {
  const Picture = kind === "plain" ? LockOpen : Lock;
  return (
    <span className="card-lock" title={titleOf(kind)}>
      <Picture size={11} strokeWidth={2} aria-hidden />
      <span className="unseen">{kind.toUpperCase()}</span>
    </span>
  );
}

function NodeCardView({ id, data }: NodeProps<CardNode>) {
  const root = useRef<HTMLDivElement>(null);
  const { liveCards } = useSurface();
  const sides = useGeometry((geometry) => geometry.sidesOf(id));
  const selected = useSelection((state) => isSelected(state, "node", id));
  const focused = useSelection((state) => state.focused?.kind === "node" && state.focused.id === id);
  const isTabStop = useSelection((state) => state.focused === null) ? undefined : focused;
  const isFirst = useGeometry((geometry) => geometry.cards.keys().next().value === id);
  const said = useRun(runWord(id, data));
  const updateInternals = useUpdateNodeInternals();
  const here = useMemo(() => ({ node: id }), [id]);
  const places = readSides(sides);
  const Icon = iconOf(data.behaviour);

  useEffect(() => {
    return root.current && data ? liveCards?.register(id, root.current) : undefined;
  }, [id, liveCards, data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: handles stand elsewhere when the sides change
  useEffect(() => updateInternals(id), [id, sides, updateInternals]);
  useEffect(() => {
    if (focused && root.current && document.activeElement !== root.current)
      if (root.current.closest(".canvas")?.contains(document.activeElement))
        root.current.focus({ preventScroll: true });
  }, [focused]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring form semantics and its own box
    <div
      ref={root}
      className="card"
      role="group"
      aria-roledescription="node"
      aria-label={describe(data, selected)}
      tabIndex={(isTabStop ?? isFirst) ? 0 : -1}
      onFocus={() => useSelection.getState().focus({ kind: "node", id })}
      data-node={id}
      data-external={data.isExternal || undefined}
      data-off={data.isOff || undefined}
      data-stack={data.replicas > 1 || undefined}
      data-selected={selected || undefined}
      data-failed={said.startsWith("failed") || undefined}
      data-stopped={said === "stopped" || undefined}
    >
      <div className="card-head">
        <Icon size={16} strokeWidth={1.5} aria-hidden />
        <b className="card-name">{data.label}</b>
        {data.replicas > 1 && <span className="card-replicas">×{data.replicas}</span>}
        <i data-part="rate">{data.parameter}</i>
      </div>
      {data.rows.map((row, index) => (
        <div className="card-row" key={row.id} data-socket={row.id}>
          <span className="tag">{row.type}</span>
          {row.lock && <CardLock kind={row.lock} />}
          <span
            className="card-text"
            data-word={row.id}
            data-bare={row.bare !== undefined || undefined}
            title={row.bare ?? row.text}
          >
            {row.text}
          </span>
          <BundleSwitch socket={socketKey(id, row.id)} links={places[index]?.links ?? 0} />
        </div>
      ))}
      {data.isOff && <span className="card-off">off</span>}
      <FindingBadge of={here} />
      <LaterBadge node={id} />
      <Strip said={said} />
      {data.rows.map((row, index) => (
        <Port key={row.id} node={id} row={row} index={index} place={places[index] ?? NOWHERE} />
      ))}
    </div>
  );
}

export const NodeCard = memo(NodeCardView);
