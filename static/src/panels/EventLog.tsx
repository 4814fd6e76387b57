// What happened in the run, newest first: a row says when, where, what and how often; a click goes there.

import { Activity } from "lucide-react";
import { useMemo } from "react";
import { flowLabel } from "../model/drafting";
import { eventSentence } from "../model/eventWords";
import { type LinkId, linksOf, nodeLabel, nodesOf, type TopologyDocument } from "../model/topology";
import { clock, count } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { type RunEvent, useEvents } from "../stores/eventStore";
import { useInterface } from "../stores/interfaceStore";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { EVENT_LOOKS } from "./stateWords";

/** Rows shown; what is older is found by the filter. */
const SHOWN = 200;

interface EventLogProps {
  readonly filter?: string;
  readonly link?: LinkId;
  /** Beside the canvas there is no room for columns. */
  readonly isNarrow?: boolean;
  onClearFilter?(): void;
}

export function EventLog({ filter = "", link, isNarrow = false, onClearFilter }: EventLogProps) {
  const events = useEvents((state) => state.events);
  const missed = useEvents((state) => state.missed);
  const document = useTopology((state) => state.document);
  const wanted = filter.trim().toLowerCase();
  const matching = useMemo(
    () =>
      events.filter(
        (event) =>
          (link === undefined || event.where.link === link) &&
          (!wanted ||
            `${placeOf(document, event)} ${event.what} ${eventSentence(event)}`
              .toLowerCase()
              .includes(wanted)),
      ),
    [events, link, wanted, document],
  );
  if (matching.length === 0)
    return (
      <p className="dock-none">
        {wanted ? (
          <>
            0 of {count(events.length)} events match “{filter}”.{" "}
            <button type="button" className="text-button" onClick={onClearFilter}>
              Clear filter
            </button>
          </>
        ) : (
          "Nothing has happened yet."
        )}
      </p>
    );
  return (
    <ol className={isNarrow ? "log narrow" : "log"}>
      {joined(matching.slice(-SHOWN * 4))
        .slice(-SHOWN)
        .toReversed()
        .map((event) => (
          <EventRow key={event.seq} event={event} document={document} isNarrow={isNarrow} />
        ))}
      {missed > 0 && <li className="log-gap">{count(missed)} older events were not kept.</li>}
    </ol>
  );
}

/** Events whose sentence says their count. */
const COUNTED: readonly string[] = ["dropped", "unrouted"];
/** Of one kind at one place, what follows within this time is one row. */
const JOINED_S = 1;

function joined(events: readonly RunEvent[]): readonly RunEvent[] {
  const rows: RunEvent[] = [];
  const last = new Map<string, number>();
  for (const event of events) {
    const key = `${event.what} ${event.detail} ${JSON.stringify(event.where)}`;
    const i = last.get(key);
    const older = i === undefined ? undefined : rows[i];
    if (i !== undefined && older && event.t - older.t < JOINED_S)
      rows[i] = { ...older, count: older.count + event.count };
    else last.set(key, rows.push(event) - 1);
  }
  return rows;
}

interface EventRowProps {
  readonly event: RunEvent;
  readonly document: TopologyDocument;
  readonly isNarrow: boolean;
}

function EventRow({ event, document, isNarrow }: EventRowProps) {
  const [Picture, look] = EVENT_LOOKS[event.what] ?? [Activity, "quiet"];
  return (
    <li>
      <button type="button" className="log-row" onClick={() => goTo(event, document)}>
        <span className="log-time num">{clock(event.t)}</span>
        <Picture className={`icon look-${look}`} aria-hidden />
        {!isNarrow && <span className="log-where clip">{placeOf(document, event)}</span>}
        <span className="log-what clip" title={eventSentence(event)}>
          {eventSentence(event)}
        </span>
        <span className="log-count num">
          {event.count > 1 && !COUNTED.includes(event.what) ? `× ${count(event.count)}` : ""}
        </span>
      </button>
    </li>
  );
}

function placeOf(document: TopologyDocument, { where }: RunEvent): string {
  if (where.link && linksOf(document)[where.link])
    return flowLabel(document, useCatalogue.getState().catalogue, where.link);
  if (where.node) {
    const [id = ""] = where.node.split("#");
    return nodeLabel(id, nodesOf(document)[id]) + where.node.slice(id.length);
  }
  return where.process ?? where.link ?? "";
}

function goTo({ where }: RunEvent, document: TopologyDocument): void {
  const node = where.node?.split("#")[0];
  const item: Item | undefined =
    where.link && linksOf(document)[where.link]
      ? { kind: "link", id: where.link }
      : node && nodesOf(document)[node]
        ? { kind: "node", id: node }
        : where.process
          ? { kind: "process", id: where.process }
          : undefined;
  if (!item) return;
  useSelection.getState().select([item]);
  useInterface.getState().canvas?.reveal(item);
}
