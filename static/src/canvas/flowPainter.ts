// Paints what moves between the tubes: idle wires, streams with chevrons, single messages, dashes of a lost peer.

import type { Inks } from "./inks";
import { isAlarm, type Mood } from "./levels";
import type { Detail } from "./measures";
import { bandWidth, CHEVRON_PITCH, lineWeight, type Regime } from "./regimes";
import type { Rail, WirePath } from "./shapes";
import type { Pen } from "./tubePainter";
import { type Place, placeAt } from "./wirePath";

export interface WireLook {
  readonly regime: Regime;
  readonly ratePerSecond: number;
  readonly mood: Mood;
  readonly isSelected: boolean;
  readonly isOff: boolean;
  /** It has an error: it is drawn as what it is, a wire that cannot be. */
  readonly isWrong: boolean;
  readonly isHovered: boolean;
  /** Near enough, or few enough, for bands and chevrons. */
  readonly showsStream: boolean;
  /** Half the width of the pill on the wire's middle, where no chevron is drawn. */
  readonly gap: number;
}

const spot: Place = { x: 0, y: 0, dx: 1, dy: 0 };

/** Of the points of a wire, every so many-th is drawn; from afar nobody sees the corners. */
const COARSENESS: Readonly<Record<Detail, number>> = { full: 1, names: 1, tags: 2, alarms: 4 };

function trace(ctx: CanvasRenderingContext2D, path: WirePath, detail: Detail): void {
  const { points } = path;
  const step = 2 * COARSENESS[detail];
  ctx.moveTo(points[0] ?? 0, points[1] ?? 0);
  for (let i = step; i < points.length; i += step) ctx.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
}

export function wireInk(inks: Inks, look: WireLook): string {
  if (look.isWrong) return inks.error;
  if (look.mood === "blocked") return inks.blocked;
  if (look.mood === "gone") return inks.error;
  if (look.mood === "near" || look.mood === "passed") return inks.near;
  if (look.mood === "dropping") return inks.drop;
  return look.regime === "silent" ? inks.idle : inks.flow;
}

/** A wire too short for three chevrons, as beside a joined tube, stays a line. */
const SHORTEST_STREAM = 3 * CHEVRON_PITCH;

export function isStream(path: WirePath, look: WireLook): boolean {
  return look.regime === "stream" && look.mood !== "gone" && !look.isOff && path.total >= SHORTEST_STREAM;
}

/** A wire without its messages. */
export function paintWire(pen: Pen, path: WirePath, look: WireLook): void {
  const { ctx, inks, detail } = pen;
  const alarmed = isAlarm(look.mood);
  if (look.isSelected) strokePath(pen, path, inks.accent, 9 / Math.min(1, pen.zoom), 0.28);
  else if (look.isHovered) strokePath(pen, path, inks.accent, 9 / Math.min(1, pen.zoom), 0.13);
  ctx.globalAlpha = look.isOff ? 0.5 : 1;
  if (look.isOff || look.isWrong || look.mood === "gone" || look.mood === "waiting") ctx.setLineDash([4, 4]);
  if (isStream(path, look) && look.showsStream)
    strokePath(pen, path, inks.flowBand, bandWidth(look.ratePerSecond), 1);
  else {
    const thin = detail === "full" ? 1.5 : lineWeight(look.ratePerSecond) / Math.min(1, pen.zoom * 1.2);
    strokePath(
      pen,
      path,
      wireInk(inks, look),
      alarmed ? Math.max(2, thin) : thin,
      detail === "full" || alarmed ? 1 : 0.6,
    );
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function strokePath({ ctx, detail }: Pen, path: WirePath, ink: string, width: number, alpha: number): void {
  const before = ctx.globalAlpha;
  ctx.globalAlpha = before * alpha;
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  ctx.lineCap = "butt";
  ctx.lineJoin = "round";
  ctx.beginPath();
  trace(ctx, path, detail);
  ctx.stroke();
  ctx.globalAlpha = before;
}

/** The chevrons of one stream, added to the open path; the caller strokes all streams at once. */
export function addChevrons(ctx: CanvasRenderingContext2D, path: WirePath, phase: number, gap: number): void {
  const middle = path.total / 2;
  for (let at = 4 + phase; at < path.total - 3; at += CHEVRON_PITCH) {
    if (Math.abs(at - middle) < gap) continue;
    placeAt(path, at, spot);
    const { x, y, dx, dy } = spot;
    ctx.moveTo(x - 2.6 * dx + 3.4 * dy, y - 2.6 * dy - 3.4 * dx);
    ctx.lineTo(x + 1.4 * dx, y + 1.4 * dy);
    ctx.lineTo(x - 2.6 * dx - 3.4 * dy, y - 2.6 * dy + 3.4 * dx);
  }
}

export function strokeChevrons({ ctx, inks }: Pen): void {
  ctx.strokeStyle = inks.flow;
  ctx.lineWidth = 1.7;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.stroke();
}

/** One quiet arrowhead: which way a lane goes. */
export function paintDirection({ ctx, inks }: Pen, path: WirePath): void {
  placeAt(path, path.total * 0.62, spot);
  const { x, y, dx, dy } = spot;
  ctx.strokeStyle = inks.idle;
  ctx.lineWidth = 1.5;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.beginPath();
  ctx.moveTo(x - 3 * dx + 4 * dy, y - 3 * dy - 4 * dx);
  ctx.lineTo(x + dx, y + dy);
  ctx.lineTo(x - 3 * dx - 4 * dy, y - 3 * dy + 4 * dx);
  ctx.stroke();
}

/** A real message on its way: a dot; ringed when it is one sampled out of a stream. */
export function paintToken(pen: Pen, x: number, y: number, isSampled: boolean, isHot: boolean): void {
  const { ctx, inks } = pen;
  const radius = (isHot ? 5.5 : 4) / Math.min(1, pen.zoom);
  ctx.beginPath();
  ctx.arc(x, y, radius + 2, 0, 2 * Math.PI);
  ctx.fillStyle = inks.canvas;
  ctx.fill();
  if (isSampled) {
    ctx.strokeStyle = inks.flow;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(x, y, isSampled ? radius - 1 : radius, 0, 2 * Math.PI);
  ctx.fillStyle = isHot ? inks.accent : inks.flow;
  ctx.fill();
}

/** The lines between ports and tubes. */
export function paintRails({ ctx }: Pen, rails: readonly Rail[], ink: string, width = 1.5): void {
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  ctx.lineCap = "butt";
  ctx.lineJoin = "miter";
  ctx.beginPath();
  for (const rail of rails)
    rail.forEach((point, i) => {
      if (i === 0) ctx.moveTo(point.x, point.y);
      else ctx.lineTo(point.x, point.y);
    });
  ctx.stroke();
}
