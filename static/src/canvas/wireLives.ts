// The life of every wire: its rate and regime at each frame, what is in flight and what was lost at each count.

import type { Counters } from "../model/telemetry";
import { shortCount, rate as writeRate } from "../model/units";
import { emptyLaneEnd, type TelemetryStore } from "../stores/telemetryStore";
import { type Mood, moodOf, worseMood } from "./levels";
import { LASTING_MS, nextRegime, type Regime, STREAM_RATE } from "./regimes";
import type { WireShape } from "./shapes";

/** From this share of the high-water mark on, what is in flight is worth its pill. */
const WORTH_SHOWING = 0.01;

export interface WireLife {
  regime: Regime;
  /** Since when the rate asks for another regime, ms; 0 when it does not. */
  changesAt: number;
  ratePerSecond: number;
  mood: Mood;
  hwm: number;
  /** undefined: half seen, or not running. */
  inFlight: number | undefined;
  /** Messages lost at the sender's full queue and the like; they only ever grow. */
  dropped: number;
  dropWord: string;
  lost: number;
  /** Messages a second that did not match the receiver's subscriptions; undefined when unknown. */
  unmatched: number | undefined;
  pill: string;
  isFlightPill: boolean;
}

/** No measuring error makes this out of single messages. */
const SURELY_A_STREAM = 4 * STREAM_RATE;

interface Unmatched {
  total: number;
  t_s: number;
}

const REASON_WORDS: Readonly<Record<string, string>> = {
  hwm: "HWM",
  conflated: "conflated",
  stale_reply: "stale",
  malformed_envelope: "envelope",
  linger: "linger",
  disconnected: "gone",
  refused: "refused",
};

function newLife(): WireLife {
  return {
    regime: "silent",
    changesAt: 0,
    ratePerSecond: 0,
    mood: "calm",
    hwm: 0,
    inFlight: undefined,
    dropped: 0,
    dropWord: "",
    lost: 0,
    unmatched: undefined,
    pill: "",
    isFlightPill: false,
  };
}

export class WireLives {
  readonly #telemetry: TelemetryStore;
  readonly #lives = new Map<string, WireLife>();
  readonly #unmatched = new Map<string, Unmatched>();
  readonly #send = emptyLaneEnd();
  readonly #receive = emptyLaneEnd();

  readonly #isLive: () => boolean;

  readonly #isRefused: (link: string) => boolean;

  constructor(telemetry: TelemetryStore, isLive: () => boolean, isRefused: (link: string) => boolean) {
    this.#telemetry = telemetry;
    this.#isRefused = isRefused;
    this.#isLive = isLive;
  }

  get(wire: WireShape): WireLife {
    const known = this.#lives.get(wire.key);
    if (known) return known;
    const life = newLife();
    this.#lives.set(wire.key, life);
    this.#readGauges(wire, life);
    this.#readCounters(wire, life);
    return life;
  }

  clear(): void {
    this.#lives.clear();
    this.#unmatched.clear();
  }

  /** Takes the newest frame: rates, regimes, moods. */
  refresh(wires: readonly WireShape[]): void {
    for (const wire of wires) {
      const life = this.#lives.get(wire.key);
      if (life) this.#readGauges(wire, life);
    }
  }

  /** Takes the newest counts, for the numbers that are written: at 4 Hz. Says whether any text differs. */
  refreshCounts(wires: readonly WireShape[]): boolean {
    let changed = false;
    for (const wire of wires) {
      const life = this.#lives.get(wire.key);
      if (!life) continue;
      const before = `${life.pill}${life.dropped}${life.lost}${life.unmatched}`;
      this.#readCounters(wire, life);
      changed ||= before !== `${life.pill}${life.dropped}${life.lost}${life.unmatched}`;
    }
    return changed;
  }

  #readGauges(wire: WireShape, life: WireLife): void {
    const { link, lane } = wire;
    if (!this.#isLive()) {
      // What was lost stays to be read after the end; nothing else is true any more.
      Object.assign(life, {
        regime: "silent",
        ratePerSecond: 0,
        mood: "calm",
        inFlight: undefined,
        pill: "",
      });
      life.unmatched = undefined;
      return;
    }
    const send = this.#telemetry.laneEnd(link, lane, "send", this.#send);
    const isJoined = send.pipes === 0 && this.#telemetry.rows(link, lane, "joined").length > 0;
    const receive = this.#telemetry.laneEnd(link, lane, isJoined ? "joined" : "receive", this.#receive);
    const source = send.pipes ? send : receive;
    life.ratePerSecond = source.rate;
    this.#settleRegime(life, nextRegime(life.regime, source.rate));
    life.hwm = source.hwm || receive.hwm;
    life.mood = source.pipes === 0 ? "calm" : moodOf(source.state);
    if (send.pipes && receive.pipes && receive.state === 6) life.mood = worseMood(life.mood, "gone");
    if (life.mood === "absent")
      life.mood = receive.pipes && receive.state !== 7 ? moodOf(receive.state) : "gone";
    if (life.mood === "gone" && wire.isOutside) life.mood = "waiting";
  }

  /** Something begins to move, or stops, at once; between dots and stream only what lasts counts. */
  #settleRegime(life: WireLife, next: Regime): void {
    const now = performance.now();
    if (next === life.regime || next === "silent") {
      life.regime = next;
      life.changesAt = 0;
    } else if (life.regime === "silent") life.regime = life.ratePerSecond > SURELY_A_STREAM ? next : "single";
    else if (!life.changesAt) life.changesAt = now;
    else if (now - life.changesAt >= LASTING_MS) {
      life.regime = next;
      life.changesAt = 0;
    }
  }

  #readCounters(wire: WireShape, life: WireLife): void {
    if (!this.#isLive()) return;
    const { link, lane } = wire;
    const sent = this.#telemetry.counters(link, lane, "send");
    const arrived = this.#telemetry.counters(link, lane, "receive");
    const joined = this.#telemetry.counters(link, lane, "joined");
    const isWhole = sent && arrived && !wire.isHalfSeen;
    life.inFlight = isWhole
      ? Math.max(0, sent.popped - arrived.pushed - sent.dropped.lost_in_transit)
      : undefined;
    this.#readDrops(life, [sent, arrived, joined]);
    life.lost = sent?.dropped.lost_in_transit ?? 0;
    if (sent) this.#readUnmatched(wire, life, sent.pushed);
    this.#writePill(wire, life);
  }

  #readDrops(life: WireLife, all: readonly (Counters | undefined)[]): void {
    let word = "";
    life.dropped = 0;
    for (const counters of all)
      for (const [reason, name] of Object.entries(REASON_WORDS)) {
        const count = counters?.dropped[reason as keyof Counters["dropped"]] ?? 0;
        if (!count) continue;
        life.dropped += count;
        word = word && word !== name ? "dropped" : name;
      }
    life.dropWord = word;
  }

  /** Every send of a publisher either matched this pipe and was accepted, or did not: the difference is exact. */
  #readUnmatched(wire: WireShape, life: WireLife, accepted: number): void {
    const row = this.#telemetry.pipes[this.#telemetry.row(wire.link, wire.lane, "send") ?? -1];
    const rows = this.#telemetry.rows(wire.link, wire.lane, "send").length;
    const totals = row
      ? this.#telemetry.socket(row.socket.includes(".") ? row.socket : `${row.node}.${row.socket}`)
      : [];
    const t_s = this.#telemetry.totals?.t_s ?? 0;
    if (rows !== totals.length || rows === 0) {
      life.unmatched = undefined;
      return;
    }
    const total = totals.reduce((sum, one) => sum + one.offered, 0) - accepted;
    const before = this.#unmatched.get(wire.key);
    if (before && t_s > before.t_s) {
      life.unmatched = Math.max(0, (total - before.total) / (t_s - before.t_s));
      this.#unmatched.set(wire.key, { total, t_s });
    } else if (!before) this.#unmatched.set(wire.key, { total, t_s });
  }

  #writePill(wire: WireShape, life: WireLife): void {
    const inFlight = life.inFlight ?? 0;
    const alarmed = life.mood === "blocked" || life.mood === "passed" || life.mood === "dropping";
    life.isFlightPill =
      inFlight > 0 && (alarmed || (life.hwm > 0 && inFlight >= life.hwm * WORTH_SHOWING && inFlight > 9));
    const isGone = life.mood === "gone" || life.mood === "waiting";
    if (isGone && this.#isRefused(wire.link)) life.pill = "";
    else if (life.mood === "gone") life.pill = "reconnecting";
    else if (life.mood === "waiting") life.pill = "waiting";
    else if (life.isFlightPill)
      life.pill = inFlight < 1e6 ? inFlight.toLocaleString("en-US") : shortCount(inFlight);
    else life.pill = life.regime === "stream" ? writeRate(life.ratePerSecond) : "";
  }
}
