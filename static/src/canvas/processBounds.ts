// The boxes around the nodes of each process, their tubes included, and which box a dropped node falls into.

import { CARD_WIDTH, DIGITS_ROOM, PROCESS_PADDING, PROCESS_TITLE, STRIP_HEIGHT } from "./measures";
import type { Box, CardShape, Point, TubeShape } from "./shapes";

/** Leaving a process takes a clear gesture: the card must be this far outside its box. */
const LEAVING = 24;

interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function grow(extent: Extent | undefined, left: number, top: number, right: number, bottom: number): Extent {
  if (!extent) return { left, top, right, bottom };
  extent.left = Math.min(extent.left, left);
  extent.top = Math.min(extent.top, top);
  extent.right = Math.max(extent.right, right);
  extent.bottom = Math.max(extent.bottom, bottom);
  return extent;
}

/** A box for each process that has a card, in the order of the first of them. */
export function processBoxes(
  cards: ReadonlyMap<string, CardShape>,
  tubes: readonly TubeShape[],
): Map<string, Box> {
  const extents = new Map<string, Extent>();
  for (const card of cards.values()) {
    if (!card.process) continue;
    const bottom = card.y + card.height + STRIP_HEIGHT - 6;
    extents.set(card.process, grow(extents.get(card.process), card.x, card.y, card.x + card.width, bottom));
  }
  for (const { node, box, digits } of tubes) {
    const process = cards.get(node)?.process;
    const extent = process ? extents.get(process) : undefined;
    if (!extent) continue;
    const above = digits === "above" ? DIGITS_ROOM - 6 : 0;
    const below = digits === "below" ? DIGITS_ROOM - 6 : 0;
    grow(extent, box.x, box.y - above, box.x + box.width - 2, box.y + box.height + below);
  }
  const boxes = new Map<string, Box>();
  for (const [process, { left, top, right, bottom }] of extents)
    boxes.set(process, {
      x: left - PROCESS_PADDING,
      y: top - PROCESS_PADDING - PROCESS_TITLE,
      width: right - left + 2 * PROCESS_PADDING,
      height: bottom - top + 2 * PROCESS_PADDING + PROCESS_TITLE,
    });
  return boxes;
}

export function contains(box: Box, point: Point): boolean {
  return (
    point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height
  );
}

function isClearOf(box: Box, card: Box): boolean {
  return (
    card.x > box.x + box.width + LEAVING ||
    card.x + card.width < box.x - LEAVING ||
    card.y > box.y + box.height + LEAVING ||
    card.y + card.height < box.y - LEAVING
  );
}

/**
 * The process a card belongs to after it was dropped.
 *
 * A card joins the box its middle lies in, and leaves its own box only when it is well outside,
 * so that tidying up inside a process never changes it.
 *
 * @param boxes the boxes as they were before the drag began, without the dragged cards' new places.
 * @param isAlone the card is its process's only one: then the box simply goes along.
 */
export function processAfterDrop(
  card: CardShape,
  boxes: ReadonlyMap<string, Box>,
  isAlone: boolean,
): string | undefined {
  const middle = { x: card.x + (card.width || CARD_WIDTH) / 2, y: card.y + card.height / 2 };
  const own = card.process ? boxes.get(card.process) : undefined;
  if (own && contains(own, middle)) return card.process;
  let joined: string | undefined;
  for (const [process, box] of boxes) if (process !== card.process && contains(box, middle)) joined = process;
  if (joined) return joined;
  return own && !isAlone && isClearOf(own, card) ? undefined : card.process;
}
