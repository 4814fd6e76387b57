// What the canvas can do for the rest of the page: fit, zoom, bring something into view, translate places.

import type { ReactFlowInstance } from "@xyflow/react";
import type { Place } from "../model/topology";
import { splitRef } from "../model/topology";
import { type CanvasHandle, useInterface } from "../stores/interfaceStore";
import type { Item } from "../stores/selectionStore";
import type { Geometry } from "./geometry";
import { CARD_WIDTH } from "./measures";
import type { Box } from "./shapes";
import type { FlowNode, LinkEdge } from "./toFlow";

const MARGIN = 40;
const LARGEST_FIT = 1;
export const SMALLEST_ZOOM = 0.02;
export const LARGEST_ZOOM = 3;
const ZOOM_STEP = 1.25;
/** Below this nothing on a card can be read: revealing something goes nearer. */
const READABLE = 0.55;

type Instance = ReactFlowInstance<FlowNode, LinkEdge>;

function durationMs(): number {
  const isCalm = useInterface.getState().isCalm || matchMedia("(prefers-reduced-motion: reduce)").matches;
  return isCalm ? 0 : 320;
}

/** The viewport in which a box is seen whole, never larger than ``largest``. */
export function fitting(
  box: Box,
  width: number,
  height: number,
  largest = LARGEST_FIT,
): { x: number; y: number; zoom: number } {
  const zoom = Math.max(
    SMALLEST_ZOOM,
    Math.min(largest, (width - 2 * MARGIN) / box.width, (height - 2 * MARGIN) / box.height),
  );
  // Whole pixels: at 100 % lines and letters fall on the screen's own.
  return {
    x: Math.round(width / 2 - (box.x + box.width / 2) * zoom),
    y: Math.round(height / 2 - (box.y + box.height / 2) * zoom),
    zoom,
  };
}

function boxOf(geometry: Geometry, item: Item): Box | undefined {
  if (item.kind === "process") return geometry.scene.processes.get(item.id);
  if (item.kind === "node") return geometry.cards.get(item.id);
  if (item.kind === "socket") return geometry.cards.get(splitRef(item.id)[0]);
  const wires = geometry.scene.wiresOf.get(item.id) ?? [];
  const points = wires.flatMap((wire) => [...wire.path.points]);
  const xs = points.filter((_, i) => i % 2 === 0);
  const ys = points.filter((_, i) => i % 2 === 1);
  if (xs.length === 0) return undefined;
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export function makeHandle(root: HTMLElement, flow: Instance, geometry: Geometry): CanvasHandle {
  const size = () => ({ width: root.clientWidth, height: root.clientHeight });
  const zoomTo = (zoom: number) => {
    const { width, height } = size();
    const now = flow.getViewport();
    const next = Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, zoom));
    const [x, y] = [(width / 2 - now.x) / now.zoom, (height / 2 - now.y) / now.zoom];
    void flow.setViewport(
      { x: Math.round(width / 2 - x * next), y: Math.round(height / 2 - y * next), zoom: next },
      { duration: durationMs() / 2 },
    );
  };
  return {
    fit() {
      const bounds = geometry.bounds();
      const { width, height } = size();
      if (bounds)
        void flow.setViewport(fitting(bounds, width, height - useInterface.getState().covered), {
          duration: durationMs(),
        });
    },
    zoomIn: () => zoomTo(flow.getZoom() * ZOOM_STEP),
    zoomOut: () => zoomTo(flow.getZoom() / ZOOM_STEP),
    zoomReset: () => zoomTo(1),
    reveal(item) {
      const box = boxOf(geometry, item);
      if (!box) return;
      const { width, height } = size();
      const { x, y, zoom } = flow.getViewport();
      const [left, top] = [box.x * zoom + x, box.y * zoom + y];
      const isSeen =
        left >= 0 && top >= 0 && left + box.width * zoom <= width && top + box.height * zoom <= height;
      if (isSeen && zoom >= READABLE) return;
      const nearer = Math.max(zoom, READABLE);
      const next = box.width * nearer > width - MARGIN ? fitting(box, width, height).zoom : nearer;
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
        zoom: next,
        duration: durationMs(),
      });
    },
    centre(): Place {
      const { width, height } = size();
      const { x, y, zoom } = flow.getViewport();
      return [(width / 2 - x) / zoom - CARD_WIDTH / 2, (height / 2 - y) / zoom - 30];
    },
    toFlow(pageX, pageY): Place {
      const { x, y } = flow.screenToFlowPosition({ x: pageX, y: pageY }, { snapToGrid: false });
      return [x, y];
    },
    toPage([x, y]) {
      const page = flow.flowToScreenPosition({ x, y });
      return [page.x, page.y];
    },
    focus() {
      const stop = root.querySelector<HTMLElement>('[tabindex="0"]') ?? root;
      stop.focus({ preventScroll: true });
    },
  };
}
