// Where tubes dock, which way they face, and what stays when nothing moved.

import { describe, expect, test } from "vitest";
import { buildScene } from "./manifold";
import { both, byId, link, receiver, sender } from "./scene.fixture";
import type { Scene, TubeShape } from "./shapes";

function tube(scene: Scene, key: string): TubeShape {
  const found = scene.tubes.find((one) => one.key === key);
  if (!found) throw new Error(`no tube ${key}: ${scene.tubes.map((one) => one.key).join(" ")}`);
  return found;
}

const PAIR = byId(sender("a", 0, 0), receiver("b", 500, 0));
const FAN = byId(sender("a", 0, 200), ...[0, 1, 2].map((i) => receiver(`b${i}`, 500, i * 150)));
const FAN_LINKS = [0, 1, 2].map((i) => link(`b${i}.in>a.out`));

describe("one lane between two cards", () => {
  const scene = buildScene(PAIR, [link("b.in>a.out")]);

  test("ports face each other, square where it binds", () => {
    expect(scene.ports.get("a.out")).toMatchObject({
      side: "right",
      x: 140,
      y: 48,
      binds: true,
      connects: false,
    });
    expect(scene.ports.get("b.in")).toMatchObject({
      side: "left",
      x: 500,
      y: 48,
      binds: false,
      connects: true,
    });
  });

  test("each end has its tube, at its socket, leaving towards the receiver", () => {
    expect(tube(scene, "b.in>a.out|to_connect|send")).toMatchObject({
      box: { x: 154, y: 42, width: 58, height: 12 },
      exit: 1,
    });
    expect(tube(scene, "b.in>a.out|to_connect|receive")).toMatchObject({ box: { x: 428, y: 42 }, exit: 1 });
  });

  test("the wire runs from mouth to mouth only", () => {
    const path = scene.wires[0]?.path;
    expect([path?.points[0], path?.points[1]]).toEqual([212, 48]);
    expect([path?.points.at(-2), path?.points.at(-1)]).toEqual([428, 48]);
    expect(path?.total).toBeCloseTo(216, 0);
  });
});

describe("several links on one socket", () => {
  test("tubes stand 34 apart around the port, in the order of their peers", () => {
    const scene = buildScene(FAN, [...FAN_LINKS].reverse());
    const centres = [0, 1, 2].map((i) => tube(scene, `b${i}.in>a.out|to_connect|send`).box.y + 6);
    expect(centres).toEqual([214, 248, 282]);
  });

  test("two lanes stand 20 apart, digits outside", () => {
    const scene = buildScene(byId(both("a", 0, 0), both("b", 500, 0)), [
      link("a.ask>b.ask", { lanes: ["to_bind", "to_connect"] }),
    ]);
    const away = tube(scene, "a.ask>b.ask|to_bind|send");
    const back = tube(scene, "a.ask>b.ask|to_connect|receive");
    expect([away.box.y + 6, back.box.y + 6]).toEqual([38, 58]);
    expect([away.digits, back.digits]).toEqual(["above", "below"]);
    expect([away.exit, back.exit]).toEqual([1, -1]);
  });

  test("more than five become one bundle, which opens", () => {
    const cards = byId(
      sender("a", 0, 300),
      ...Array.from({ length: 6 }, (_, i) => receiver(`b${i}`, 500, i * 100)),
    );
    const links = Array.from({ length: 6 }, (_, i) => link(`b${i}.in>a.out`));
    const closed = buildScene(cards, links);
    expect(closed.tubesAt.get("a.out")).toHaveLength(1);
    expect(closed.tubesAt.get("a.out")?.[0]).toMatchObject({ isBundle: true, key: "a.out|to_connect" });
    expect(closed.tubesAt.get("a.out")?.[0]?.members).toHaveLength(6);
    const opened = buildScene(cards, links, { opened: new Set(["a.out"]) });
    expect(opened.tubesAt.get("a.out")).toHaveLength(6);
  });

  test("tubes of two sockets on one side never overlap", () => {
    const broker = byId(
      {
        ...both("hub", 500, 300),
        height: 90,
        sockets: ["x", "y"].map((id) => ({ id, key: `hub.${id}`, sends: true, receives: true })),
      },
      ...Array.from({ length: 6 }, (_, i) => both(`c${i}`, 0, i * 120)),
    );
    const links = Array.from({ length: 6 }, (_, i) =>
      link(`c${i}.ask>hub.${i < 3 ? "x" : "y"}`, { lanes: ["to_bind", "to_connect"] }),
    );
    const tubes = buildScene(broker, links).tubes.filter((one) => one.node === "hub");
    const tops = tubes.map((one) => one.box.y).sort((a, b) => a - b);
    for (let i = 1; i < tops.length; i++)
      expect((tops[i] ?? 0) - (tops[i - 1] ?? 0)).toBeGreaterThanOrEqual(20);
  });
});

describe("ends that have no queue of ours", () => {
  test("a program outside has no tube, and its wire goes to its port", () => {
    const scene = buildScene(PAIR, [link("b.in>a.out", { hasConnectQueue: false })]);
    expect(scene.tubes.map((one) => one.key)).toEqual(["b.in>a.out|to_connect|send"]);
    expect(scene.wires[0]?.path.points.at(-2)).toBe(496);
  });

  test("inproc is one joined tube, at the end with fewer links", () => {
    const links = FAN_LINKS.map((one) => ({ ...one, isJoined: true }));
    const scene = buildScene(FAN, links);
    expect(scene.tubes.map((one) => [one.node, one.members[0]?.end])).toEqual([
      ["b0", "joined"],
      ["b1", "joined"],
      ["b2", "joined"],
    ]);
    expect(scene.tubes[0]?.box.width).toBe(116);
  });

  test("one above the other, the joined tube stands upright between them", () => {
    const scene = buildScene(byId(sender("a", 0, 0), receiver("b", 0, 160)), [
      link("b.in>a.out", { isJoined: true }),
    ]);
    expect(scene.ports.get("a.out")?.side).toBe("bottom");
    expect(scene.ports.get("b.in")?.side).toBe("top");
    expect(scene.tubes[0]).toMatchObject({ isUpright: true, exit: 1 });
  });
});

describe("a publisher that filters", () => {
  test("has a funnel before a shorter tube, and room for what it loses", () => {
    const cards = byId(sender("a", 0, 100), receiver("b", 500, 0), receiver("c", 500, 200));
    const publishing = { filters: "to_connect", drops: "to_connect" } as const;
    const scene = buildScene(cards, [link("b.in>a.out", publishing), link("c.in>a.out", publishing)]);
    const [first, second] = scene.tubesAt.get("a.out") ?? [];
    expect(first).toMatchObject({ hasFunnel: true, box: { x: 170, width: 42 } });
    expect((second?.box.y ?? 0) - (first?.box.y ?? 0)).toBe(58);
  });
});

describe("what did not move", () => {
  test("keeps its objects while another card is dragged", () => {
    const links = FAN_LINKS;
    const before = buildScene(FAN, links);
    const moved = new Map(FAN);
    moved.set("b2", { ...receiver("b2", 540, 320) });
    const after = buildScene(moved, links, { previous: before });
    expect(after.dockings.get("b0 left")).toBe(before.dockings.get("b0 left"));
    expect(after.dockings.get("b2 left")).not.toBe(before.dockings.get("b2 left"));
  });

  test("is the same picture as one built anew", () => {
    const before = buildScene(FAN, FAN_LINKS);
    const moved = new Map(FAN);
    moved.set("a", sender("a", 60, -90));
    const { dockings: _, ...reused } = buildScene(moved, FAN_LINKS, { previous: before });
    const { dockings: __, ...anew } = buildScene(moved, FAN_LINKS);
    expect(reused).toEqual(anew);
  });
});
