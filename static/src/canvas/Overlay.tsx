// The one canvas over the wires and under the cards; it hands the painter everything that may change the picture.

import { EdgeLabelRenderer, useStoreApi } from "@xyflow/react";
import { useEffect, useState } from "react";
import type { Finding } from "../model/findings";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import type { Geometry } from "./geometry";
import { watchInks } from "./inks";
import { limitOf } from "./limits";
import { Painter } from "./painter";
import { useSurface } from "./surface";

const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");

let judged: readonly Finding[] = [];
let wrong: ReadonlySet<string> = new Set();

/** Links with an error; looked for again only when there are other findings. */
function wrongLinks(findings: readonly Finding[]): ReadonlySet<string> {
  if (findings !== judged) {
    judged = findings;
    wrong = new Set(
      findings.flatMap(({ severity, where }) => (severity === "error" && where.link ? [where.link] : [])),
    );
  }
  return wrong;
}

function makePainter(canvas: HTMLCanvasElement, geometry: Geometry): Painter {
  return new Painter(canvas, {
    telemetry,
    scene: () => geometry.scene,
    limit: (tube) => {
      const member = tube.members[0];
      if (!member) return 0;
      return limitOf(useTopology.getState().document, useCatalogue.getState().catalogue, member);
    },
    selectedLinks: () =>
      new Set(useSelection.getState().items.flatMap((item) => (item.kind === "link" ? [item.id] : []))),
    hoveredLink: () => {
      const { hovered } = useSelection.getState();
      return hovered?.kind === "link" ? hovered.id : null;
    },
    focusedLink: () => {
      const { focused } = useSelection.getState();
      return focused?.kind === "link" ? focused.id : null;
    },
    isOff: (link) => geometry.drawing.links.get(link)?.edge.data?.isOff ?? false,
    wrongLinks: () => wrongLinks(useTopology.getState().findings),
    isCalm: () => useInterface.getState().isCalm || lessMotion.matches,
    isLive: () => isLive(useRun.getState().state),
    isRefused: (link) => useRun.getState().refused.has(link),
    isHeld: () => useRun.getState().state === "paused",
  });
}

/** Everything that asks for another picture; telemetry only when its numbers differ. */
function listen(painter: Painter, geometry: Geometry): () => void {
  const again = () => painter.invalidate();
  const anew = () => painter.forget();
  const stops = [
    geometry.subscribe(again),
    geometry.subscribeSettled(() => painter.relimit()),
    telemetry.onFrame(() => painter.take()),
    telemetry.onText(() => painter.count()),
    telemetry.onLayout(anew),
    useSelection.subscribe(again),
    useTopology.subscribe((now, before) => now.findings !== before.findings && again()),
    useInterface.subscribe((now, before) => now.isCalm !== before.isCalm && again()),
    useRun.subscribe((now, before) => now.state !== before.state && painter.restate()),
    useRun.subscribe((now, before) => now.refused !== before.refused && painter.count()),
    watchInks(() => painter.recolour()),
  ];
  document.addEventListener("visibilitychange", again);
  lessMotion.addEventListener("change", again);
  return () => {
    for (const stop of stops) stop();
    document.removeEventListener("visibilitychange", again);
    lessMotion.removeEventListener("change", again);
  };
}

export function Overlay({ attach }: { attach: (painter: Painter | null) => void }) {
  // The renderer's layer is there only after the first render: the element comes when it comes.
  const [element, setElement] = useState<HTMLCanvasElement | null>(null);
  const { geometry } = useSurface();
  const store = useStoreApi();
  useEffect(() => {
    if (!element) return undefined;
    const painter = makePainter(element, geometry);
    attach(painter);
    const follow = () => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      // Inside the moving viewport, but standing still: the pen does the moving, so that lines stay sharp.
      element.style.transform = `scale(${1 / zoom}) translate(${-x}px, ${-y}px)`;
      painter.resize(width, height, devicePixelRatio || 1);
      painter.view({ x, y, zoom });
    };
    follow();
    const stopFollowing = store.subscribe((now, before) => {
      if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height)
        follow();
    });
    const stopListening = listen(painter, geometry);
    return () => {
      stopFollowing();
      stopListening();
      painter.dispose();
      attach(null);
    };
  }, [element, geometry, store, attach]);
  return (
    <EdgeLabelRenderer>
      <canvas ref={setElement} className="overlay" aria-hidden />
    </EdgeLabelRenderer>
  );
}
