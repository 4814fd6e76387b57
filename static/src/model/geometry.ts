// Places on the canvas for the keyboard: what lies nearest in a direction, where there is room for one more.
import { type NodeDocument, type NodeId, nodesOf, type Place, type TopologyDocument } from "./topology";

export type Direction = "left" | "right" | "up" | "down";

/** Card width, header and row height in flow px: the design's measures. */
export const CARD = { width: 140, header: 34, row: 28 };

const placeOf = (node: NodeDocument): Place => node.at ?? [0, 0];

export const cardHeight = (node: NodeDocument): number =>
  CARD.header + CARD.row * Object.keys(node.sockets ?? {}).length;

function middle(node: NodeDocument): Place {
  const [x, y] = placeOf(node);
  return [x + CARD.width / 2, y + cardHeight(node) / 2];
}

/** The nearest node that lies in this direction, straight ahead before aside. */
export function nearest(document: TopologyDocument, from: NodeId, direction: Direction): NodeId | undefined {
  const start = nodesOf(document)[from];
  if (!start) return undefined;
  const [x, y] = middle(start);
  let best: { id: NodeId; cost: number } | undefined;
  for (const [id, node] of Object.entries(nodesOf(document))) {
    if (id === from) continue;
    const [dx, dy] = [middle(node)[0] - x, middle(node)[1] - y];
    const [ahead, aside] = {
      left: [-dx, dy],
      right: [dx, dy],
      up: [-dy, dx],
      down: [dy, dx],
    }[direction] as [number, number];
    if (ahead <= 4 || Math.abs(aside) > 3 * ahead) continue;
    const cost = ahead + 2 * Math.abs(aside);
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}

/** Nodes in reading order: columns from the left, each from the top. */
export function readingOrder(document: TopologyDocument): readonly NodeId[] {
  return Object.entries(nodesOf(document))
    .toSorted(([, a], [, b]) => {
      const [ax, ay] = placeOf(a);
      const [bx, by] = placeOf(b);
      return Math.abs(ax - bx) > CARD.width / 2 ? ax - bx : ay - by;
    })
    .map(([id]) => id);
}

/** A place for a card's top left corner, at or below `wanted`, where it does not lie on another card. */
export function freePlace(document: TopologyDocument, wanted: Place): Place {
  const nodes = Object.values(nodesOf(document));
  const [x, wantedY] = wanted;
  for (let step = 0; ; step++) {
    const y = wantedY + step * 30;
    const isFree = nodes.every((node) => {
      const [nx, ny] = placeOf(node);
      return Math.abs(nx - x) > CARD.width + 10 || y > ny + cardHeight(node) + 20 || y + 100 < ny;
    });
    if (isFree || step > 60) return [x, y];
  }
}
