// The keyboard's way through the canvas: to the nearest node, along links, from region to region.
import { linksOfNode } from "../model/arranging";
import { type Direction, nearest, readingOrder } from "../model/geometry";
import { linksOf, type NodeId, nodeOf } from "../model/topology";
import { useInterface } from "../stores/interfaceStore";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";

const drawn = () => useTopology.getState().document;

/** Put the keyboard's focus and the selection on an item, and bring it into view. */
export function goTo(item: Item): void {
  const selection = useSelection.getState();
  selection.select([item]);
  selection.focus(item);
  useInterface.getState().canvas?.reveal(item);
}

function focusedNode(): NodeId | undefined {
  const { focused, items } = useSelection.getState();
  const item = focused ?? items[0];
  if (!item) return undefined;
  if (item.kind === "node") return item.id;
  if (item.kind === "socket") return nodeOf(item.id);
  if (item.kind === "link") {
    const link = linksOf(drawn())[item.id];
    return link && nodeOf(link.connect);
  }
  return undefined;
}

export function focusTowards(direction: Direction): void {
  const from = focusedNode();
  const id = from === undefined ? readingOrder(drawn())[0] : nearest(drawn(), from, direction);
  if (id !== undefined) goTo({ kind: "node", id });
}

/** Walk the links of the focused node: forward or back. */
export function walkLinks(by: 1 | -1): void {
  const node = lastNode ?? focusedNode();
  const current = useSelection.getState().focused;
  const home = current?.kind === "link" ? node : focusedNode();
  if (home === undefined) return;
  lastNode = home;
  const links = linksOfNode(drawn(), home);
  if (links.length === 0) return;
  const i = current?.kind === "link" ? links.indexOf(current.id) : by > 0 ? -1 : 0;
  const id = links[(i + by + links.length) % links.length];
  if (id !== undefined) goTo({ kind: "link", id });
}

/** The node whose links are being walked; Enter on a link goes to the other end. */
let lastNode: NodeId | undefined;

/** From a link to the end that the walk did not come from. */
export function followLink(): boolean {
  const { focused } = useSelection.getState();
  const link = focused?.kind === "link" ? linksOf(drawn())[focused.id] : undefined;
  if (!link) return false;
  const [a, b] = [nodeOf(link.connect), nodeOf(link.bind)];
  const far = lastNode === a ? b : a;
  lastNode = undefined;
  goTo({ kind: "node", id: far });
  return true;
}

/** Regions in the order of F6. */
const REGIONS = ["toolbar", "palette", "canvas", "inspector", "dock"];

export function nextRegion(by: 1 | -1): void {
  const elements = REGIONS.map((name) => document.querySelector<HTMLElement>(`[data-region="${name}"]`));
  const i = elements.findIndex((element) => element?.contains(document.activeElement));
  for (let step = 1; step <= REGIONS.length; step++) {
    const at = (i + by * step + REGIONS.length * 2) % REGIONS.length;
    if (REGIONS[at] === "canvas") {
      useInterface.getState().canvas?.focus();
      return;
    }
    const first = elements[at]?.querySelector<HTMLElement>(
      'button:not(:disabled):not([tabindex="-1"]), input, select, textarea, [tabindex="0"]',
    );
    if (first) {
      first.focus();
      return;
    }
  }
}
