// Paints what is written on wires: pills, counts of drops where they happen, the funnel of a filter, alarms from afar.

import { count } from "../model/units";
import type { Mood } from "./levels";
import { legible } from "./measures";
import type { Box, TubeShape } from "./shapes";
import type { Pen } from "./tubePainter";

export const PILL_HEIGHT = 18;
/** JetBrains Mono: every glyph is 0.6 em wide. */
const ADVANCE = 0.6;

export interface PillLook {
  readonly text: string;
  readonly isFlight: boolean;
  readonly mood: Mood;
}

function scaleOf(zoom: number): number {
  return zoom < 1 ? 1 / zoom : 1;
}

function pillWidth(text: string, isFlight: boolean): number {
  return text.length * 11 * ADVANCE + 14 + (isFlight ? 15 : 0);
}

/** Half of what a pill covers of its wire, in flow pixels, with a little air. */
export function pillReach(look: PillLook, zoom: number): number {
  return (pillWidth(look.text, look.isFlight) / 2 + 6) * scaleOf(zoom);
}

function moodLine({ inks }: Pen, mood: Mood): { ink: string; back: string; line: string } {
  if (mood === "gone") return { ink: inks.error, back: inks.errorSoft, line: inks.error };
  if (mood === "blocked") return { ink: inks.text, back: inks.surface, line: inks.blocked };
  if (mood === "passed" || mood === "near" || mood === "dropping")
    return { ink: inks.text, back: inks.surface, line: inks.near };
  return { ink: inks.text, back: inks.surface, line: inks.lineStrong };
}

/** Two arrows, one over the other: in flight, between the queues. */
function traceBothWays(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [dy, way] of [
    [-2.2, 1],
    [2.2, -1],
  ] as const) {
    ctx.moveTo(x - 4 * way, y + dy);
    ctx.lineTo(x + 4 * way, y + dy);
    ctx.moveTo(x + 1.6 * way, y + dy - 2.2);
    ctx.lineTo(x + 4 * way, y + dy);
    ctx.lineTo(x + 1.6 * way, y + dy + 2.2);
  }
}

/** Sits on the middle of a wire; never under 11 px on the screen. */
export function paintPill(pen: Pen, x: number, y: number, look: PillLook): Box {
  const { ctx, inks, zoom } = pen;
  const scale = scaleOf(zoom);
  const width = pillWidth(look.text, look.isFlight);
  const { ink, back, line } = moodLine(pen, look.mood);
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(scale, scale);
  ctx.beginPath();
  ctx.roundRect(-width / 2, -PILL_HEIGHT / 2, width, PILL_HEIGHT, PILL_HEIGHT / 2);
  ctx.fillStyle = back;
  ctx.fill();
  ctx.strokeStyle = line;
  ctx.lineWidth = 1;
  ctx.stroke();
  if (look.isFlight) {
    ctx.beginPath();
    traceBothWays(ctx, -width / 2 + 13, 0);
    ctx.strokeStyle = inks.text2;
    ctx.lineWidth = 1.2;
    ctx.lineCap = "round";
    ctx.stroke();
  }
  ctx.font = inks.digits(11, 560);
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = ink;
  ctx.fillText(look.text, look.isFlight ? 7.5 : 0, 4);
  ctx.restore();
  return {
    x: x - (width / 2) * scale,
    y: y - (PILL_HEIGHT / 2) * scale,
    width: width * scale,
    height: PILL_HEIGHT * scale,
  };
}

/** The pile of what a full queue could not take: an arc off the wire at that very place, and its count. */
export function paintDrops(pen: Pen, tube: TubeShape, dropped: number, word: string): Box {
  const { ctx, inks, zoom } = pen;
  const text = `${count(dropped)} ${word}`;
  const scale = scaleOf(zoom);
  const width = text.length * 11 * ADVANCE + 29;
  const { box } = tube;
  const tail = tube.exit > 0 ? box.x - 3 : box.x + box.width + 3;
  const way = tube.exit > 0 ? 1 : -1;
  const top = box.y + box.height / 2 + 3;
  const x = way > 0 ? tail + 7 : tail - 7 - width * scale;
  const y = tube.isUpright ? box.y + box.height + 4 : box.y + box.height + 4;
  ctx.strokeStyle = inks.drop;
  ctx.lineWidth = 1.75;
  ctx.lineCap = "round";
  ctx.setLineDash([1.5, 3]);
  ctx.beginPath();
  ctx.moveTo(tail, top);
  ctx.bezierCurveTo(tail - 4 * way, top + 8, tail - 1 * way, y + 10 * scale, tail + 6 * way, y + 10 * scale);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(scale, scale);
  ctx.beginPath();
  ctx.roundRect(0, 0, width, 20, 10);
  ctx.fillStyle = inks.dropSoft;
  ctx.fill();
  ctx.strokeStyle = inks.drop;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(8, 6.5);
  ctx.lineTo(15, 13.5);
  ctx.moveTo(15, 6.5);
  ctx.lineTo(8, 13.5);
  ctx.lineWidth = 1.9;
  ctx.stroke();
  ctx.font = inks.digits(11, 650);
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = inks.drop;
  ctx.fillText(text, 21, 14);
  ctx.restore();
  return { x, y, width: width * scale, height: 20 * scale };
}

/** A publisher passes on only what was subscribed to: not a loss, so never the sign of one. */
export function paintFunnel({ ctx, inks }: Pen, tube: TubeShape): void {
  const y = tube.box.y + tube.box.height / 2;
  const way = tube.exit > 0 ? 1 : -1;
  const wide = tube.exit > 0 ? tube.box.x - 15.5 : tube.box.x + tube.box.width + 15.5;
  ctx.beginPath();
  ctx.moveTo(wide, y - 8);
  ctx.lineTo(wide + 11 * way, y - 2.8);
  ctx.lineTo(wide + 11 * way, y + 2.8);
  ctx.lineTo(wide, y + 8);
  ctx.closePath();
  ctx.fillStyle = inks.glass;
  ctx.fill();
  ctx.strokeStyle = inks.idle;
  ctx.lineWidth = 1.4;
  ctx.lineJoin = "round";
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(wide + 11 * way, y);
  ctx.lineTo(wide + 15 * way, y);
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

export interface CaptionLook {
  readonly ink: string;
  readonly weight?: number;
  readonly align?: "left" | "center" | "right";
}

export function paintCaption(pen: Pen, text: string, x: number, y: number, look: CaptionLook): void {
  const { ctx, inks, zoom } = pen;
  const { ink, weight = 500, align = "center" } = look;
  ctx.font = inks.words(legible(11.5, zoom), weight);
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.strokeStyle = inks.canvas;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = ink;
  ctx.fillText(text, x, y);
}

/** An alarm seen from afar: a ring with a sign that needs no colour. It keeps its size at any zoom. */
export function paintAlarm(pen: Pen, x: number, y: number, mood: Mood): void {
  const { ctx, inks, zoom } = pen;
  const ink =
    mood === "blocked"
      ? inks.blocked
      : mood === "dropping"
        ? inks.drop
        : mood === "gone"
          ? inks.error
          : inks.near;
  const soft =
    mood === "blocked"
      ? inks.blockedSoft
      : mood === "dropping"
        ? inks.dropSoft
        : mood === "gone"
          ? inks.errorSoft
          : inks.nearSoft;
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(1 / zoom, 1 / zoom);
  ctx.beginPath();
  ctx.arc(0, 0, 9.5, 0, 2 * Math.PI);
  ctx.fillStyle = soft;
  ctx.fill();
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.beginPath();
  traceSign(ctx, mood);
  ctx.lineWidth = 1.9;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.stroke();
  ctx.restore();
}

function traceSign(ctx: CanvasRenderingContext2D, mood: Mood): void {
  const lines: Readonly<Record<string, readonly (readonly [number, number])[][]>> = {
    blocked: [
      [
        [-2.2, -4],
        [-2.2, 4],
      ],
      [
        [2.2, -4],
        [2.2, 4],
      ],
    ],
    dropping: [
      [
        [-3.2, -3.2],
        [3.2, 3.2],
      ],
      [
        [3.2, -3.2],
        [-3.2, 3.2],
      ],
    ],
    gone: [
      [
        [1, -5],
        [-2.6, 0.8],
        [2.4, 0.8],
        [-1, 5],
      ],
    ],
    passed: [
      [
        [-4.5, 2.5],
        [-1.5, -2.5],
        [2, -2.5],
        [4.5, 2],
      ],
      [
        [4.9, -1.2],
        [4.5, 2.4],
        [1.2, 1.8],
      ],
    ],
  };
  const near = [
    [
      [0, -4],
      [4.2, 3.4],
      [-4.2, 3.4],
      [0, -4],
    ],
  ] as const;
  for (const line of lines[mood] ?? near)
    line.forEach(([px, py], i) => {
      if (i === 0) ctx.moveTo(px, py);
      else ctx.lineTo(px, py);
    });
}
