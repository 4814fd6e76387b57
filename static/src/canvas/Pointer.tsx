// Follows the pointer over the canvas: hover read-outs, clicks on painted things, the line of a link begun by click.

import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useInterface } from "../stores/interfaceStore";
import { useSelection } from "../stores/selectionStore";
import { ClickLine } from "./ConnectionLine";
import { useConnecting } from "./connecting";
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
}

const CARD_ROOM = 240;

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
    const locate = (event: MouseEvent) => {
      const bounds = element.getBoundingClientRect();
      const [tx, ty, zoom] = store.getState().transform;
      const [left, top] = [event.clientX - bounds.left, event.clientY - bounds.top];
      return { left, top, x: (left - tx) / zoom, y: (top - ty) / zoom, zoom, width: bounds.width };
    };
    let isAsked = false;
    let last: PointerEvent | undefined;
    const look = () => {
      isAsked = false;
      if (!last) return;
      const { left, top, x, y, zoom, width } = locate(last);
      if (useConnecting.getState().byClick) setPointer({ x, y });
      const free = last.buttons === 0 && isOnPicture(last);
      const target = free ? targetAt(painter, x, y) : undefined;
      const hit = free ? hitAt(geometry, x, y, zoom) : undefined;
      element.style.cursor = target || (hit?.kind === "tube" && hit.tube.isBundle) ? "pointer" : "";
      element.dataset.pointing = target ? target.kind : "";
      hoverLink(hit, target?.link);
      const at = { x: left > width - CARD_ROOM ? left - CARD_ROOM : left + 14, y: top + 16 };
      setOver((before) =>
        !hit ? null : before?.key === keyOf(hit) ? before : { hit, key: keyOf(hit), ...at },
      );
    };
    const move = (event: PointerEvent) => {
      last = event;
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(look);
    };
    const leave = () => {
      last = undefined;
      setOver(null);
      useSelection.getState().hover(null);
    };
    const click = (event: MouseEvent) => {
      if (!isOnPicture(event)) return;
      const { x, y, zoom } = locate(event);
      if (clickAt(geometry, painter, x, y, zoom)) event.stopPropagation();
    };
    const doubleClick = (event: MouseEvent) => {
      if (!(event.target instanceof Element) || !event.target.closest(".react-flow__pane")) return;
      if (!isOnPicture(event)) return;
      const { x, y, zoom } = locate(event);
      if (!hitAt(geometry, x, y, zoom))
        useInterface.getState().set({ quickAdd: { kind: "add", place: [x, y] } });
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("click", click, true);
    element.addEventListener("dblclick", doubleClick);
    return () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerleave", leave);
      element.removeEventListener("click", click, true);
      element.removeEventListener("dblclick", doubleClick);
    };
  }, [geometry, painter, root, store]);

  return (
    <>
      <ClickLine pointer={pointer} />
      {over && root.current && createPortal(<HoverCard hit={over.hit} x={over.x} y={over.y} />, root.current)}
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
