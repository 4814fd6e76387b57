// Dropping from the palette onto the canvas: behaviours, bare sockets, patterns; where it falls says in which process.

import { type DragEvent, useCallback } from "react";
import type { Place } from "../model/topology";
import { addItem } from "../stores/adding";
import { PALETTE_DRAG, type PaletteItem, useInterface } from "../stores/interfaceStore";
import { useConnecting } from "./connecting";
import type { Geometry } from "./geometry";
import { CARD_WIDTH, HEADER_HEIGHT } from "./measures";
import { contains } from "./processBounds";

function processAt(geometry: Geometry, [x, y]: Place): string | undefined {
  for (const [process, box] of geometry.scene.processes) if (contains(box, { x, y })) return process;
  return undefined;
}

function readItem(event: DragEvent): PaletteItem | undefined {
  try {
    return JSON.parse(event.dataTransfer.getData(PALETTE_DRAG)) as PaletteItem;
  } catch {
    // Not ours: a file or a text from elsewhere, which somebody else takes.
    return undefined;
  }
}

/** Adds what was dropped, a card with its middle under the pointer. */
function addHere(item: PaletteItem, [x, y]: Place, process: string | undefined): void {
  const isCard = item.kind !== "pattern";
  void addItem(item, isCard ? [x - CARD_WIDTH / 2, y - HEADER_HEIGHT] : [x, y], process);
}

export function useDrop(geometry: Geometry, toFlow: (x: number, y: number) => Place) {
  const onDragOver = useCallback(
    (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(PALETTE_DRAG)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      const receiving = processAt(geometry, toFlow(event.clientX, event.clientY)) ?? null;
      if (useConnecting.getState().receiving !== receiving) useConnecting.setState({ receiving });
    },
    [geometry, toFlow],
  );
  const onDragLeave = useCallback(() => useConnecting.setState({ receiving: null }), []);
  const onDrop = useCallback(
    (event: DragEvent) => {
      useConnecting.setState({ receiving: null });
      const item = readItem(event);
      if (!item) return;
      event.preventDefault();
      const place = toFlow(event.clientX, event.clientY);
      addHere(item, place, processAt(geometry, place));
      useInterface.getState().set({ dragging: null });
    },
    [geometry, toFlow],
  );
  return { onDragOver, onDragLeave, onDrop };
}
