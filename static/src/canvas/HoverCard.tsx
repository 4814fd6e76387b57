// The read-out beside the pointer: what a tube holds, what a wire carries, what was dropped and why.

import { useEffect, useReducer } from "react";
import { DepthMeter, type MeterMood } from "../charts/DepthMeter";
import { Sparkline } from "../charts/Sparkline";
import { whyHalfSeen } from "../model/halfSeen";
import { DROP_REASONS, type DropReason } from "../model/telemetry";
import { endpointOf, linkLabel, linksOf, schemeOf } from "../model/topology";
import { count, duration, octets, rate } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { isLive, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import type { Hit } from "./hitTest";
import { fillOf, type Mood, moodOf } from "./levels";
import type { TubeMember } from "./shapes";

const REASONS: Readonly<Record<DropReason, string>> = {
  hwm: "Dropped, queue full",
  conflated: "Replaced, conflate",
  filtered: "Filtered at the receiver",
  stale_reply: "Dropped, stale reply",
  malformed_envelope: "Dropped, bad envelope",
  linger: "Dropped at linger",
  disconnected: "Dropped, peer gone",
  refused: "Dropped, peer refused",
  lost_in_transit: "Lost in transit",
};

const ENDS: Readonly<Record<TubeMember["end"], string>> = {
  send: "send queue",
  receive: "receive queue",
  joined: "joined queue, send + receive",
};

type Row = readonly [name: string, value: string];

function dropRows(link: string, lane: TubeMember["lane"], ends: readonly TubeMember["end"][]): Row[] {
  return DROP_REASONS.flatMap((reason): Row[] => {
    let total = 0;
    for (const end of ends) total += telemetry.counters(link, lane, end)?.dropped[reason] ?? 0;
    return total ? [[REASONS[reason], count(total)]] : [];
  });
}

function tubeRows({ link, lane, end }: TubeMember): Row[] {
  const { depth, hwm, peak, rate: perSecond, pipes } = telemetry.laneEnd(link, lane, end);
  if (pipes === 0) return [];
  const rows: Row[] = [
    ["Depth", hwm ? `${count(depth)} of ${count(hwm)}` : `${count(depth)}, no limit`],
    ["Peak", count(peak)],
    ["Out", rate(perSecond)],
  ];
  const counters = telemetry.counters(link, lane, end);
  if (pipes > 1) rows.push(["Connections", count(pipes)]);
  if (counters?.refused) rows.push(["Refused", count(counters.refused)]);
  if (counters && counters.blocked_ms >= 1) rows.push(["Sender waited", duration(counters.blocked_ms)]);
  return [...rows, ...dropRows(link, lane, [end])];
}

/** Of a bundle, the queue whose level is drawn. */
function fullest(members: readonly TubeMember[]): TubeMember | undefined {
  let most = -1;
  let found: TubeMember | undefined;
  for (const member of members) {
    const { depth, hwm } = telemetry.laneEnd(member.link, member.lane, member.end);
    const fill = fillOf(depth, hwm);
    if (fill <= most) continue;
    most = fill;
    found = member;
  }
  return found;
}

function wireRows(link: string, lane: TubeMember["lane"]): Row[] {
  const sent = telemetry.counters(link, lane, "send");
  const arrived = telemetry.counters(link, lane, "receive");
  const { rate: perSecond, pipes } = telemetry.laneEnd(
    link,
    lane,
    sent ? "send" : arrived ? "receive" : "joined",
  );
  if (pipes === 0) return [];
  const rows: Row[] = [["Rate", rate(perSecond)]];
  const { document } = useTopology.getState();
  if (sent && arrived && !whyHalfSeen(document, useCatalogue.getState().catalogue, link)) {
    const inFlight = sent.popped - arrived.pushed - sent.dropped.lost_in_transit;
    rows.push(["In flight", count(Math.max(0, inFlight))]);
  } else if (sent || arrived) rows.push(["In flight", "half seen"]);
  if (schemeOf(endpointOf(document, linksOf(document)[link] ?? { connect: "", bind: "" })[1]) === "udp")
    rows.push(["Over", "udp, which may lose"]);
  if (sent) rows.push(["Taken", `${count(sent.popped)}, ${octets(sent.octets_out)}`]);
  if (arrived) rows.push(["Arrived", count(arrived.pushed)]);
  return [...rows, ...dropRows(link, lane, ["send", "receive", "joined"])];
}

function describe(hit: Hit): { title: string; what: string; rows: readonly Row[] } {
  const { document } = useTopology.getState();
  if (hit.kind === "wire") {
    const { link, lane } = hit.wire;
    return { title: linkLabel(document, link, lane), what: "wire", rows: wireRows(link, lane) };
  }
  const { members, isBundle } = hit.tube;
  const first = members[0];
  if (!first) return { title: "", what: "", rows: [] };
  if (isBundle)
    return {
      title: `${members.length} links`,
      what: "fullest queue drawn; click to open",
      rows: tubeRows(fullest(members) ?? first),
    };
  return { title: linkLabel(document, first.link, first.lane), what: ENDS[first.end], rows: tubeRows(first) };
}

/** Of the last ten seconds, at 20 samples a second. */
const GLANCE_SAMPLES = 200;

const METER_MOODS: Readonly<Partial<Record<Mood, MeterMood>>> = {
  near: "near",
  passed: "near",
  blocked: "blocked",
  dropping: "dropping",
};

/** A queue's level as a bar, a wire's rate as a line. */
function Glance({ hit }: { hit: Hit }) {
  if (hit.kind === "wire") {
    const { link, lane } = hit.wire;
    const rates = telemetry.history(link, lane)?.read().rateIn;
    if (!rates) return null;
    return (
      <Sparkline
        values={rates.slice(-GLANCE_SAMPLES)}
        width={170}
        height={22}
        label="Rate of the last ten seconds"
      />
    );
  }
  const member = fullest(hit.tube.members);
  if (!member) return null;
  const { depth, hwm, state } = telemetry.laneEnd(member.link, member.lane, member.end);
  return <DepthMeter depth={depth} hwm={hwm} mood={METER_MOODS[moodOf(state)] ?? "calm"} label="Depth" />;
}

export interface HoverCardProps {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
  readonly isAbove: boolean;
}

export function HoverCard({ hit, x, y, isAbove }: HoverCardProps) {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => telemetry.onText(again), []);
  const runs = useRun((state) => isLive(state.state));
  const { title, what, rows: all } = describe(hit);
  const rows = runs ? all : [];
  return (
    <div className="hover-card" role="tooltip" data-above={isAbove || undefined} style={{ left: x, top: y }}>
      <b>{title}</b>
      <small>{rows.length ? what : `${what}, not running`}</small>
      {rows.length > 0 && <Glance hit={hit} />}
      {rows.length > 0 && (
        <dl>
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
