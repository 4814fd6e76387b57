// Paints one picture: wires below, then rails, streams, tubes, messages, and the words on top.

import { count, rate } from "../model/units";
import type { Flights } from "./flights";
import {
  addChevrons,
  isStream,
  paintDirection,
  paintRails,
  paintToken,
  paintWire,
  strokeChevrons,
  type WireLook,
} from "./flowPainter";
import {
  PILL_HEIGHT,
  paintAlarm,
  paintCaption,
  paintDrops,
  paintFunnel,
  paintPill,
  pillReach,
} from "./labelPainter";
import { isAlarm, type Mood } from "./levels";
import { legible } from "./measures";
import type { Target } from "./painter";
import { type Box, overlaps, type Scene, type TubeShape, type WireShape } from "./shapes";
import { MOST_SLOTS, type TubeLife, type TubeLives } from "./tubeLives";
import { type Pen, paintTube, type TubeLook } from "./tubePainter";
import type { WireLife, WireLives } from "./wireLives";
import { middleOf, type Place } from "./wirePath";

/** So many streams in view below full size are drawn by weight alone: chevrons would only flicker. */
const MOST_SMALL_STREAMS = 40;
const AROUND = 90;

export interface Standing {
  readonly scene: Scene;
  readonly tubes: TubeLives;
  readonly wires: WireLives;
  readonly flights: Flights;
  readonly selected: ReadonlySet<string>;
  readonly hovered: string | null;
  readonly focused: string | null;
  readonly isOff: (link: string) => boolean;
  /** Links with an error. */
  readonly wrong: ReadonlySet<string>;
  readonly now: number;
  readonly clock: number;
  readonly share: number;
  readonly phase: number;
  /** What the viewport shows, flow pixels. */
  readonly seen: Box;
}

interface SeenWire {
  readonly wire: WireShape;
  readonly life: WireLife;
  readonly look: WireLook;
}

export interface Painted {
  /** Something will look different in the next frame, without any news. */
  readonly moves: boolean;
  readonly targets: readonly Target[];
}

/** Seen from a little farther, a crowd of streams is drawn by weight alone. */
function showsStreams(pen: Pen, standing: Standing, wires: readonly WireShape[]): boolean {
  if (pen.detail !== "names") return pen.detail === "full";
  let streams = 0;
  for (const wire of wires) if (standing.wires.get(wire).regime === "stream") streams += 1;
  return streams <= MOST_SMALL_STREAMS;
}

/** A wire shorter than its pill, as over inproc, says nothing: its tube does. */
function hasRoom(pen: Pen, wire: WireShape, life: WireLife): boolean {
  if (life.pill === "") return false;
  const pill = { text: life.pill, isFlight: life.isFlightPill, mood: life.mood };
  return wire.path.total > pillReach(pill, pen.zoom) * 2;
}

function lookAt(pen: Pen, standing: Standing, showsStream: boolean, wire: WireShape): SeenWire {
  const life = standing.wires.get(wire);
  const hasPill = pen.detail === "full" && hasRoom(pen, wire, life);
  const look: WireLook = {
    regime: life.regime,
    ratePerSecond: life.ratePerSecond,
    mood: life.mood,
    isSelected: standing.selected.has(wire.link) || standing.focused === wire.link,
    isHovered: standing.hovered === wire.link,
    isOff: standing.isOff(wire.link),
    isWrong: standing.wrong.has(wire.link),
    showsStream,
    gap: hasPill ? pillReach({ text: life.pill, isFlight: life.isFlightPill, mood: life.mood }, pen.zoom) : 0,
  };
  return { wire, life, look };
}

function paintStreams(pen: Pen, standing: Standing, seen: readonly SeenWire[]): boolean {
  const streams = seen.filter(({ wire, look }) => look.showsStream && isStream(wire.path, look));
  if (streams.length === 0) return false;
  pen.ctx.beginPath();
  for (const { wire, look } of streams) addChevrons(pen.ctx, wire.path, standing.phase, look.gap);
  strokeChevrons(pen);
  return true;
}

function paintDirections(pen: Pen, standing: Standing, seen: readonly SeenWire[]): void {
  if (pen.detail !== "full" && pen.detail !== "names") return;
  for (const { wire, look } of seen) {
    const twin = (standing.scene.wiresOf.get(wire.link)?.length ?? 0) > 1;
    if (twin && look.regime !== "stream" && look.gap === 0) paintDirection(pen, wire.path);
  }
}

function tubeLook(standing: Standing, tube: TubeShape, life: TubeLife): TubeLook {
  const { level } = life;
  const first = tube.members[0]?.link ?? "";
  const single = level.ratePerSecond < 10 && level.depth > 0 && level.depth <= MOST_SLOTS && !tube.isUpright;
  return {
    fill: standing.tubes.fillNow(life, standing.share),
    peak: life.peak,
    peakStrength: standing.tubes.peakStrength(life, standing.now),
    mood: level.mood,
    isUnlimited: level.hwm === 0,
    isSelected: tube.members.some((member) => standing.selected.has(member.link)),
    digits: level.mood === "absent" || standing.isOff(first) ? undefined : life.digits,
    word: wordFor(level.mood),
    slots: single && !isAlarm(level.mood) && level.hwm > MOST_SLOTS ? level.depth : 0,
    bundled: tube.isBundle ? tube.members.length : 0,
  };
}

function wordFor(mood: Mood): string | undefined {
  return mood === "passed" ? "full, passed over" : undefined;
}

function paintTubes(pen: Pen, standing: Standing): boolean {
  let moves = false;
  for (const tube of standing.scene.tubes) {
    if (!overlaps(tube.box, standing.seen, AROUND)) continue;
    const life = standing.tubes.get(tube);
    const look = tubeLook(standing, tube, life);
    const off = standing.isOff(tube.members[0]?.link ?? "");
    if (off) pen.ctx.globalAlpha = 0.5;
    if (tube.hasFunnel && pen.detail !== "tags") paintFunnel(pen, tube);
    paintTube(pen, tube, look);
    pen.ctx.globalAlpha = 1;
    if (look.peakStrength > 0 || (standing.share < 1 && life.from !== life.to)) moves = true;
  }
  return moves;
}

function railInk(pen: Pen, standing: Standing, key: string): string {
  for (const tube of standing.scene.tubesAt.get(key) ?? [])
    if (standing.tubes.get(tube).level.mood === "blocked") return pen.inks.blocked;
  return pen.inks.idle;
}

function paintAllRails(pen: Pen, standing: Standing): void {
  if (pen.detail === "alarms") return;
  for (const [key, rails] of standing.scene.rails) {
    const port = standing.scene.ports.get(key);
    if (!port || rails.length === 0) continue;
    if (!overlaps({ ...port, width: 0, height: 0 }, standing.seen, 200)) continue;
    paintRails(pen, rails, railInk(pen, standing, key));
  }
}

const spot: Place = { x: 0, y: 0, dx: 1, dy: 0 };

function paintFlights(pen: Pen, standing: Standing, targets: Target[]): boolean {
  const { flights, scene, clock } = standing;
  if (flights.flights.length === 0) return false;
  const byKey = new Map<string, WireShape>();
  for (const flight of flights.flights) {
    let wire = byKey.get(flight.wire);
    if (!wire) {
      wire = scene.wiresOf.get(flight.token.link)?.find((one) => one.key === flight.wire);
      if (!wire) continue;
      byKey.set(flight.wire, wire);
    }
    const place = flights.placeOf(flight, wire, clock, spot);
    if (!place || pen.detail === "alarms") continue;
    paintToken(pen, place.x, place.y, flight.isSampled, false);
    const reach = 12 / pen.zoom;
    targets.push({
      kind: "token",
      link: wire.link,
      token: flight.token,
      box: { x: place.x - reach, y: place.y - reach, width: 2 * reach, height: 2 * reach },
    });
  }
  return true;
}

/** Pills keep their size when lanes come nearer: the upper one moves up, the lower one down, until they part. */
function twinShift(pen: Pen, standing: Standing, wire: WireShape, y: number): number {
  const lanes = standing.scene.wiresOf.get(wire.link) ?? [];
  const twin = lanes.find((one) => one !== wire);
  if (!twin) return 0;
  const apart = Math.abs(middleOf(twin.path).y - y);
  const missing = legible(PILL_HEIGHT + 1, pen.zoom) - apart;
  if (missing <= 0) return 0;
  const isUpper = middleOf(twin.path).y > y || (apart === 0 && lanes[0] === wire);
  return isUpper ? -missing / 2 : missing / 2;
}

function paintWords(pen: Pen, standing: Standing, seen: readonly SeenWire[], targets: Target[]): void {
  for (const { wire, life, look } of seen) {
    if (look.isOff) continue;
    if (pen.detail !== "full") {
      const isFirst = standing.scene.wiresOf.get(wire.link)?.[0] === wire;
      if (isAlarm(life.mood) && (isFirst || life.mood !== "gone")) {
        const middle = middleOf(wire.path);
        paintAlarm(pen, middle.x, middle.y, life.mood);
      }
      continue;
    }
    const isSecondOfCut = life.mood === "gone" && standing.scene.wiresOf.get(wire.link)?.[0] !== wire;
    if (hasRoom(pen, wire, life) && !isSecondOfCut) {
      const { x, y } = middleOf(wire.path);
      const pill = { text: life.pill, isFlight: life.isFlightPill, mood: life.mood };
      const box = paintPill(pen, x, y + twinShift(pen, standing, wire, y), pill);
      targets.push({ kind: "pill", link: wire.link, box });
    }
    if (life.lost > 0) {
      const { x, y } = middleOf(wire.path);
      const below = (hasRoom(pen, wire, life) ? 12 : 4) + legible(11.5, pen.zoom);
      paintCaption(pen, `${count(life.lost)} lost in transit`, x, y + below, {
        ink: pen.inks.drop,
        weight: 600,
      });
    }
  }
}

/** Drops and filters belong to the sender's tube: they are written there. */
function paintLosses(pen: Pen, standing: Standing, seen: readonly SeenWire[], targets: Target[]): void {
  if (pen.detail !== "full") return;
  for (const { wire, life } of seen) {
    const tube = standing.scene.tubesOf
      .get(wire.link)
      ?.find((one) => one.members.some((m) => m.lane === wire.lane && m.end !== "receive"));
    if (!tube || tube.isBundle) continue;
    if (life.dropped > 0)
      targets.push({
        kind: "drops",
        link: wire.link,
        box: paintDrops(pen, tube, life.dropped, life.dropWord),
      });
    else if (tube.hasFunnel && life.unmatched !== undefined && life.unmatched > 0) {
      const { box, exit } = tube;
      const y = box.y + box.height + 5 + legible(11.5, pen.zoom);
      // Begins under the funnel and goes the way the messages go, off the rails.
      const x = exit > 0 ? box.x - 15 : box.x + box.width + 15;
      const look = { ink: pen.inks.text3, align: exit > 0 ? "left" : "right" } as const;
      paintCaption(pen, `${rate(life.unmatched)} no match`, x, y, look);
    }
  }
}

/** Paints everything in view and says whether it moves by itself. */
export function paintScene(pen: Pen, standing: Standing): Painted {
  const targets: Target[] = [];
  const inView = standing.scene.wires.filter((wire) => overlaps(wire.path.bounds, standing.seen, AROUND));
  const streaming = showsStreams(pen, standing, inView);
  const seen = inView.map((wire) => lookAt(pen, standing, streaming, wire));
  for (const { wire, look } of seen) paintWire(pen, wire.path, look);
  paintAllRails(pen, standing);
  const streams = paintStreams(pen, standing, seen);
  paintDirections(pen, standing, seen);
  const tubes = pen.detail === "alarms" ? false : paintTubes(pen, standing);
  const flights = paintFlights(pen, standing, targets);
  paintLosses(pen, standing, seen, targets);
  paintWords(pen, standing, seen, targets);
  return { moves: streams || tubes || flights, targets };
}
