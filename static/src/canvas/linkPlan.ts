// Decides whether a socket may be linked to another, why not, and what would mend it.

import { behaviourOf, type Catalogue, mayTalk, typeOf } from "../model/catalogue";
import { allSockets, asking, draftLink, whyNot } from "../model/drafting";
import type { Edit } from "../model/edits";
import {
  linksAt,
  linksOf,
  nodesOf,
  type SocketRef,
  socketAt,
  splitRef,
  type TopologyDocument,
} from "../model/topology";
import type { Remedy, Verdict } from "./connecting";

const typeAt = (document: TopologyDocument, ref: SocketRef): string => socketAt(document, ref)?.type ?? "";

const ALLOWED: Verdict = { allowed: true, reason: "" };

/** First letter up, full stop at the end: a reason is read as a sentence. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/** Whether ``from`` may be linked to ``to``; the reason is what the person reads on the refused end. */
export function judge(
  document: TopologyDocument,
  catalogue: Catalogue,
  from: SocketRef,
  to: SocketRef,
): Verdict {
  const reason = whyNot(document, catalogue, from, to);
  if (reason) return { allowed: false, reason: sentence(reason) };
  for (const ref of [from, to])
    if (typeOf(catalogue, typeAt(document, ref))?.is_exclusive && linksAt(document, ref).length > 0)
      return {
        allowed: false,
        reason: `${typeAt(document, ref)} has exactly one peer, and ${ref} has it already.`,
      };
  return ALLOWED;
}

/** A verdict for every socket of the drawing but ``from``. */
export function judgeAll(
  document: TopologyDocument,
  catalogue: Catalogue,
  from: SocketRef,
): Map<SocketRef, Verdict> {
  const others = allSockets(document).filter((ref) => ref !== from);
  return new Map(others.map((ref) => [ref, judge(document, catalogue, from, ref)]));
}

function typesAllowed(document: TopologyDocument, catalogue: Catalogue, ref: SocketRef): readonly string[] {
  const [node, role] = splitRef(ref);
  const behaviour = behaviourOf(catalogue, nodesOf(document)[node]?.behaviour);
  const declared = behaviour?.roles.find((one) => one.name === role)?.types;
  return declared ?? catalogue.types.map((type) => type.name);
}

/** Types for ``changed`` under which it could talk to ``kept``, and still to all the peers it has. */
function mendingTypes(
  document: TopologyDocument,
  catalogue: Catalogue,
  changed: SocketRef,
  kept: SocketRef,
): readonly string[] {
  const wanted = typeOf(catalogue, socketAt(document, kept)?.type ?? "")?.peers ?? [];
  const present = socketAt(document, changed)?.type;
  const others = linksAt(document, changed).map((id) => {
    const link = linksOf(document)[id];
    return socketAt(document, (link?.connect === changed ? link?.bind : link?.connect) ?? "")?.type ?? "";
  });
  return typesAllowed(document, catalogue, changed).filter(
    (type) =>
      type !== present && wanted.includes(type) && others.every((other) => mayTalk(catalogue, type, other)),
  );
}

/** Ways to make a refused link possible, each with the link in one step: one undo takes both back. */
export function remedies(
  document: TopologyDocument,
  catalogue: Catalogue,
  from: SocketRef,
  to: SocketRef,
): readonly Remedy[] {
  const [a, b] = [socketAt(document, from)?.type ?? "", socketAt(document, to)?.type ?? ""];
  if (mayTalk(catalogue, a, b)) return [];
  const { edits } = draftLink(document, from, to);
  const found: Remedy[] = [];
  for (const [changed, kept] of [
    [to, from],
    [from, to],
  ] as const) {
    const [node, role] = splitRef(changed);
    for (const type of mendingTypes(document, catalogue, changed, kept).slice(0, 2)) {
      const change: Edit = { kind: "set", path: ["nodes", node, "sockets", role, "type"], value: type };
      found.push({
        label: `Make ${changed} a ${type}`,
        edits: [change, ...asking(document, changed, type), ...edits],
      });
    }
  }
  return found.slice(0, 3);
}
