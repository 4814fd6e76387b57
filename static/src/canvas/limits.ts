// The high-water marks that the drawing asks for, for tubes that do not run yet.

import type { Catalogue } from "../model/catalogue";
import { linksOf, socketAt, type TopologyDocument } from "../model/topology";
import type { TubeMember } from "./shapes";

const LIBZMQ_DEFAULT = 1000;

function option(document: TopologyDocument, catalogue: Catalogue, ref: string, name: string): number {
  const own = socketAt(document, ref)?.options?.[name];
  if (typeof own === "number") return own;
  const standard = catalogue.options.find((each) => each.name === name)?.default;
  return typeof standard === "number" ? standard : LIBZMQ_DEFAULT;
}

/** Messages; 0 is unlimited. Over inproc the two limits add up, and one that is unlimited makes both so. */
export function limitOf(document: TopologyDocument, catalogue: Catalogue, member: TubeMember): number {
  const link = linksOf(document)[member.link];
  if (!link) return LIBZMQ_DEFAULT;
  const [sender, receiver] =
    member.lane === "to_bind" ? [link.connect, link.bind] : [link.bind, link.connect];
  const sending = option(document, catalogue, sender, "sndhwm");
  const receiving = option(document, catalogue, receiver, "rcvhwm");
  if (member.end === "send") return sending;
  if (member.end === "receive") return receiving;
  return sending && receiving ? sending + receiving : 0;
}
