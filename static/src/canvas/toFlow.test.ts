// The same drawing gives the same objects; a change makes new ones only where it is.

import { describe, expect, test } from "vitest";
import type { Catalogue } from "../model/catalogue";
import { EMPTY_CATALOGUE } from "../model/catalogue";
import { apply } from "../model/edits";
import type { TopologyDocument } from "../model/topology";
import { toFlow } from "./toFlow";

const CATALOGUE: Catalogue = {
  ...EMPTY_CATALOGUE,
  types: [
    { name: "PUSH", peers: ["PULL"], sends: true, receives: false, summary: "" },
    { name: "PULL", peers: ["PUSH"], sends: false, receives: true, summary: "" },
  ],
};

const DRAWN: TopologyDocument = {
  format: "glassmq/1",
  name: "t",
  nodes: {
    a: { behaviour: "generator", process: "p", at: [0, 0], sockets: { out: { type: "PUSH" } } },
    b: { behaviour: "sink", process: "p", at: [400, 0], sockets: { in: { type: "PULL" } } },
    c: { behaviour: "sink", at: [400, 200], sockets: { in: { type: "PULL" } } },
  },
  links: { ab: { connect: "b.in", bind: "a.out" } },
};

describe("toFlow", () => {
  const first = toFlow(DRAWN, CATALOGUE);

  test("the same document gives the same objects", () => {
    const again = toFlow({ ...DRAWN }, CATALOGUE, first);
    expect(again.shapes).toBe(first.shapes);
    expect(again.edges).toBe(first.edges);
    for (const [id, card] of again.cards) expect(card).toBe(first.cards.get(id));
    expect(again.processes.get("p")).toBe(first.processes.get("p"));
  });

  test("moving one node makes a new card for it alone", () => {
    const moved = apply(DRAWN, { kind: "set", path: ["nodes", "c", "at"], value: [410, 200] }).document;
    const next = toFlow(moved, CATALOGUE, first);
    expect(next.cards.get("c")).not.toBe(first.cards.get("c"));
    expect(next.cards.get("a")).toBe(first.cards.get("a"));
    expect(next.edges).toBe(first.edges);
    expect(next.shapes).toBe(first.shapes);
  });

  test("a link that binds changes what its socket says", () => {
    expect(first.cards.get("a")?.data.rows[0]?.text).toBe("tcp :auto");
    const cut = apply(DRAWN, { kind: "unset", path: ["links", "ab"] }).document;
    expect(toFlow(cut, CATALOGUE, first).cards.get("a")?.data.rows[0]?.text).toBe("out");
  });

  test("lanes follow from the types, never from who binds", () => {
    expect(first.shapes[0]?.lanes).toEqual(["to_connect"]);
  });

  test("a link whose types cannot talk is drawn all the same", () => {
    const odd = apply(DRAWN, {
      kind: "set",
      path: ["nodes", "b", "sockets", "in", "type"],
      value: "PUSH",
    }).document;
    expect(toFlow(odd, CATALOGUE).shapes[0]?.lanes).toEqual(["to_bind"]);
  });

  test("an end switched off switches the link off", () => {
    const off = apply(DRAWN, { kind: "set", path: ["nodes", "b", "enabled"], value: false }).document;
    expect(toFlow(off, CATALOGUE).edges[0]?.data?.isOff).toBe(true);
  });
});
