// Paints one glass tube: the true depth, the post at its high-water mark, its digits. Plain calls on a 2D context.

import type { Inks } from "./inks";
import { type Digits, isAlarm, type Mood } from "./levels";
import { type Detail, legible } from "./measures";
import type { TubeShape } from "./shapes";

export interface TubeLook {
  /** 0 to 1, from the exit. */
  readonly fill: number;
  readonly peak: number;
  /** 1 for a peak just seen, fading to 0. */
  readonly peakStrength: number;
  readonly mood: Mood;
  readonly isUnlimited: boolean;
  readonly isSelected: boolean;
  readonly digits: Digits | undefined;
  /** "full, passed over"; undefined when there is nothing to say. */
  readonly word: string | undefined;
  /** Messages that are drawn one by one, each in its slot, instead of a level. */
  readonly slots: number;
  readonly bundled: number;
}

export interface Pen {
  readonly ctx: CanvasRenderingContext2D;
  readonly inks: Inks;
  readonly zoom: number;
  readonly detail: Detail;
}

/** In the tube's own frame: x runs along it from 0 to length, y across from -r to r. */
interface Glass {
  readonly length: number;
  readonly radius: number;
}

function moodInk(inks: Inks, mood: Mood): string {
  if (mood === "blocked") return inks.blocked;
  if (mood === "near" || mood === "passed" || mood === "dropping") return inks.near;
  return inks.glassLine;
}

function moodFill(inks: Inks, mood: Mood, fill: number): string | CanvasPattern {
  if (mood === "blocked") return inks.hatch;
  if (mood === "near" || mood === "passed") return inks.dots;
  return mood === "dropping" && fill >= 0.8 ? inks.dots : inks.queue;
}

function traceGlass(ctx: CanvasRenderingContext2D, { length, radius }: Glass, inflate = 0): void {
  ctx.beginPath();
  ctx.roundRect(-inflate, -radius - inflate, length + 2 * inflate, 2 * (radius + inflate), radius + inflate);
}

/** The part of the capsule within ``level`` pixels of its exit at ``length``: exact at both round ends. */
function traceLevel(ctx: CanvasRenderingContext2D, { length, radius }: Glass, level: number): void {
  const from = length - level;
  ctx.beginPath();
  if (level < radius) {
    const angle = Math.acos((radius - level) / radius);
    ctx.arc(length - radius, 0, radius, -angle, angle);
  } else if (from >= radius) {
    ctx.moveTo(from, -radius);
    ctx.arc(length - radius, 0, radius, -Math.PI / 2, Math.PI / 2);
    ctx.lineTo(from, radius);
  } else {
    const angle = Math.acos((radius - from) / radius);
    ctx.arc(radius, 0, radius, Math.PI + angle, 1.5 * Math.PI);
    ctx.arc(length - radius, 0, radius, -Math.PI / 2, Math.PI / 2);
    ctx.arc(radius, 0, radius, Math.PI / 2, Math.PI - angle);
  }
  ctx.closePath();
}

function paintLevel(pen: Pen, glass: Glass, look: TubeLook): void {
  const { ctx, inks } = pen;
  const level = Math.max(2, look.fill * glass.length);
  const ink = moodFill(inks, look.mood, look.fill);
  traceLevel(ctx, glass, level);
  ctx.fillStyle = ink === inks.queue ? inks.liquid : ink;
  ctx.fill();
  if (look.fill >= 1 || level < glass.radius || ink !== inks.queue) return;
  ctx.fillStyle = inks.shine;
  ctx.fillRect(glass.length - level, -glass.radius + 0.6, 1.5, 2 * glass.radius - 1.2);
}

function paintSlots(pen: Pen, { length, radius }: Glass, slots: number): void {
  pen.ctx.fillStyle = pen.inks.flow;
  pen.ctx.beginPath();
  for (let i = 0; i < slots; i++) {
    pen.ctx.moveTo(length - 7 - i * 10 + 3.4, 0);
    pen.ctx.arc(length - 7 - i * 10, 0, Math.min(3.4, radius - 1.5), 0, 2 * Math.PI);
  }
  pen.ctx.fill();
}

function paintPost(pen: Pen, glass: Glass, look: TubeLook): void {
  const { ctx, inks } = pen;
  const loud = isAlarm(look.mood) && look.mood !== "gone";
  ctx.strokeStyle = loud ? moodInk(inks, look.mood) : inks.text;
  ctx.lineWidth = loud ? 3 : 1.75;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.moveTo(0, -glass.radius - 3.5);
  ctx.lineTo(0, glass.radius + 3.5);
  ctx.stroke();
}

/** Everything that turns with the tube. ``under`` is +1 when positive y lies below or to the right. */
function paintGlass(pen: Pen, glass: Glass, look: TubeLook, under: 1 | -1): void {
  const { ctx, inks, detail } = pen;
  traceGlass(ctx, glass);
  ctx.fillStyle = inks.glass;
  ctx.fill();
  if (look.slots > 0) paintSlots(pen, glass, look.slots);
  else if (look.fill > 0) paintLevel(pen, glass, look);
  if (detail === "full") paintLight(pen, glass, under);
  traceGlass(ctx, glass);
  ctx.strokeStyle = moodInk(inks, look.mood);
  ctx.lineWidth = 1.25;
  ctx.stroke();
  if (look.isUnlimited) openTail(pen, glass);
  else if (detail === "full" || (detail === "names" && isAlarm(look.mood))) paintPost(pen, glass, look);
  if (detail !== "full") return;
  if (!look.isUnlimited) {
    ctx.strokeStyle = inks.idle;
    ctx.lineWidth = 1.25;
    ctx.beginPath();
    ctx.moveTo(glass.length / 2, under * (glass.radius + 1.5));
    ctx.lineTo(glass.length / 2, under * (glass.radius + 4.5));
    ctx.stroke();
  }
  if (look.peakStrength > 0) paintPeak(pen, glass, look, under);
}

function paintLight(pen: Pen, { length, radius }: Glass, under: 1 | -1): void {
  const { ctx, inks } = pen;
  ctx.fillStyle = inks.shine;
  ctx.beginPath();
  const top = under > 0 ? -radius + 2.4 : radius - 4.3;
  ctx.roundRect(6, top, length - 12, 1.9, 0.95);
  ctx.fill();
}

/** No post: the tail of an unlimited queue stands open. */
function openTail(pen: Pen, { radius }: Glass): void {
  const { ctx, inks } = pen;
  ctx.fillStyle = inks.canvas;
  ctx.fillRect(-1.5, -radius - 1.5, 3.5, 2 * radius + 3);
}

function paintPeak(pen: Pen, { length, radius }: Glass, look: TubeLook, under: 1 | -1): void {
  const { ctx, inks } = pen;
  const x = length - look.peak * length;
  const y = -under * (radius + 6);
  ctx.globalAlpha = look.peakStrength;
  ctx.fillStyle = inks.text;
  ctx.beginPath();
  ctx.moveTo(x - 3.2, y);
  ctx.lineTo(x + 3.2, y);
  ctx.lineTo(x, y + under * 4.6);
  ctx.closePath();
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Turns the context into the tube's own frame: exit at ``length``, and says where "below" is. */
function enterFrame(ctx: CanvasRenderingContext2D, { box, isUpright, exit }: TubeShape): 1 | -1 {
  const middle = isUpright ? box.x + box.width / 2 : box.y + box.height / 2;
  if (isUpright) {
    ctx.translate(middle, exit > 0 ? box.y : box.y + box.height);
    ctx.rotate(exit > 0 ? Math.PI / 2 : -Math.PI / 2);
    return exit > 0 ? -1 : 1;
  }
  ctx.translate(exit > 0 ? box.x : box.x + box.width, middle);
  if (exit < 0) ctx.scale(-1, 1);
  return 1;
}

/** Paints one tube with everything it says. */
export function paintTube(pen: Pen, tube: TubeShape, look: TubeLook): void {
  const { ctx, inks, detail } = pen;
  const length = tube.isUpright ? tube.box.height : tube.box.width;
  const glass = { length, radius: (tube.isUpright ? tube.box.width : tube.box.height) / 2 };
  ctx.save();
  const under = enterFrame(ctx, tube);
  if (look.isSelected) {
    traceGlass(ctx, glass, 4);
    ctx.strokeStyle = inks.accent;
    ctx.lineWidth = 2;
    ctx.stroke();
  }
  if (tube.isBundle) paintBundleBack(pen, glass);
  if (look.mood === "absent") paintAbsent(pen, glass);
  else paintGlass(pen, glass, look, under);
  ctx.restore();
  if (detail === "full" || (detail === "names" && isAlarm(look.mood))) paintDigits(pen, tube, look);
  else if (detail === "names" && look.bundled > 1) paintCount(pen, tube, look);
}

/** A bind side whose peer is gone has no queue at all: only the place where it would stand. */
function paintAbsent({ ctx, inks }: Pen, glass: Glass): void {
  traceGlass(ctx, glass);
  ctx.strokeStyle = inks.lineStrong;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
}

function paintBundleBack({ ctx, inks }: Pen, glass: Glass): void {
  for (const shift of [4, 2]) {
    ctx.save();
    ctx.translate(0, shift);
    traceGlass(ctx, glass);
    ctx.fillStyle = inks.glass;
    ctx.fill();
    ctx.strokeStyle = inks.glassLine;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.restore();
  }
}

function paintDigits(pen: Pen, tube: TubeShape, look: TubeLook): void {
  const { ctx, inks, zoom } = pen;
  const { box } = tube;
  const loud = isAlarm(look.mood) && look.mood !== "gone";
  const ink = loud ? moodInk(inks, look.mood) : inks.text;
  const size = legible(11, zoom);
  const lift = (look.peakStrength > 0 && tube.digits === "above" ? 5 : 0) + (look.isSelected ? 3 : 0);
  const middle = box.x + box.width / 2;
  ctx.textBaseline = "alphabetic";
  if (look.digits) {
    if (tube.digits === "above") writeDigits(pen, look.digits, middle, box.y - 6 - lift, "middle", ink);
    else if (tube.digits === "below")
      writeDigits(pen, look.digits, middle, box.y + box.height + 4 + size + lift, "middle", ink);
    else {
      const y = box.y + box.height / 2 + 4;
      if (tube.digits === "right") writeDigits(pen, look.digits, box.x + box.width + 9, y, "start", ink);
      else writeDigits(pen, look.digits, box.x - 9, y, "end", ink);
    }
  }
  if (look.word && !tube.hasRoomBelow) {
    writeBeside(pen, tube, look.word, box.y - 6 - lift, ink);
    return;
  }
  if (look.bundled > 1) paintCount(pen, tube, look);
  if (!look.word) return;
  ctx.font = inks.words(legible(11.5, zoom), 600);
  ctx.textAlign = "center";
  const below = box.y + box.height + 6 + size + (tube.digits === "below" ? size + 4 : 0) + lift;
  halo(pen, look.word, middle, below);
  ctx.fillStyle = ink;
  ctx.fillText(look.word, middle, below);
}

/** How many links a bundle stands for, at its mouth. */
function paintCount(pen: Pen, { box, side, isUpright }: TubeShape, look: TubeLook): void {
  const { ctx, inks, zoom } = pen;
  const size = legible(11.5, zoom);
  const x = isUpright ? box.x + box.width + 9 : side === "left" ? box.x - 4 : box.x + box.width + 4;
  const y = isUpright ? box.y + box.height : box.y + box.height + size + 2;
  ctx.font = inks.words(size, 650);
  ctx.textAlign = side === "left" ? "right" : "left";
  halo(pen, `×${look.bundled}`, x, y);
  ctx.fillStyle = inks.text2;
  ctx.fillText(`×${look.bundled}`, x, y);
}

/** At the mouth, in the line of the digits, where the next tube leaves no room below. */
function writeBeside(pen: Pen, { box, side }: TubeShape, text: string, y: number, ink: string): void {
  const { ctx, inks, zoom } = pen;
  const isLeft = side === "left";
  const x = isLeft ? box.x - 2 : box.x + box.width + 2;
  ctx.font = inks.words(legible(11.5, zoom), 600);
  ctx.textAlign = isLeft ? "right" : "left";
  halo(pen, text, x, y);
  ctx.fillStyle = ink;
  ctx.fillText(text, x, y);
}

function halo({ ctx, inks }: Pen, text: string, x: number, y: number): void {
  ctx.strokeStyle = inks.canvas;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeText(text, x, y);
}

function writeDigits(
  pen: Pen,
  digits: Digits,
  x: number,
  y: number,
  anchor: "start" | "middle" | "end",
  ink: string,
): void {
  const { ctx, inks, zoom } = pen;
  const size = legible(11, zoom);
  const advance = size * 0.6; // JetBrains Mono: every glyph is 0.6 em wide
  const width = (digits.depth.length + digits.limit.length) * advance;
  const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
  ctx.textAlign = "left";
  ctx.font = inks.digits(size, 620);
  ctx.fillStyle = digits.depth === "0" ? inks.text3 : ink;
  ctx.fillText(digits.depth, left, y);
  ctx.font = inks.digits(size, 430);
  ctx.fillStyle = inks.text3;
  ctx.fillText(digits.limit, left + digits.depth.length * advance, y);
}
