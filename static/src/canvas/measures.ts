// The measures of the glass in flow pixels at zoom 1, and the zooms where detail changes.

export const CARD_WIDTH = 140;
export const HEADER_HEIGHT = 34;
export const ROW_HEIGHT = 28;
/** Hangs below a card while there is something to say; kept free below it, so that nothing jumps. */
export const STRIP_HEIGHT = 24;

export const TUBE_LENGTH = 58;
export const TUBE_THICKNESS = 12;
/** From the card's edge to the near end of a tube. */
export const DOCK_GAP = 14;
export const JOINED_LENGTH = 2 * TUBE_LENGTH;
export const SHORTEST_JOINED = 40;
/** Half the distance between the tubes of a socket that both sends and receives. */
export const LANE_OFFSET = 10;
/** Room a tube takes beside itself: its digits on one side, its post and tick on the other. */
export const DIGITS_ROOM = 22;
export const PLAIN_ROOM = 12;
/** Two lanes carry digits on both sides; at 85 % these are larger than the tubes' own shrinking. */
export const LANE_DIGITS_ROOM = 25;
/** Room under a tube that may drop or be passed by: the count of what was lost, or what did not match. */
export const LOSS_ROOM = 24;
/** A publisher's funnel takes this much off its tube. */
export const FUNNEL_LENGTH = 16;
/** Tubes that stand upright carry their digits beside them. */
export const UPRIGHT_PITCH = 78;
/** A socket with more links than this shows them as one bundle. */
export const LINKS_BEFORE_BUNDLE = 5;

export const PROCESS_PADDING = 12;
export const PROCESS_TITLE = 24;
export const GRID = 10;
export const DOTS = 20;

/** How much of the picture is drawn: everything; names and tubes; tags; only weight, state and alarms. */
export type Detail = "full" | "names" | "tags" | "alarms";

export function detailAt(zoom: number): Detail {
  if (zoom >= 0.85) return "full";
  if (zoom >= 0.55) return "names";
  return zoom >= 0.35 ? "tags" : "alarms";
}

/** A size in flow pixels for what must measure at least ``pixels`` on the screen. */
export function legible(pixels: number, zoom: number): number {
  return zoom < 1 ? pixels / zoom : pixels;
}
