// One link: who binds, who connects, over what; and while it runs where its messages are.
import { ArrowRight, Link2, ShieldX } from "lucide-react";
import { useEffect } from "react";
import { lanesOf } from "../model/catalogue";
import type { PipeEnd, PipeState } from "../model/telemetry";
import {
  endpointOf,
  type Lane,
  type LinkDocument,
  type LinkId,
  linksOf,
  nodeLabel,
  nodeOf,
  nodesOf,
  type SocketRef,
  socketAt,
  type TopologyDocument,
} from "../model/topology";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { isLive, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { Tabs } from "../ui/Tabs";
import { EventLog } from "./EventLog";
import { FindingNotes } from "./FindingNotes";
import { LinkLive } from "./LinkLive";
import { LinkMessages } from "./LinkMessages";
import { LinkOptions } from "./LinkOptions";
import { PanelHead } from "./PanelHead";
import { stateSentence } from "./stateWords";

type LinkTab = "live" | "messages" | "options" | "events";

export function LinkInspector({ id }: { readonly id: LinkId }) {
  const document = useTopology((state) => state.document);
  const catalogue = useCatalogue((state) => state.catalogue);
  const hasRun = useRun((run) => run.run !== null);
  const wanted = useInterface((state) => state.inspectorTab) as LinkTab;
  const link = linksOf(document)[id];
  const isAsked = useInterface((state) => state.askedWhy === id);
  useEffect(() => telemetry.watch(id), [id]);
  useEffect(() => {
    if (!isAsked) return undefined;
    useInterface.getState().set({ inspectorTab: "live" });
    return () => useInterface.getState().set({ askedWhy: null });
  }, [isAsked]);
  if (!link) return null;
  const type = (ref: SocketRef) => socketAt(document, ref)?.type ?? "";
  const lanes = lanesOf(catalogue, type(link.connect), type(link.bind));
  const changed = [link.connect, link.bind].reduce(
    (n, ref) => n + Object.keys(socketAt(document, ref)?.options ?? {}).length,
    0,
  );
  const tabs = [
    { key: "live" as const, label: "Live" },
    { key: "messages" as const, label: "Messages" },
    { key: "options" as const, label: "Options", ...(changed ? { badge: changed } : {}) },
    { key: "events" as const, label: "Events" },
  ];
  const isKnown = tabs.some(({ key }) => key === wanted);
  const tab: LinkTab = isKnown ? wanted : hasRun ? "live" : "options";
  return (
    <>
      <PanelHead
        over="Link"
        icon={<Link2 className="icon" aria-hidden />}
        title={<Title document={document} link={link} towards={lanes[0] ?? "to_bind"} />}
      >
        <Ends document={document} link={link} />
      </PanelHead>
      <FindingNotes where={{ link: id }} />
      <RefusalNote id={id} />
      <StateNote id={id} lanes={lanes} />
      <Tabs
        label="About this link"
        tabs={tabs}
        current={tab}
        panelId="link-panel"
        onChange={(key) => useInterface.getState().set({ inspectorTab: key, askedWhy: null })}
      />
      <div id="link-panel" role="tabpanel" className="tab-panel">
        {tab === "live" && <LinkLive id={id} lanes={lanes} />}
        {tab === "messages" && <LinkMessages id={id} />}
        {tab === "options" && <LinkOptions id={id} link={link} />}
        {tab === "events" && <EventLog link={id} isNarrow />}
      </div>
    </>
  );
}

interface TitleProps {
  readonly document: TopologyDocument;
  readonly link: LinkDocument;
  readonly towards: Lane;
}

function Title({ document, link, towards }: TitleProps) {
  const name = (ref: SocketRef) => nodeLabel(nodeOf(ref), nodesOf(document)[nodeOf(ref)]);
  const [from, to] = towards === "to_bind" ? [link.connect, link.bind] : [link.bind, link.connect];
  return (
    <h2 className="link-title">
      <span className="clip">{name(from)}</span>
      <ArrowRight className="icon" aria-label="to" />
      <span className="clip">{name(to)}</span>
    </h2>
  );
}

/** The bind end first: a filled square; the connect end: a hollow ring; the address between them. */
function Ends({ document, link }: { readonly document: TopologyDocument; readonly link: LinkDocument }) {
  const bound = useRun((run) => run.endpoints.get(link.bind));
  const [endpoint, written] = endpointOf(document, link);
  const address = bound?.[endpoint] ?? (written.includes("://") ? written : `${written} :auto`);
  return (
    <div className="ends">
      <span className="tag">{socketAt(document, link.bind)?.type}</span>
      <svg width="9" height="9" role="img" aria-label="binds">
        <rect width="9" height="9" fill="currentColor" />
      </svg>
      <span className="clip ends-address" title={address}>
        {address}
      </span>
      <svg width="10" height="10" role="img" aria-label="connects">
        <circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" strokeWidth="1.75" />
      </svg>
      <span className="tag">{socketAt(document, link.connect)?.type}</span>
    </div>
  );
}

/** What the gravest of its pipes is in, in a sentence: full, blocked, dropping, gone. */
/** Why the two ends do not talk: a handshake that was refused, in the words of who refused it. */
function RefusalNote({ id }: { readonly id: LinkId }) {
  const reason = useRun((run) => (isLive(run.state) ? run.refused.get(id) : undefined));
  if (reason === undefined) return null;
  return (
    <div className="finding-notes">
      <div className="say error">
        <ShieldX className="icon" aria-hidden />
        <span>
          <b>Refused.</b> The handshake failed: {reason}. No message passes.
        </span>
      </div>
    </div>
  );
}

function StateNote({ id, lanes }: { readonly id: LinkId; readonly lanes: readonly Lane[] }) {
  const isRunning = useRun((run) => isLive(run.state) && !run.refused.has(id));
  const statesOf = (...ends: readonly PipeEnd[]) =>
    lanes.flatMap((lane) => ends.map((end) => telemetry.laneEnd(id, lane, end).state)).join();
  const senders = useText(() => statesOf("send", "joined"));
  const receivers = useText(() => statesOf("receive"));
  if (!isRunning) return null;
  const read = (states: string) => states.split(",").map(Number) as PipeState[];
  const sentence = stateSentence(read(senders), read(receivers), {
    type: socketTypeOf(id),
    blockedMs: Math.max(0, ...lanes.map((lane) => telemetry.counters(id, lane, "send")?.blocked_ms ?? 0)),
  });
  if (!sentence) return null;
  const Picture = sentence.icon;
  return (
    <div className="finding-notes">
      <div className={`say ${sentence.look}`}>
        <Picture className="icon" aria-hidden />
        <span>
          <b>{sentence.title}</b> {sentence.text}
        </span>
      </div>
    </div>
  );
}

function socketTypeOf(id: LinkId): string {
  const { document } = useTopology.getState();
  const row = telemetry.rows(id).find((each) => telemetry.pipes[each]?.end === "send");
  const pipe = row === undefined ? undefined : telemetry.pipes[row];
  return pipe
    ? (nodesOf(document)[pipe.node]?.sockets?.[pipe.socket.split(".").at(-1) ?? ""]?.type ?? "The sender")
    : "The sender";
}
