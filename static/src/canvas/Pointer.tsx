// Follows the pointer over the canvas: hover read-outs, clicks on painted things, the line of a link begun by click.

import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useInterface } from "../stores/interfaceStore";
import { useSelection } from "../stores/selectionStore";
import { ClickLine } from "./ConnectionLine";
import { useConnecting } from "./connecting";
import type { Geometry } from "./geometry";
import { HoverCard } from "./HoverCard";
import type { Hit } from "./hitTest";
import type { Painter } from "./painter";
import { clickAt, hitAt, targetAt } from "./pointing";
import { useSurface } from "./surface";
import { endConnecting } from "./useConnect";

interface Over {
  readonly hit: Hit;
  readonly key: string;
  readonly x: number;
  readonly y: number;
  /** Too near the lower edge: it stands above the pointer. */
  readonly isLow: boolean;
}

const CARD_ROOM = 240;
/** A press that moved farther than this drew a box, and is no click. */
const STILL = 4;

function keyOf(hit: Hit): string {
  return hit.kind === "tube" ? hit.tube.key : hit.wire.key;
}

function isOnPicture(event: PointerEvent | MouseEvent): boolean {
  const element = event.target;
  return (
    element instanceof Element &&
    !element.closest(".card, .float, .proposal, .alarm-chip, .process-title, button")
  );
}

interface Located {
  readonly left: number;
  readonly top: number;
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

interface Following {
  readonly element: HTMLElement;
  readonly geometry: Geometry;
  readonly painter: Painter | null;
  locate(event: MouseEvent): Located;
  showOver(hit: Hit | undefined, at: Located): void;
  showLine(x: number, y: number): void;
}

/** Looks at most once a frame at what lies under the pointer. */
function followMoves({ element, geometry, painter, locate, showOver, showLine }: Following): () => void {
  let isAsked = false;
  let last: PointerEvent | undefined;
  const look = () => {
    isAsked = false;
    if (!last) return;
    const at = locate(last);
    if (useConnecting.getState().byClick) showLine(at.x, at.y);
    const free = last.buttons === 0 && isOnPicture(last);
    const target = free ? targetAt(painter, at.x, at.y) : undefined;
    const hit = free ? hitAt(geometry, at.x, at.y, at.zoom) : undefined;
    element.style.cursor = target || hit ? "pointer" : "";
    hoverLink(hit, target?.link);
    showOver(hit, at);
  };
  const move = (event: PointerEvent) => {
    last = event;
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(look);
  };
  const leave = () => {
    last = undefined;
    useSelection.getState().hover(null);
    showOver(undefined, { left: 0, top: 0, x: 0, y: 0, zoom: 1, width: 0, height: 0 });
  };
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerleave", leave);
  return () => {
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerleave", leave);
  };
}

/** Clicks on what is painted; a click on anything else goes on to whom it belongs. */
function followClicks({ element, geometry, painter, locate }: Following): () => void {
  let down: PointerEvent | undefined;
  const press = (event: PointerEvent) => {
    down = event;
  };
  const click = (event: MouseEvent) => {
    if (!isOnPicture(event) || useConnecting.getState().from) return;
    if (down && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > STILL) return;
    const adds = event.ctrlKey || event.metaKey || event.shiftKey;
    if (clickAt(geometry, painter, { ...locate(event), adds })) event.stopPropagation();
  };
  const doubleClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || !event.target.closest(".react-flow__pane")) return;
    if (!isOnPicture(event)) return;
    const { x, y, zoom } = locate(event);
    if (!hitAt(geometry, x, y, zoom))
      useInterface.getState().set({ quickAdd: { kind: "add", place: [x, y] } });
  };
  element.addEventListener("pointerdown", press, true);
  element.addEventListener("click", click, true);
  element.addEventListener("dblclick", doubleClick);
  return () => {
    element.removeEventListener("pointerdown", press, true);
    element.removeEventListener("click", click, true);
    element.removeEventListener("dblclick", doubleClick);
  };
}

export function Pointer({
  painter,
  root,
}: {
  painter: Painter | null;
  root: RefObject<HTMLDivElement | null>;
}) {
  const { geometry } = useSurface();
  const store = useStoreApi();
  const [over, setOver] = useState<Over | null>(null);
  const [pointer, setPointer] = useState<{ x: number; y: number } | null>(null);

  useEscape();
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const following: Following = {
      element,
      geometry,
      painter,
      locate(event) {
        const bounds = element.getBoundingClientRect();
        const [tx, ty, zoom] = store.getState().transform;
        const [left, top] = [event.clientX - bounds.left, event.clientY - bounds.top];
        return {
          left,
          top,
          x: (left - tx) / zoom,
          y: (top - ty) / zoom,
          zoom,
          width: bounds.width,
          height: bounds.height,
        };
      },
      showOver(hit, { left, top, width, height }) {
        const isLow = top > height - CARD_ROOM;
        const at = {
          x: left > width - CARD_ROOM ? left - CARD_ROOM : left + 14,
          y: top + (isLow ? -12 : 16),
          isLow,
        };
        setOver((before) =>
          !hit ? null : before?.key === keyOf(hit) ? before : { hit, key: keyOf(hit), ...at },
        );
      },
      showLine: (x, y) => setPointer({ x, y }),
    };
    const stops = [followMoves(following), followClicks(following)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [geometry, painter, root, store]);

  return (
    <>
      <ClickLine pointer={pointer} />
      {over &&
        root.current &&
        createPortal(<HoverCard hit={over.hit} x={over.x} y={over.y} isAbove={over.isLow} />, root.current)}
    </>
  );
}

/** Escape lets go of a link that is being drawn, and of a refused one, before it lets go of anything else. */
function useEscape(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { from, proposal } = useConnecting.getState();
      if (event.key !== "Escape" || (!from && !proposal)) return;
      endConnecting();
      useConnecting.setState({ proposal: null });
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, []);
}

function hoverLink(hit: Hit | undefined, targeted: string | undefined): void {
  const one =
    hit?.kind === "wire" ? hit.wire.link : hit?.tube.isBundle ? undefined : hit?.tube.members[0]?.link;
  const id = targeted ?? one;
  useSelection.getState().hover(id === undefined ? null : { kind: "link", id });
}
