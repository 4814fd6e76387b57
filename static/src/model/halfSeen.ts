// Why what one end of a link counted cannot be compared with what the other did.
import { type Catalogue, typeOf } from "./catalogue";
import {
  EXTERNAL,
  endpointOf,
  type LinkId,
  linksOf,
  nodeOf,
  nodesOf,
  socketAt,
  type TopologyDocument,
} from "./topology";
import { isMulticast } from "./transports";

/** The reason in a few words, or undefined when both halves are seen and fit. */
export function whyHalfSeen(
  document: TopologyDocument,
  catalogue: Catalogue,
  id: LinkId,
): string | undefined {
  const link = linksOf(document)[id];
  if (!link) return undefined;
  const isOutside = (ref: string) => nodesOf(document)[nodeOf(ref)]?.behaviour === EXTERNAL;
  if (isOutside(link.connect) || isOutside(link.bind)) return "the peer is outside";
  if (typeOf(catalogue, socketAt(document, link.bind)?.type ?? "")?.has_borders === false)
    return "octets have no borders";
  return isMulticast(endpointOf(document, link)[1]) ? "a group may have any number of hearers" : undefined;
}
