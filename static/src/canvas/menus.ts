// Where a context menu was asked for, and about what; the shell fills it with commands.

import type { Edge, Node } from "@xyflow/react";
import type { MouseEvent as ReactMouseEvent } from "react";
import type { Place } from "../model/topology";
import { useInterface } from "../stores/interfaceStore";
import { type Item, sameItem, useSelection } from "../stores/selectionStore";
import { PROCESS_PREFIX } from "./toFlow";

type AnyMouseEvent = ReactMouseEvent | MouseEvent;

/** The socket whose port or row lies under the pointer. */
function socketUnder(event: AnyMouseEvent, node: string): string | undefined {
  const element =
    event.target instanceof Element ? event.target.closest("[data-handleid], [data-socket]") : null;
  const socket = element?.getAttribute("data-handleid") ?? element?.getAttribute("data-socket");
  return socket ? `${node}.${socket}` : undefined;
}

/** An element that was reached by keyboard has no pointer: the menu opens at its middle. */
function placeOf(event: AnyMouseEvent): readonly [number, number] {
  if (event.clientX || event.clientY || !(event.target instanceof Element))
    return [event.clientX, event.clientY];
  const { left, top, width, height } = event.target.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

export function menuHandlers(
  toFlow: (x: number, y: number) => Place,
  linkUnder: (place: Place) => string | undefined,
) {
  const open = (event: AnyMouseEvent, target: Item | null) => {
    event.preventDefault();
    const [x, y] = placeOf(event);
    const { items, select } = useSelection.getState();
    if (target && !items.some((item) => sameItem(item, target))) select([target]);
    useInterface.getState().set({ menu: { x, y, target, place: toFlow(x, y) } });
  };
  return {
    onNodeContextMenu: (event: AnyMouseEvent, node: Node) => {
      if (node.id.startsWith(PROCESS_PREFIX)) {
        open(event, { kind: "process", id: node.id.slice(PROCESS_PREFIX.length) });
        return;
      }
      const socket = socketUnder(event, node.id);
      open(event, socket ? { kind: "socket", id: socket } : { kind: "node", id: node.id });
    },
    onEdgeContextMenu: (event: AnyMouseEvent, edge: Edge) => open(event, { kind: "link", id: edge.id }),
    onPaneContextMenu: (event: AnyMouseEvent) => {
      const link = linkUnder(toFlow(event.clientX, event.clientY));
      open(event, link === undefined ? null : { kind: "link", id: link });
    },
  };
}
