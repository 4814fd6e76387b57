// Curves: exact at their ends, measured, walkable, and near enough to be pointed at.

import { describe, expect, test } from "vitest";
import { hitTest } from "./hitTest";
import { buildScene } from "./manifold";
import { byId, link, receiver, sender } from "./scene.fixture";
import { distanceTo, middleOf, placeAt, wirePath } from "./wirePath";

const RIGHT = { x: 1, y: 0 };
const LEFT = { x: -1, y: 0 };

describe("a wire", () => {
  const path = wirePath({ x: 0, y: 0, towards: RIGHT }, { x: 200, y: 100, towards: LEFT });

  test("begins and ends at its mouths", () => {
    expect(placeAt(path, 0, { x: 0, y: 0, dx: 0, dy: 0 })).toMatchObject({ x: 0, y: 0 });
    expect(placeAt(path, path.total, { x: 0, y: 0, dx: 0, dy: 0 })).toMatchObject({ x: 200, y: 100 });
  });

  test("a walk beyond its end stays there", () => {
    expect(placeAt(path, path.total + 50, { x: 0, y: 0, dx: 0, dy: 0 })).toMatchObject({ x: 200, y: 100 });
  });

  test("is symmetric: its middle is in the middle", () => {
    const { x, y } = middleOf(path);
    expect(x).toBeCloseTo(100, 3);
    expect(y).toBeCloseTo(50, 3);
  });

  test("is as long as a walk in small steps", () => {
    let walked = 0;
    let [x, y] = [0, 0];
    const place = { x: 0, y: 0, dx: 0, dy: 0 };
    for (let at = 1; at <= path.total; at++) {
      placeAt(path, at, place);
      walked += Math.hypot(place.x - x, place.y - y);
      [x, y] = [place.x, place.y];
    }
    expect(walked).toBeCloseTo(Math.floor(path.total), 0);
  });

  test("has bounds that hold every point", () => {
    for (let i = 0; i < path.points.length; i += 2) {
      expect(path.points[i]).toBeGreaterThanOrEqual(path.bounds.x);
      expect(path.points[i + 1]).toBeLessThanOrEqual(path.bounds.y + path.bounds.height);
    }
  });

  test("passes through its bends", () => {
    const bent = wirePath({ x: 0, y: 0, towards: RIGHT }, { x: 200, y: 0, towards: LEFT }, [
      { x: 100, y: 80 },
    ]);
    expect(distanceTo(bent, 100, 80)).toBeLessThan(0.01);
  });

  test("ends that nearly touch are joined without a curl", () => {
    const short = wirePath({ x: 0, y: 0, towards: RIGHT }, { x: 10, y: 6, towards: LEFT });
    expect(short.total).toBeLessThan(20);
  });
});

describe("pointing", () => {
  const scene = buildScene(byId(sender("a", 0, 0), receiver("b", 500, 0)), [link("b.in>a.out")]);

  test("a tube is hit within its glass and a little around", () => {
    expect(hitTest(scene, 180, 48, 1)).toMatchObject({ kind: "tube", tube: { node: "a" } });
    expect(hitTest(scene, 180, 58, 1)).toMatchObject({ kind: "tube" });
  });

  test("a wire is hit within 12 px on the screen, whatever the zoom", () => {
    expect(hitTest(scene, 320, 58, 1)).toMatchObject({ kind: "wire" });
    expect(hitTest(scene, 320, 70, 1)).toBeUndefined();
    expect(hitTest(scene, 320, 70, 0.5)).toMatchObject({ kind: "wire" });
  });

  test("nothing is nothing", () => {
    expect(hitTest(scene, 320, 300, 1)).toBeUndefined();
  });
});
