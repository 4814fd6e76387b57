// What the canvas shows without being asked: a drawing whole at first sight, and whole still when panels open.

import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { nodesOf } from "../model/topology";
import { useInterface } from "../stores/interfaceStore";
import { useTopology } from "../stores/topologyStore";
import { fitting } from "./canvasHandle";
import type { Geometry } from "./geometry";
import type { Box } from "./shapes";

const MARGIN = 12;

/** Shows everything at the first sight of a drawing. One that begins with a single node is being drawn: it stays. */
export function useFirstFit(geometry: Geometry): void {
  const flow = useReactFlow();
  const nodes = useTopology((state) => Object.keys(nodesOf(state.document)).length);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const isSeen = useRef(false);
  useEffect(() => {
    const bounds = geometry.bounds();
    if (isSeen.current || !width || !height || nodes === 0 || !bounds) return;
    isSeen.current = true;
    if (nodes > 1) void flow.setViewport(fitting(bounds, width, height - useInterface.getState().covered));
  }, [flow, geometry, nodes, width, height]);
}

function holds(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** The least shift after which ``length`` from ``start`` lies between 0 and ``size``. */
function leastShift(start: number, length: number, size: number): number {
  if (start + length > size - MARGIN) return size - MARGIN - start - length;
  return start < MARGIN ? Math.min(0, MARGIN - start) : 0;
}

/** When a panel opens over a drawing that was seen whole, it moves as little as it must to be seen whole again. */
export function useKeepInView(geometry: Geometry): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (!before.width || (now.width >= before.width && now.height >= before.height)) return;
        const [x, y, zoom] = now.transform;
        const bounds = geometry.bounds();
        const seen = { x: -x / zoom, y: -y / zoom, width: before.width / zoom, height: before.height / zoom };
        if (!bounds || !holds(seen, bounds)) return;
        const isTooLarge =
          bounds.width * zoom > now.width - 2 * MARGIN || bounds.height * zoom > now.height - 2 * MARGIN;
        if (isTooLarge) {
          void flow.setViewport(fitting(bounds, now.width, now.height, zoom));
          return;
        }
        const dx = leastShift(bounds.x * zoom + x, bounds.width * zoom, now.width);
        const dy = leastShift(bounds.y * zoom + y, bounds.height * zoom, now.height);
        if (dx || dy) void flow.setViewport({ x: x + Math.round(dx), y: y + Math.round(dy), zoom });
      }),
    [flow, geometry, store],
  );
}
