// A link while it runs: where its messages wait, its books, its depth and rate over time, what passed last.
import { Check, CircleAlert } from "lucide-react";
import { whyHalfSeen } from "../model/halfSeen";
import type { Counters, LaneEnd, PipeEnd } from "../model/telemetry";
import { DROP_REASONS, PipeState } from "../model/telemetry";
import type { Lane, LinkId } from "../model/topology";
import { count, octets } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { LaneCharts } from "./LaneCharts";
import { LastDelivered } from "./LastDelivered";

interface LinkLiveProps {
  readonly id: LinkId;
  readonly lanes: readonly Lane[];
}

export function LinkLive({ id, lanes }: LinkLiveProps) {
  const hasRun = useRun((run) => run.run !== null);
  // A tick of the text clock: everything below is read afresh.
  useText(() => telemetry.tick);
  if (!hasRun || telemetry.rows(id).length === 0)
    return (
      <section className="panel-section">
        <p className="section-note">Press Run to see its queues, its books and what passes.</p>
      </section>
    );
  return (
    <>
      {lanes.map((lane) => (
        <LaneView key={lane} id={id} lane={lane} isOnly={lanes.length === 1} />
      ))}
      <LastDelivered id={id} />
    </>
  );
}

interface LaneViewProps {
  readonly id: LinkId;
  readonly lane: Lane;
  readonly isOnly: boolean;
}

function LaneView({ id, lane, isOnly }: LaneViewProps) {
  const view = readLane(id, lane);
  if (view.send.pipes + view.receive.pipes + view.joined.pipes === 0) return null;
  const way = isOnly ? "" : lane === "to_bind" ? ", to the bind side" : ", to the connect side";
  return (
    <>
      <Places view={view} way={way} />
      <LaneBooks view={view} />
      <LaneCharts id={id} lane={lane} />
    </>
  );
}

interface LaneView {
  readonly send: LaneEnd;
  readonly receive: LaneEnd;
  readonly joined: LaneEnd;
  readonly sent: Counters | undefined;
  readonly received: Counters | undefined;
  /** undefined where what the two ends counted cannot be compared. */
  readonly inFlight: number | undefined;
  /** Why not, in a few words. */
  readonly half: string | undefined;
}

function readLane(id: LinkId, lane: Lane): LaneView {
  const half = whyHalfSeen(useTopology.getState().document, useCatalogue.getState().catalogue, id);
  const end = (name: PipeEnd) => telemetry.laneEnd(id, lane, name);
  const joined = telemetry.counters(id, lane, "joined");
  const sent = telemetry.counters(id, lane, "send") ?? joined;
  const received = telemetry.counters(id, lane, "receive") ?? joined;
  const lost = telemetry.counters(id, lane, "send")?.dropped.lost_in_transit ?? 0;
  const inFlight = joined
    ? 0
    : sent && received && !half
      ? Math.max(0, sent.popped - received.pushed - lost)
      : undefined;
  return {
    send: end("send"),
    receive: end("receive"),
    joined: end("joined"),
    sent,
    received,
    inFlight,
    half,
  };
}

function Places({ view, way }: { readonly view: LaneView; readonly way: string }) {
  const { send, receive, joined, sent, received, inFlight } = view;
  const waiting = send.depth + receive.depth + joined.depth + (inFlight ?? 0);
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Where {count(waiting)} {waiting === 1 ? "message waits" : "messages wait"}
        {way}
      </h3>
      <div className="places">
        {joined.pipes > 0 ? (
          <QueueRow label="Joined queue" end={joined} />
        ) : (
          <>
            {send.pipes > 0 && <QueueRow label="Send queue" end={send} />}
            <span>In flight</span>
            <span className="bar" aria-hidden>
              <Fill share={share(inFlight ?? 0, Math.max(send.hwm, receive.hwm) || 1000)} look="idle" />
            </span>
            <span className="num">{inFlight === undefined ? "?" : count(inFlight)}</span>
            <KernelRow label="sender’s kernel" counters={send.pipes ? sent : undefined} />
            <KernelRow label="receiver’s kernel" counters={receive.pipes ? received : undefined} />
            {receive.pipes > 0 && <QueueRow label="Receive queue" end={receive} />}
          </>
        )}
      </div>
    </section>
  );
}

function KernelRow({ label, counters }: { readonly label: string; readonly counters: Counters | undefined }) {
  if (!counters || Number.isNaN(counters.kernel_octets)) return null;
  return (
    <>
      <span className="sub-row">{label}</span>
      <span />
      <span className="num second">{octets(counters.kernel_octets)}</span>
    </>
  );
}

function QueueRow({ label, end }: { readonly label: string; readonly end: LaneEnd }) {
  const part = share(end.depth, end.hwm || Math.max(1000, end.depth));
  const look =
    end.state === PipeState.blocked
      ? "blocked"
      : end.state === PipeState.dropping
        ? "drop"
        : part >= 0.8 && end.hwm
          ? "near-fill"
          : "queue";
  return (
    <>
      <span>{label}</span>
      <span className="bar" aria-hidden>
        <Fill share={part} look={look} />
      </span>
      <span className="num">
        {count(end.depth)}
        <i>/{end.state === PipeState.none ? "–" : end.hwm ? count(end.hwm) : "∞"}</i>
      </span>
    </>
  );
}

export function Fill({ share: part, look }: { readonly share: number; readonly look: string }) {
  return <u style={{ width: `${part * 100}%`, background: `var(--${look})` }} />;
}

const share = (n: number, of: number): number => Math.max(0, Math.min(1, n / of));

/** Somebody clicked the ✕ on the canvas: the reasons are brought into view. */
function showReasons(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

function LaneBooks({ view }: { readonly view: LaneView }) {
  const isAsked = useInterface((state) => state.askedWhy !== null);
  const { joined, sent, received, inFlight } = view;
  if (!sent) return null;
  const dropped = droppedOf(view);
  const isWhole = received !== undefined && inFlight !== undefined;
  // Half seen, the sender's half adds up by itself: what was lost in transit had been taken.
  const counted = isWhole ? dropped : droppedOf({ ...view, received: undefined });
  const beyond = isWhole ? 0 : (counted.get("lost_in_transit") ?? 0);
  const total = [...counted.values()].reduce((sum, n) => sum + n, 0) - beyond;
  const queued = sent.queued + (joined.pipes || !isWhole ? 0 : received.queued);
  // Five long numbers do not fit beside each other: then they stand in a column.
  const isTall = sent.pushed >= 100_000;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Books
        {isWhole ? <Verdict view={view} /> : <small>half seen: {view.half ?? "an end is gone"}</small>}
      </h3>
      <div className={isTall ? "books tall" : "books"}>
        <Sum n={sent.pushed} word="accepted" />
        <span className="op">=</span>
        {isWhole ? (
          <>
            <Sum n={received.popped} word="delivered" />
            <span className="op">+</span>
          </>
        ) : (
          <>
            <Sum n={sent.popped} word="taken" />
            <span className="op">+</span>
          </>
        )}
        <Sum n={queued} word="queued" />
        <span className="op">+</span>
        {isWhole && (
          <>
            <Sum n={inFlight} word="in flight" />
            <span className="op">+</span>
          </>
        )}
        <Sum n={total} word="dropped" />
      </div>
      {dropped.size > 0 && (
        <dl className="facts reasons" ref={isAsked ? showReasons : undefined}>
          {[...dropped].map(([reason, n]) => (
            <DropRow key={reason} reason={reason} n={n} />
          ))}
        </dl>
      )}
    </section>
  );
}

/** Drops of both halves by reason; a joined pipe is one half only. */
function droppedOf({ sent, received, joined }: LaneView): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  for (const half of joined.pipes ? [sent] : [sent, received])
    for (const reason of DROP_REASONS) {
      const n = half?.dropped[reason] ?? 0;
      if (n > 0) reasons.set(reason, (reasons.get(reason) ?? 0) + n);
    }
  return reasons;
}

const REASON_WORDS: Readonly<Record<string, string>> = {
  hwm: "The send queue was full (HWM)",
  conflated: "Replaced by a newer one (conflate)",
  filtered: "Matched no subscription",
  stale_reply: "Reply to a request that is over",
  malformed_envelope: "The envelope was not whole",
  linger: "Left when the socket closed (linger)",
  disconnected: "The peer went away",
  refused: "The receiver has its one peer, or knows this name already",
  lost_in_transit: "Sent, and never arrived",
};

function DropRow({ reason, n }: { readonly reason: string; readonly n: number }) {
  return (
    <>
      <dt>{REASON_WORDS[reason] ?? reason}</dt>
      <dd className="num dropped">{count(n)}</dd>
    </>
  );
}

function Sum({ n, word }: { readonly n: number; readonly word: string }) {
  return (
    <div>
      <span className="num">{count(n)}</span>
      <small>{word}</small>
    </div>
  );
}

/** Each half adds up by itself; counters and depths of one moment come within half a second of each other. */
function Verdict({ view }: { readonly view: LaneView }) {
  const isOff = useText(() => telemetry.totals?.books.balanced === false);
  const isNegative =
    view.sent !== undefined && view.received !== undefined && view.sent.popped < view.received.pushed;
  return isOff || isNegative ? (
    <span className="verdict off">
      <CircleAlert className="icon" aria-hidden />
      off
    </span>
  ) : (
    <span className="verdict">
      <Check className="icon" aria-hidden />
      balance
    </span>
  );
}
