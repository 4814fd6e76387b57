// Adds what the palette offers to the drawing, by click, key or drop, and selects it.
import { draftPaste } from "../model/arranging";
import { draftLink, draftNode, draftSocket } from "../model/drafting";
import { freePlace } from "../model/geometry";
import {
  type NodeId,
  nodesOf,
  type Place,
  type ProcessId,
  type SocketRef,
  type TopologyDocument,
} from "../model/topology";
import { useCatalogue } from "./catalogueStore";
import { type PaletteItem, useInterface } from "./interfaceStore";
import { notifyRefusal } from "./noticeStore";
import { useSelection } from "./selectionStore";
import { useTopology } from "./topologyStore";

/** Without a place it goes to the middle of what is seen, or the next free spot below. */
export async function addItem(item: PaletteItem, place?: Place, process?: ProcessId): Promise<void> {
  if (item.kind === "pattern") await addPattern(item.name, place);
  else addNode(item, place, process);
}

export function addNode(
  item: Exclude<PaletteItem, { kind: "pattern" }>,
  place?: Place,
  process?: ProcessId,
): NodeId {
  const { document, edit } = useTopology.getState();
  const { catalogue } = useCatalogue.getState();
  const at =
    place ??
    freePlace(document, besideSelected(document) ?? useInterface.getState().canvas?.centre() ?? [300, 200]);
  const draft =
    item.kind === "behaviour"
      ? draftNode(document, catalogue, item.name, at, process)
      : draftSocket(document, catalogue, item.type, at, process);
  edit(`Add ${item.kind === "behaviour" ? item.name : item.type}`, draft.edits);
  const made = { kind: "node", id: draft.id } as const;
  useSelection.getState().select([made]);
  useSelection.getState().focus(made);
  // The card is there in the next frame; a place outside what is seen is brought into view.
  requestAnimationFrame(() => useInterface.getState().canvas?.reveal(made));
  return draft.id;
}

/** To the right of the one selected node, with room for both their tubes: drawings grow with their flow. */
function besideSelected(document: TopologyDocument): Place | undefined {
  const [item, second] = useSelection.getState().items;
  const node = item?.kind === "node" && !second ? nodesOf(document)[item.id] : undefined;
  return node?.at && [node.at[0] + 380, node.at[1]];
}

/** Put the nodes of an example into the drawing. */
async function addPattern(name: string, place?: Place): Promise<void> {
  try {
    const example = await useCatalogue.getState().example(name);
    const { document, edit } = useTopology.getState();
    const { edits, nodes } = draftPaste(document, example, place ?? below(document));
    edit(`Add ${example.name}`, edits);
    useSelection.getState().select(nodes.map((id) => ({ kind: "node", id })));
    requestAnimationFrame(() => useInterface.getState().canvas?.fit());
  } catch (error) {
    notifyRefusal("The pattern could not be added", error);
  }
}

/** Below everything that is drawn, or undefined in an empty drawing: then places stay as they are. */
function below(document: TopologyDocument): Place {
  const places = Object.values(nodesOf(document)).map((node) => node.at ?? [0, 0]);
  if (places.length === 0) return [0, 0];
  return [Math.min(...places.map(([x]) => x)), Math.max(...places.map(([, y]) => y)) + 160];
}

/** Join two sockets and select the link. */
export function join(from: SocketRef, to: SocketRef): void {
  const { document, edit } = useTopology.getState();
  const { edits, id } = draftLink(document, from, to);
  edit("Connect", edits);
  useSelection.getState().select([{ kind: "link", id }]);
}
