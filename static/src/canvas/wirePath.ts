// The curve of a wire: made from two mouths, flattened once, then walked by chevrons, dots and hit tests.

import type { Box, Mouth, Point, WirePath } from "./shapes";

const STEPS = 24;
const SHORTEST_HANDLE = 26;
const LONGEST_BACKWARD_HANDLE = 150;

function handleLength(from: Mouth, to: Point): number {
  const along = (to.x - from.x) * from.towards.x + (to.y - from.y) * from.towards.y;
  // Ends that nearly touch are joined without a curl.
  const least = Math.min(SHORTEST_HANDLE, Math.hypot(to.x - from.x, to.y - from.y) * 0.6);
  if (along >= 0) return Math.max(least, along * 0.5);
  return Math.min(LONGEST_BACKWARD_HANDLE, Math.max(SHORTEST_HANDLE, -along * 0.5));
}

/** Mouths for the bends of a wire: each bend is passed in the direction of its neighbours. */
function bends(from: Mouth, to: Mouth, via: readonly Point[]): Mouth[] {
  return via.map((point, i) => {
    const before = via[i - 1] ?? from;
    const after = via[i + 1] ?? to;
    const dx = after.x - before.x;
    const dy = after.y - before.y;
    const length = Math.hypot(dx, dy) || 1;
    return { ...point, towards: { x: dx / length, y: dy / length } };
  });
}

function backwards(mouth: Mouth): Mouth {
  return { x: mouth.x, y: mouth.y, towards: { x: -mouth.towards.x, y: -mouth.towards.y } };
}

/** The curve from ``from`` to ``to``; each mouth points out of its own tube. */
export function wirePath(from: Mouth, to: Mouth, via: readonly Point[] = []): WirePath {
  const passed = bends(from, to, via);
  const starts = [from, ...passed];
  const stops = [...passed.map(backwards), to];
  const points = new Float64Array((starts.length * STEPS + 1) * 2);
  let commands = `M${from.x} ${from.y}`;
  points[0] = from.x;
  points[1] = from.y;
  let at = 2;
  starts.forEach((a, i) => {
    const b = stops[i];
    if (!b) return;
    const p = handleLength(a, b);
    const q = handleLength(b, a);
    const c1 = { x: a.x + a.towards.x * p, y: a.y + a.towards.y * p };
    const c2 = { x: b.x + b.towards.x * q, y: b.y + b.towards.y * q };
    commands += `C${c1.x} ${c1.y} ${c2.x} ${c2.y} ${b.x} ${b.y}`;
    for (let step = 1; step <= STEPS; step++) {
      const t = step / STEPS;
      const u = 1 - t;
      points[at++] = u * u * u * a.x + 3 * u * u * t * c1.x + 3 * u * t * t * c2.x + t * t * t * b.x;
      points[at++] = u * u * u * a.y + 3 * u * u * t * c1.y + 3 * u * t * t * c2.y + t * t * t * b.y;
    }
  });
  const lengths = measure(points);
  return {
    commands,
    points,
    lengths,
    total: lengths[lengths.length - 1] ?? 0,
    bounds: boundsOf(points),
  };
}

function boundsOf(points: Float64Array): Box {
  let [left, top, right, bottom] = [points[0] ?? 0, points[1] ?? 0, points[0] ?? 0, points[1] ?? 0];
  for (let i = 2; i < points.length; i += 2) {
    const x = points[i] ?? 0;
    const y = points[i + 1] ?? 0;
    if (x < left) left = x;
    else if (x > right) right = x;
    if (y < top) top = y;
    else if (y > bottom) bottom = y;
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function measure(points: Float64Array): Float64Array {
  const lengths = new Float64Array(points.length / 2);
  for (let i = 1; i < lengths.length; i++) {
    const dx = (points[2 * i] ?? 0) - (points[2 * i - 2] ?? 0);
    const dy = (points[2 * i + 1] ?? 0) - (points[2 * i - 1] ?? 0);
    lengths[i] = (lengths[i - 1] ?? 0) + Math.hypot(dx, dy);
  }
  return lengths;
}

export interface Place {
  x: number;
  y: number;
  /** Unit vector along the wire. */
  dx: number;
  dy: number;
}

/** Writes into ``place`` where a wire is after ``distance`` pixels; beyond the ends it stays at the end. */
export function placeAt(path: WirePath, distance: number, place: Place): Place {
  const { points, lengths } = path;
  let low = 1;
  let high = lengths.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lengths[middle] ?? 0) < distance) low = middle + 1;
    else high = middle;
  }
  const before = lengths[low - 1] ?? 0;
  const span = (lengths[low] ?? 0) - before || 1;
  const t = Math.min(1, Math.max(0, (distance - before) / span));
  const x0 = points[2 * low - 2] ?? 0;
  const y0 = points[2 * low - 1] ?? 0;
  const dx = (points[2 * low] ?? 0) - x0;
  const dy = (points[2 * low + 1] ?? 0) - y0;
  const length = Math.hypot(dx, dy) || 1;
  place.x = x0 + dx * t;
  place.y = y0 + dy * t;
  place.dx = dx / length;
  place.dy = dy / length;
  return place;
}

export function middleOf(path: WirePath): Place {
  return placeAt(path, path.total / 2, { x: 0, y: 0, dx: 1, dy: 0 });
}

/** The distance of a point from the wire, in flow pixels. */
export function distanceTo(path: WirePath, x: number, y: number): number {
  const { points } = path;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 2; i < points.length; i += 2) {
    const ax = points[i - 2] ?? 0;
    const ay = points[i - 1] ?? 0;
    const dx = (points[i] ?? 0) - ax;
    const dy = (points[i + 1] ?? 0) - ay;
    const square = dx * dx + dy * dy || 1;
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
    nearest = Math.min(nearest, Math.hypot(x - ax - dx * t, y - ay - dy * t));
  }
  return nearest;
}
