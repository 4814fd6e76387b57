// Findings about links, and links that change only at the next run, shown on the wires themselves.

import { useStore, ViewportPortal } from "@xyflow/react";
import { History } from "lucide-react";
import { useMemo, useSyncExternalStore } from "react";
import type { Finding } from "../model/findings";
import { worst } from "../model/findings";
import { useSelection } from "../stores/selectionStore";
import { type LiveEffect, useTopology } from "../stores/topologyStore";
import { SeverityGlyph } from "./SeverityGlyph";
import type { Scene } from "./shapes";
import { useSurface } from "./surface";
import { type Place, placeAt } from "./wirePath";

/** Beside the middle, where the pill of the running wire will be. */
const ALONG = 0.3;

interface Badge {
  readonly link: string;
  readonly findings: readonly Finding[];
  readonly isLater: boolean;
}

function collect(findings: readonly Finding[], waiting: ReadonlyMap<string, LiveEffect>): Badge[] {
  const links = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { link } = finding.where;
    if (link === undefined) continue;
    const list = links.get(link);
    if (list) list.push(finding);
    else links.set(link, [finding]);
  }
  const later = new Set<string>();
  for (const path of waiting.keys()) {
    const [room, id] = path.split(".");
    if (room === "links" && id !== undefined) later.add(id);
  }
  return [...new Set([...links.keys(), ...later])].map((link) => ({
    link,
    findings: links.get(link) ?? [],
    isLater: later.has(link),
  }));
}

function placeOf(scene: Scene, link: string): Place | undefined {
  const path = scene.wiresOf.get(link)?.[0]?.path;
  return path && placeAt(path, path.total * ALONG, { x: 0, y: 0, dx: 1, dy: 0 });
}

export function LinkBadges() {
  const findings = useTopology((state) => state.findings);
  const waiting = useTopology((state) => state.waiting);
  const badges = useMemo(() => collect(findings, waiting), [findings, waiting]);
  return badges.length > 0 ? <Badges badges={badges} /> : null;
}

function Badges({ badges }: { badges: readonly Badge[] }) {
  const { geometry } = useSurface();
  const scene = useSyncExternalStore(geometry.subscribe, () => geometry.scene);
  const zoom = useStore((state) => state.transform[2]);
  return (
    <ViewportPortal>
      {badges.map(({ link, findings, isLater }) => {
        const place = placeOf(scene, link);
        if (!place) return null;
        const severity = worst(findings);
        const words = findings.map((finding) => finding.sentence).join(" ");
        return (
          <button
            type="button"
            key={link}
            className="link-badge nodrag nopan"
            tabIndex={-1}
            data-severity={severity ?? "later"}
            title={isLater ? `${words} Changes at the next run.`.trim() : words}
            style={{
              transform: `translate(${place.x}px, ${place.y}px) scale(${1 / zoom}) translate(-50%, -50%)`,
            }}
            onClick={() => useSelection.getState().select([{ kind: "link", id: link }])}
          >
            {severity ? <SeverityGlyph severity={severity} /> : <History size={12} aria-hidden />}
            {findings.length > 1 ? findings.length : ""}
            {isLater && <span>at next run</span>}
          </button>
        );
      })}
    </ViewportPortal>
  );
}
