// What lies under the pointer among the painted things: a tube, a wire, or nothing.

import type { Scene, TubeShape, WireShape } from "./shapes";
import { distanceTo } from "./wirePath";

/** Targets are at least 24 px across on the screen. */
const REACH = 12;

export type Hit =
  | { readonly kind: "tube"; readonly tube: TubeShape }
  | { readonly kind: "wire"; readonly wire: WireShape };

function tubeDistance({ box }: TubeShape, x: number, y: number): number {
  const dx = Math.max(box.x - x, 0, x - box.x - box.width);
  const dy = Math.max(box.y - y, 0, y - box.y - box.height);
  return Math.hypot(dx, dy);
}

function mayBeNear({ path: { bounds } }: WireShape, x: number, y: number, reach: number): boolean {
  return (
    x >= bounds.x - reach &&
    x <= bounds.x + bounds.width + reach &&
    y >= bounds.y - reach &&
    y <= bounds.y + bounds.height + reach
  );
}

/** The nearest tube or wire within reach; tubes win over wires. */
export function hitTest(scene: Scene, x: number, y: number, zoom: number): Hit | undefined {
  const reach = REACH / zoom;
  let nearest = Math.max(0, reach - 6);
  let tube: TubeShape | undefined;
  for (const one of scene.tubes) {
    const distance = tubeDistance(one, x, y);
    if (distance <= nearest) {
      nearest = distance;
      tube = one;
    }
  }
  if (tube) return { kind: "tube", tube };
  nearest = reach;
  let wire: WireShape | undefined;
  for (const one of scene.wires) {
    if (!mayBeNear(one, x, y, reach)) continue;
    const distance = distanceTo(one.path, x, y);
    if (distance <= nearest) {
      nearest = distance;
      wire = one;
    }
  }
  return wire && { kind: "wire", wire };
}
