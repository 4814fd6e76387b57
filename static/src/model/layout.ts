// Automatic placing: layers in the direction of the messages, processes kept together; worked out in a worker.
import type { Catalogue } from "./catalogue";
import { mainLane } from "./drafting";
import { CARD, cardHeight } from "./geometry";
import {
  linksOf,
  type NodeId,
  nodeOf,
  nodesOf,
  type Place,
  processOf,
  type TopologyDocument,
} from "./topology";

/** Room on each side of a card for its tubes. */
const TUBES = 90;
const TITLE = 34;

interface ElkNode {
  id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  children?: ElkNode[];
  layoutOptions?: Record<string, string>;
  edges?: { id: string; sources: string[]; targets: string[] }[];
}

const SPACING = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.layered.spacing.nodeNodeBetweenLayers": "70",
  "elk.spacing.nodeNode": "36",
  "elk.spacing.componentComponent": "60",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
};

/** Places for these nodes (all of them when none are named), top left near that of the old ones. */
export async function layout(
  document: TopologyDocument,
  catalogue: Catalogue,
  only?: ReadonlySet<NodeId>,
): Promise<ReadonlyMap<NodeId, Place>> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import("elkjs/lib/elk-api.js"),
    import("elkjs/lib/elk-worker.min.js?url"),
  ]);
  const elk = new Elk({ workerFactory: () => new Worker(workerUrl) });
  try {
    const graph = graphOf(document, catalogue, only);
    const placed = (await elk.layout(graph as never)) as unknown as ElkNode;
    return anchored(document, placesIn(placed, 0, 0));
  } finally {
    elk.terminateWorker();
  }
}

/** The drawing as the layout engine wants it: processes hold their nodes. */
export function graphOf(
  document: TopologyDocument,
  catalogue: Catalogue,
  only?: ReadonlySet<NodeId>,
): ElkNode {
  const groups = new Map<string, ElkNode>();
  const children: ElkNode[] = [];
  const isIn = (id: NodeId) => !only?.size || only.has(id);
  for (const [id, node] of Object.entries(nodesOf(document))) {
    if (!isIn(id)) continue;
    const card = { id, width: CARD.width + 2 * TUBES, height: cardHeight(node) + 16 };
    const process = processOf(node);
    if (process === undefined || (process === "main" && !document.processes?.main)) {
      children.push(card);
      continue;
    }
    let group = groups.get(process);
    if (!group) {
      group = {
        id: `process ${process}`,
        children: [],
        layoutOptions: { "elk.padding": `[top=${TITLE + 12},left=12,bottom=12,right=12]` },
      };
      groups.set(process, group);
      children.push(group);
    }
    group.children?.push(card);
  }
  const edges = Object.entries(linksOf(document))
    .filter(([, link]) => isIn(nodeOf(link.connect)) && isIn(nodeOf(link.bind)))
    .map(([id, link]) => {
      const ends = [nodeOf(link.connect), nodeOf(link.bind)] as const;
      const [source, target] = mainLane(document, catalogue, id) === "to_bind" ? ends : [ends[1], ends[0]];
      return { id: `link ${id}`, sources: [source], targets: [target] };
    });
  return { id: "drawing", layoutOptions: SPACING, children, edges };
}

function placesIn(node: ElkNode, x: number, y: number): Map<NodeId, Place> {
  const places = new Map<NodeId, Place>();
  for (const child of node.children ?? []) {
    const [cx, cy] = [x + (child.x ?? 0), y + (child.y ?? 0)];
    if (child.children) for (const [id, place] of placesIn(child, cx, cy)) places.set(id, place);
    else places.set(child.id, [cx + TUBES, cy + 8]);
  }
  return places;
}

/** The new picture begins where the old one began, so that nothing jumps away. */
function anchored(
  document: TopologyDocument,
  places: ReadonlyMap<NodeId, Place>,
): ReadonlyMap<NodeId, Place> {
  const corner = (all: readonly Place[]): Place => [
    Math.min(...all.map(([x]) => x)),
    Math.min(...all.map(([, y]) => y)),
  ];
  if (places.size === 0) return places;
  const before = corner([...places.keys()].map((id) => nodesOf(document)[id]?.at ?? [0, 0]));
  const after = corner([...places.values()]);
  const [dx, dy] = [before[0] - after[0], before[1] - after[1]];
  return new Map([...places].map(([id, [x, y]]) => [id, [x + dx, y + dy]]));
}
