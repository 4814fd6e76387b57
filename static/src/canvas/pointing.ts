// What the pointer is over among the painted things, and what a click there does.

import type { Token } from "../model/telemetry";
import { useInterface } from "../stores/interfaceStore";
import { useSelection } from "../stores/selectionStore";
import type { Geometry } from "./geometry";
import { type Hit, hitTest } from "./hitTest";
import type { Painter, Target } from "./painter";
import { socketKey } from "./shapes";

function inBox({ box }: Target, x: number, y: number): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** The painted target under a place; tokens first, they are the smallest and they run away. */
export function targetAt(painter: Painter | null, x: number, y: number): Target | undefined {
  const under = painter?.targets.filter((target) => inBox(target, x, y)) ?? [];
  return under.find((target) => target.kind === "token") ?? under.find((target) => target.kind === "drops");
}

export function hitAt(geometry: Geometry, x: number, y: number, zoom: number): Hit | undefined {
  return hitTest(geometry.scene, x, y, zoom);
}

function openMessage(link: string, token: Token): void {
  useSelection.getState().select([{ kind: "link", id: link }]);
  useInterface.getState().set({ inspectorTab: "messages", openedMessage: token });
}

/** The link under a place, whatever of it lies there. */
export function linkAt(geometry: Geometry, x: number, y: number, zoom: number): string | undefined {
  const hit = hitAt(geometry, x, y, zoom);
  if (hit?.kind === "wire") return hit.wire.link;
  return hit?.tube.isBundle ? undefined : hit?.tube.members[0]?.link;
}

export interface ClickedPlace {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  /** Held down, a further link is added to the selection. */
  readonly adds: boolean;
}

/** A click on a message opens it, on a pile of drops asks why, on a bundle opens it, on a link selects it. */
export function clickAt(
  geometry: Geometry,
  painter: Painter | null,
  { x, y, zoom, adds }: ClickedPlace,
): boolean {
  const target = targetAt(painter, x, y);
  if (target?.kind === "token" && target.token) {
    openMessage(target.link, target.token);
    return true;
  }
  if (target?.kind === "drops") {
    useSelection.getState().select([{ kind: "link", id: target.link }]);
    useInterface.getState().set({ askedWhy: target.link, inspectorTab: "live" });
    return true;
  }
  const hit = hitAt(geometry, x, y, zoom);
  if (hit?.kind === "tube" && hit.tube.isBundle) {
    toggleBundle(socketKey(hit.tube.node, hit.tube.socket));
    return true;
  }
  const id = linkAt(geometry, x, y, zoom);
  if (id === undefined) return false;
  if (adds) useSelection.getState().toggle({ kind: "link", id });
  else useSelection.getState().select([{ kind: "link", id }]);
  useSelection.getState().focus({ kind: "link", id });
  return true;
}

export function toggleBundle(socket: string): void {
  const { openBundles, set } = useInterface.getState();
  const next = new Set(openBundles);
  if (!next.delete(socket)) next.add(socket);
  set({ openBundles: next });
}
