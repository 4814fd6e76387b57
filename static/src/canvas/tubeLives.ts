// The life of every tube between two telemetry frames: true depth now, smoothed on its way, peaks that fade.

import { emptyLaneEnd, type TelemetryStore } from "../stores/telemetryStore";
import { type Digits, digitsOf, emptyLevel, fillOf, type Level, moodOf, takeWorst } from "./levels";
import type { TubeShape } from "./shapes";

const PEAK_FADES_MS = 1000;
/** A peak hardly higher than the level needs no mark: a message that passes is no peak. */
const WORTH_MARKING = 0.05;
const WORTH_MARKING_MESSAGES = 2;
/** As many messages are drawn one by one in their slots before a level takes over. */
export const MOST_SLOTS = 5;

export interface TubeLife {
  isLive: boolean;
  level: Level;
  from: number;
  to: number;
  peak: number;
  peakAt: number;
  digits: Digits;
}

/** Reads telemetry once a frame; between frames everything is arithmetic on what was read. */
export class TubeLives {
  readonly #lives = new Map<string, TubeLife>();
  readonly #telemetry: TelemetryStore;
  readonly #limit: (tube: TubeShape) => number;
  readonly #end = emptyLaneEnd();

  readonly #isLive: () => boolean;

  constructor(telemetry: TelemetryStore, limit: (tube: TubeShape) => number, isLive: () => boolean) {
    this.#telemetry = telemetry;
    this.#limit = limit;
    this.#isLive = isLive;
  }

  get(tube: TubeShape): TubeLife {
    const known = this.#lives.get(tube.key);
    if (known) return known;
    const life: TubeLife = {
      isLive: false,
      level: emptyLevel(),
      from: 0,
      to: 0,
      peak: 0,
      peakAt: 0,
      digits: digitsOf(0, 0),
    };
    this.#lives.set(tube.key, life);
    this.#read(tube, life, 0);
    life.from = life.to;
    life.digits = digitsOf(life.level.depth, life.level.hwm);
    return life;
  }

  /** Forget everything: another run, other tubes, other limits. */
  clear(): void {
    this.#lives.clear();
  }

  /** The drawing changed: tubes that do not run show the limits it asks for now. */
  relimit(tubes: readonly TubeShape[]): void {
    for (const tube of tubes) {
      const life = this.#lives.get(tube.key);
      if (!life || life.isLive) continue;
      life.level.hwm = this.#limit(tube);
      life.digits = digitsOf(life.level.depth, life.level.hwm);
    }
  }

  /** Takes the newest frame for these tubes. */
  refresh(tubes: readonly TubeShape[], now: number, share: number): void {
    for (const tube of tubes) {
      const life = this.#lives.get(tube.key);
      if (!life) continue;
      life.from = this.fillNow(life, share);
      this.#read(tube, life, now);
    }
  }

  /** Takes over the digits of the newest frame: at 4 Hz, or nobody can read them. Says whether any differ. */
  refreshDigits(): boolean {
    let changed = false;
    for (const life of this.#lives.values()) {
      const digits = digitsOf(life.level.depth, life.level.hwm);
      if (digits.depth === life.digits.depth && digits.limit === life.digits.limit) continue;
      life.digits = digits;
      changed = true;
    }
    return changed;
  }

  /** ``share``: how much of the interval since the last frame is over, 0 to 1; never past the sample. */
  fillNow(life: TubeLife, share: number): number {
    return life.from + (life.to - life.from) * Math.min(1, share);
  }

  peakStrength(life: TubeLife, now: number): number {
    if (!life.peakAt) return 0;
    return Math.max(0, 1 - (now - life.peakAt) / PEAK_FADES_MS);
  }

  #read(tube: TubeShape, life: TubeLife, now: number): void {
    const level = this.#isLive()
      ? tube.isBundle
        ? this.#readBundle(tube)
        : this.#readOne(tube)
      : emptyLevel();
    life.isLive = level.count > 0;
    // A queue without its connection tells no limit; the drawing still does.
    const isCut = level.mood === "gone" && level.hwm === 0 && !tube.isBundle;
    if (!life.isLive || isCut) level.hwm = this.#limit(tube);
    life.level = level;
    life.to = fillOf(level.depth, level.hwm);
    const peak = fillOf(level.peak, level.hwm);
    const isHigher = level.peak >= level.depth + WORTH_MARKING_MESSAGES && peak > life.to + WORTH_MARKING;
    if (life.isLive && isHigher) {
      if (peak >= life.peak || now - life.peakAt > PEAK_FADES_MS) life.peak = peak;
      life.peakAt = now;
    }
  }

  #readOne(tube: TubeShape): Level {
    const level = emptyLevel();
    const member = tube.members[0];
    if (!member) return level;
    const end = this.#telemetry.laneEnd(member.link, member.lane, member.end, this.#end);
    level.depth = end.depth;
    level.hwm = end.hwm;
    level.peak = end.peak;
    level.ratePerSecond = end.rate;
    level.mood = end.pipes ? moodOf(end.state) : "calm";
    level.count = end.pipes;
    return level;
  }

  #readBundle(tube: TubeShape): Level {
    const worst = emptyLevel();
    for (const member of tube.members) {
      const { depth, hwm, peak, rate, state, pipes } = this.#telemetry.laneEnd(
        member.link,
        member.lane,
        member.end,
        this.#end,
      );
      if (pipes) takeWorst(worst, { depth, hwm, peak, ratePerSecond: rate, mood: moodOf(state), count: 1 });
    }
    return worst;
  }
}
