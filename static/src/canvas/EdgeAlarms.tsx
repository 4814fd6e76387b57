// Says how many links block, drop or are cut, and points to those outside the view; a click goes there.

import { useStoreApi } from "@xyflow/react";
import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp, Pause, X, Zap } from "lucide-react";
import { useEffect, useState } from "react";
import { useInterface } from "../stores/interfaceStore";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { type AlarmedLink, type AlarmKind, alarmedLinks, beyond, type Edge } from "./alarms";
import { detailAt } from "./measures";
import { useSurface } from "./surface";

const KINDS = [
  { kind: "blocked", Glyph: Pause, word: "blocked" },
  { kind: "dropping", Glyph: X, word: "dropping" },
  { kind: "gone", Glyph: Zap, word: "cut" },
] as const;

const EDGES = { left: ChevronLeft, right: ChevronRight, top: ChevronUp, bottom: ChevronDown } as const;

interface Summary {
  readonly key: string;
  readonly all: readonly AlarmedLink[];
  readonly outside: ReadonlyMap<Edge, readonly AlarmedLink[]>;
  /** Near enough, every alarm in view is written where it is. */
  readonly isFar: boolean;
}

const NOTHING: Summary = { key: "", all: [], outside: new Map(), isFar: false };

function goTo(links: readonly AlarmedLink[]): void {
  const { items } = useSelection.getState();
  const selected = items[0]?.kind === "link" ? items[0].id : undefined;
  const next = links[(links.findIndex((one) => one.link === selected) + 1) % links.length];
  if (!next) return;
  useSelection.getState().select([{ kind: "link", id: next.link }]);
  useInterface.getState().canvas?.reveal({ kind: "link", id: next.link });
}

function useSummary(): Summary {
  const { geometry } = useSurface();
  const store = useStoreApi();
  const [summary, setSummary] = useState(NOTHING);
  useEffect(() => {
    const look = () => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      const states = isLive(useRun.getState().state) ? telemetry.gauges?.state : undefined;
      const all = alarmedLinks(geometry.scene, telemetry.pipes, states);
      const outside = new Map<Edge, AlarmedLink[]>();
      for (const alarm of all) {
        const edge = beyond(seen, alarm.x, alarm.y);
        if (edge) outside.set(edge, [...(outside.get(edge) ?? []), alarm]);
      }
      const isFar = detailAt(zoom) !== "full";
      const key = `${isFar} ${all.map((one) => one.link + one.kind).join()} ${[...outside].map(([edge, list]) => edge + list.length).join()}`;
      setSummary((before) => (before.key === key ? before : { key, all, outside, isFar }));
    };
    const stops = [
      telemetry.onText(look),
      telemetry.onLayout(look),
      useRun.subscribe((now, before) => now.state !== before.state && look()),
    ];
    const stop = store.subscribe((now, before) => now.transform !== before.transform && look());
    return () => {
      stop();
      for (const each of stops) each();
    };
  }, [geometry, store]);
  return summary;
}

export function EdgeAlarms() {
  const { all, outside, isFar } = useSummary();
  if (all.length === 0) return null;
  const of = (kind: AlarmKind) => all.filter((alarm) => alarm.kind === kind);
  return (
    <>
      {isFar && (
        <div className="alarm-chips">
          {KINDS.map(({ kind, Glyph, word }) => {
            const links = of(kind);
            if (links.length === 0) return null;
            return (
              <button
                type="button"
                key={kind}
                className="alarm-chip"
                data-kind={kind}
                onClick={() => goTo(links)}
              >
                <Glyph size={12} strokeWidth={2.2} aria-hidden />
                {links.length} {word}
              </button>
            );
          })}
        </div>
      )}
      {[...outside].map(([edge, links]) => {
        const Arrow = EDGES[edge];
        const kind = KINDS.find((one) => links.some((link) => link.kind === one.kind))?.kind ?? "blocked";
        const words = KINDS.flatMap(({ kind: each, word }) => {
          const n = links.filter((link) => link.kind === each).length;
          return n ? [`${n} ${word}`] : [];
        });
        return (
          <button
            type="button"
            key={edge}
            className="alarm-chip alarm-edge"
            data-edge={edge}
            data-kind={kind}
            title={`${words.join(", ")} outside the view`}
            onClick={() => goTo(links)}
          >
            <Arrow size={14} strokeWidth={2.2} aria-hidden />
            {words.join(", ")}
          </button>
        );
      })}
    </>
  );
}
