// Ports look to where their peers are.

import { describe, expect, test } from "vitest";
import { both, byId, card, link, receiver, sender } from "./scene.fixture";
import { chooseSides } from "./sides";

describe("the side of a port", () => {
  test("is towards the peers, by majority", () => {
    const cards = byId(both("hub", 500, 0), both("a", 0, 0), both("b", 0, 200), both("c", 1000, 0));
    const links = ["a", "b", "c"].map((id) => link(`${id}.ask>hub.ask`));
    expect(chooseSides(cards, links).get("hub.ask")).toBe("left");
  });

  test("without peers: senders on the right, receivers on the left", () => {
    const sides = chooseSides(byId(sender("a", 0, 0), receiver("b", 0, 0)), []);
    expect([sides.get("a.out"), sides.get("b.in")]).toEqual(["right", "left"]);
  });

  test("in one column both ends take the same side, so that the wire makes a bracket", () => {
    const sides = chooseSides(byId(sender("a", 0, 0), receiver("b", 20, 150)), [link("b.in>a.out")]);
    expect([sides.get("a.out"), sides.get("b.in")]).toEqual(["right", "right"]);
  });

  test("what the document asks for is kept", () => {
    const asked = card("b", 500, 0, [{ id: "in", kind: "receive", side: "bottom" }]);
    expect(chooseSides(byId(sender("a", 0, 0), asked), [link("b.in>a.out")]).get("b.in")).toBe("bottom");
  });
});
