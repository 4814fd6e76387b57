// Process boxes follow their members; a card joins and leaves them only by a clear gesture.

import { describe, expect, test } from "vitest";
import { buildScene } from "./manifold";
import { processAfterDrop, processBoxes } from "./processBounds";
import { byId, link, receiver, sender } from "./scene.fixture";

const CARDS = byId(sender("a", 0, 0, "p"), sender("b", 0, 200, "p"), receiver("c", 600, 0, "q"));

describe("boxes", () => {
  test("hold their cards with the title above", () => {
    const box = processBoxes(CARDS, []).get("p");
    expect(box).toMatchObject({ x: -12, y: -36, width: 164 });
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(262);
  });

  test("hold the tubes that stand at their sockets", () => {
    const scene = buildScene(CARDS, [link("c.in>a.out")]);
    const [p, q] = [scene.processes.get("p"), scene.processes.get("q")];
    expect((p?.x ?? 0) + (p?.width ?? 0)).toBeGreaterThan(212);
    expect(q?.x).toBeLessThan(528);
  });
});

describe("dropping a card", () => {
  const boxes = processBoxes(CARDS, []);
  const at = (x: number, y: number, process?: string) => sender("a", x, y, process);

  test("into another box joins it", () => {
    expect(processAfterDrop(at(600, 20, "p"), boxes, false)).toBe("q");
    expect(processAfterDrop(at(10, 90), boxes, false)).toBe("p");
  });

  test("within its own box changes nothing, not even at the edge", () => {
    expect(processAfterDrop(at(20, 90, "p"), boxes, false)).toBe("p");
    expect(processAfterDrop(at(120, 60, "p"), boxes, false)).toBe("p");
  });

  test("well outside leaves it, unless it is the only one", () => {
    expect(processAfterDrop(at(300, 90, "p"), boxes, false)).toBeUndefined();
    expect(processAfterDrop(at(300, 90, "p"), boxes, true)).toBe("p");
  });
});
