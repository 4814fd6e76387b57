// Counts what is wrong on the canvas, and what of it lies outside of the view. Pure.

import { GRAVITY, type PipeState } from "../model/telemetry";
import { type Mood, moodOf } from "./levels";
import type { Box, Scene } from "./shapes";
import { middleOf } from "./wirePath";

export type AlarmKind = "blocked" | "dropping" | "gone";
export type Edge = "left" | "right" | "top" | "bottom";

export interface AlarmedLink {
  readonly link: string;
  readonly kind: AlarmKind;
  readonly x: number;
  readonly y: number;
}

const KINDS: Readonly<Partial<Record<Mood, AlarmKind>>> = {
  blocked: "blocked",
  dropping: "dropping",
  gone: "gone",
};

/** Every link with something that somebody should look at, once, by its gravest pipe. */
export function alarmedLinks(
  scene: Scene,
  pipes: readonly { readonly link: string }[],
  states: ArrayLike<number> | undefined,
): AlarmedLink[] {
  if (!states) return [];
  const gravest = new Map<string, number>();
  pipes.forEach(({ link }, row) => {
    const state = states[row] ?? 0;
    const known = gravest.get(link);
    if (known === undefined || (GRAVITY[state] ?? -1) > (GRAVITY[known as PipeState] ?? -1))
      gravest.set(link, state);
  });
  const alarmed: AlarmedLink[] = [];
  for (const [link, state] of gravest) {
    const kind = KINDS[moodOf(state)];
    const wire = scene.wiresOf.get(link)?.[0];
    if (!kind || !wire || (kind === "gone" && wire.isOutside)) continue;
    const { x, y } = middleOf(wire.path);
    alarmed.push({ link, kind, x, y });
  }
  return alarmed;
}

/** The edge of the view beyond which a point lies; undefined when it is seen. */
export function beyond(seen: Box, x: number, y: number): Edge | undefined {
  const left = seen.x - x;
  const right = x - seen.x - seen.width;
  const top = seen.y - y;
  const bottom = y - seen.y - seen.height;
  const most = Math.max(left, right, top, bottom);
  if (most <= 0) return undefined;
  if (most === left) return "left";
  if (most === right) return "right";
  return most === top ? "top" : "bottom";
}
