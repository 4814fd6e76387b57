// The right side: the panel of whatever is selected.
import "./inspector.css";
import "./live.css";
import "./forms.css";
import { linksOf, nodeOf, nodesOf, processesOf, processOf, type TopologyDocument } from "../model/topology";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { LinkInspector } from "./LinkInspector";
import { NodeInspector } from "./NodeInspector";
import { ProcessInspector } from "./ProcessInspector";
import { SeveralInspector } from "./SeveralInspector";
import { SocketInspector } from "./SocketInspector";
import { TopologyInspector } from "./TopologyInspector";

export function Inspector() {
  const items = useSelection((state) => state.items);
  const document = useTopology((state) => state.document);
  const isOpen = useTopology(({ opened }) => opened > 0);
  const there = items.filter((item) => isThere(document, item));
  return (
    <aside className="inspector scroll" data-region="inspector" aria-label="Inspector">
      {isOpen && <Panel items={there} />}
    </aside>
  );
}

function Panel({ items }: { readonly items: readonly Item[] }) {
  const [item, second] = items;
  if (!item) return <TopologyInspector />;
  if (second) return <SeveralInspector items={items} />;
  const key = `${item.kind} ${item.id}`;
  switch (item.kind) {
    case "node":
      return <NodeInspector key={key} id={item.id} />;
    case "link":
      return <LinkInspector key={key} id={item.id} />;
    case "process":
      return <ProcessInspector key={key} id={item.id} />;
    case "socket":
      return <SocketInspector key={key} socketId={item.id} />;
  }
}

/** Undo and other people take things away while they are selected. */
function isThere(document: TopologyDocument, { kind, id }: Item): boolean {
  if (kind === "node") return Object.hasOwn(nodesOf(document), id);
  if (kind === "link") return Object.hasOwn(linksOf(document), id);
  if (kind === "socket")
    return nodesOf(document)[nodeOf(id)]?.sockets?.[id.slice(id.indexOf(".") + 1)] !== undefined;
  return (
    Object.hasOwn(processesOf(document), id) ||
    Object.values(nodesOf(document)).some((node) => processOf(node) === id)
  );
}
