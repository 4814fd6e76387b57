// Every queue of the run as a table: the screen reader's view of the glass, and the fullest ones first.
import { useMemo, useState } from "react";
import { GRAVITY, type LaneEnd, type PipeEnd, PipeState } from "../model/telemetry";
import { type Lane, type LinkId, linkLabel, linksOf, type TopologyDocument } from "../model/topology";
import { count, rate } from "../model/units";
import { useInterface } from "../stores/interfaceStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { STATE_LOOKS, STATE_WORDS } from "./stateWords";

export interface QueueRow {
  readonly key: string;
  readonly link: LinkId;
  readonly name: string;
  readonly end: PipeEnd;
  readonly now: LaneEnd;
}

type Order = "fullest" | "drawing";

/** Rows drawn at most; the filter finds the others. */
const SHOWN = 200;

export function QueuesTable({ filter }: { readonly filter: string }) {
  const document = useTopology((state) => state.document);
  const [order, setOrder] = useState<Order>("fullest");
  useText(() => telemetry.tick);
  const places = useQueues(document);
  const wanted = filter.trim().toLowerCase();
  const rows = places
    .map((place) => ({ ...place, now: telemetry.laneEnd(place.link, place.lane, place.end) }))
    .filter(({ name, end }) => !wanted || `${name} ${end}`.toLowerCase().includes(wanted));
  if (order === "fullest") rows.sort((a, b) => fullness(b.now) - fullness(a.now));
  if (places.length === 0) return <p className="dock-none">Queues appear here when it runs.</p>;
  return (
    <table className="queues">
      <thead>
        <tr>
          <th scope="col">
            <button
              type="button"
              className="text-button"
              onClick={() => setOrder(order === "fullest" ? "drawing" : "fullest")}
            >
              {order === "fullest" ? "Fullest first" : "As drawn"}
            </button>
          </th>
          <th scope="col">Queue</th>
          <th scope="col" className="right">
            Depth
          </th>
          <th scope="col" className="right">
            HWM
          </th>
          <th scope="col" className="right">
            Peak
          </th>
          <th scope="col" className="right">
            Out
          </th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, SHOWN).map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { readonly row: QueueRow }) {
  const { link, name, end, now } = row;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="text-button name" onClick={() => goTo(link)}>
          {name}
        </button>
      </th>
      <td>{END_WORDS[end]}</td>
      <td className="num right">{count(now.depth)}</td>
      <td className="num right">{now.state === PipeState.none ? "–" : now.hwm ? count(now.hwm) : "∞"}</td>
      <td className="num right">{count(now.peak)}</td>
      <td className="num right">{rate(now.rate)}</td>
      <td className={`look-${STATE_LOOKS[now.state]}`}>{STATE_WORDS[now.state]}</td>
    </tr>
  );
}

const END_WORDS: Readonly<Record<PipeEnd, string>> = { send: "send", receive: "receive", joined: "joined" };

/** Alarms weigh more than depth. */
export function fullness(end: LaneEnd): number {
  return (
    Math.max(0, GRAVITY[end.state as PipeState] ?? 0) * 10 +
    (end.hwm ? end.depth / end.hwm : Math.log10(1 + end.depth) / 6)
  );
}

interface QueuePlace {
  readonly key: string;
  readonly link: LinkId;
  readonly lane: Lane;
  readonly end: PipeEnd;
  readonly name: string;
}

/** One row for each end of each lane, in the order of the drawing. */
export function useQueues(document: TopologyDocument): readonly QueuePlace[] {
  const epoch = useText(() => telemetry.epoch);
  return useMemo(() => (epoch < 0 ? [] : queuesOf(document)), [document, epoch]);
}

function queuesOf(document: TopologyDocument): readonly QueuePlace[] {
  const lanes: readonly Lane[] = ["to_bind", "to_connect"];
  const ends: readonly PipeEnd[] = ["send", "joined", "receive"];
  return Object.keys(linksOf(document)).flatMap((link) =>
    lanes.flatMap((lane) =>
      ends
        .filter((end) => telemetry.rows(link, lane, end).length > 0)
        .map((end) => ({
          key: `${link} ${lane} ${end}`,
          link,
          lane,
          end,
          name: linkLabel(document, link, lane),
        })),
    ),
  );
}

function goTo(link: LinkId): void {
  useSelection.getState().select([{ kind: "link", id: link }]);
  useInterface.getState().canvas?.reveal({ kind: "link", id: link });
}
