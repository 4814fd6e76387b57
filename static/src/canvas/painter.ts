// Paints the life of the topology on the overlay: asked for by changes, in animation frames, and only then.

import type { Token } from "../model/telemetry";
import type { TelemetryStore } from "../stores/telemetryStore";
import { Flights, wireFinder } from "./flights";
import { type Inks, readInks } from "./inks";
import { detailAt } from "./measures";
import { advance } from "./regimes";
import { paintScene, type Standing } from "./scenePainter";
import { type Box, overlaps, type Scene, type TubeShape, type WireShape } from "./shapes";
import { TubeLives } from "./tubeLives";
import { WireLives } from "./wireLives";

const DIGITS_EVERY_MS = 250;

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** What the painter looks at when it paints, read anew each time. */
export interface PainterSources {
  readonly telemetry: TelemetryStore;
  scene(): Scene;
  limit(tube: TubeShape): number;
  selectedLinks(): ReadonlySet<string>;
  hoveredLink(): string | null;
  focusedLink(): string | null;
  isOff(link: string): boolean;
  wrongLinks(): ReadonlySet<string>;
  /** No motion: Calm, or the system asks for less. */
  isCalm(): boolean;
  /** A run exists and has not ended: its numbers are true. */
  isLive(): boolean;
  /** The link's handshake was refused. */
  isRefused(link: string): boolean;
  /** The run holds: nothing may move. */
  isHeld(): boolean;
}

/** A thing that was painted and can be pointed at. */
export interface Target {
  readonly kind: "token" | "drops" | "pill";
  readonly link: string;
  readonly box: Box;
  readonly token?: Token;
}

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D | null;
  readonly #sources: PainterSources;
  readonly #tubes: TubeLives;
  readonly #wires: WireLives;
  readonly #flights = new Flights();
  #inks: Inks = readInks();
  #viewport: Viewport = { x: 0, y: 0, zoom: 1 };
  #width = 0;
  #height = 0;
  #ratio = 1;
  #frame = 0;
  #digitsTimer: ReturnType<typeof setTimeout> | undefined;
  #digitsAt = Number.NEGATIVE_INFINITY;
  #phase = 0;
  /** The animation's clock, ms: it stands still while the run is held and in hidden pages. */
  #clock = 0;
  #paintedAt = 0;
  #frameAt = 0;
  #intervalMs = 50;
  #targets: readonly Target[] = [];
  /** Frames painted, for tests that nothing moves when nothing moves. */
  painted = 0;

  constructor(canvas: HTMLCanvasElement, sources: PainterSources) {
    this.#canvas = canvas;
    this.#ctx = canvas.getContext("2d");
    this.#sources = sources;
    this.#tubes = new TubeLives(
      sources.telemetry,
      (tube) => sources.limit(tube),
      () => sources.isLive(),
    );
    this.#wires = new WireLives(
      sources.telemetry,
      () => sources.isLive(),
      (link) => sources.isRefused(link),
    );
  }

  get targets(): readonly Target[] {
    return this.#targets;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#digitsTimer);
    this.#frame = 0;
  }

  resize(width: number, height: number, ratio: number): void {
    if (width === this.#width && height === this.#height && ratio === this.#ratio) return;
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.invalidate();
  }

  view(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#digitsSoon();
    this.invalidate();
  }

  recolour(): void {
    this.#inks = readInks();
    this.invalidate();
  }

  /** Another run, other rows or other limits: what was read before means nothing. */
  forget(): void {
    this.#tubes.clear();
    this.#wires.clear();
    this.#flights.clear();
    this.#digitsAt = Number.NEGATIVE_INFINITY;
    this.invalidate();
  }

  /** A telemetry frame came: read it, and paint only when it differs from what is shown. */
  take(): void {
    if (document.hidden) return;
    const { telemetry } = this.#sources;
    const scene = this.#sources.scene();
    const now = performance.now();
    const differs = gaugesDiffer(telemetry);
    if (differs) {
      this.#tubes.refresh(scene.tubes, now, this.#share(now));
      this.#wires.refresh(scene.wires);
      this.#frameAt = now;
      this.#intervalMs = telemetry.intervalMs;
    }
    const tokens = telemetry.drainTokens();
    const flies = tokens.length > 0 && !this.#sources.isHeld() && !this.#sources.isCalm();
    if (flies)
      this.#flights.launch(tokens, this.#clock, wireFinder(scene), (wire) => this.#wires.get(wire).regime);
    this.#digitsSoon();
    if (differs || flies) this.invalidate();
  }

  /** New totals came: what is written follows at 4 Hz. */
  count(): void {
    this.#digitsSoon();
  }

  /** The run began, paused, or ended: what telemetry said before may not hold any more. */
  restate(): void {
    const { scene, isLive } = this.#sources;
    this.#tubes.refresh(scene().tubes, performance.now(), 1);
    this.#wires.refresh(scene().wires);
    this.#tubes.refreshDigits();
    if (!isLive()) this.#flights.clear();
    this.invalidate();
  }

  /** The drawing changed: tubes that do not run may have other limits. */
  relimit(): void {
    this.#tubes.relimit(this.#sources.scene().tubes);
    this.invalidate();
  }

  /** Ask for one animation frame. Nothing is painted otherwise. */
  invalidate(): void {
    if (this.#frame || document.hidden) return;
    this.#frame = requestAnimationFrame((now) => this.#paint(now));
  }

  /** How much of the time between two frames is over since the last one: fills are smoothed, never guessed ahead. */
  #share(now: number): number {
    return Math.min(1, (now - this.#frameAt) / this.#intervalMs);
  }

  #digitsSoon(): void {
    if (this.#digitsTimer !== undefined) return;
    const due = Math.max(0, this.#digitsAt + DIGITS_EVERY_MS - performance.now());
    this.#digitsTimer = setTimeout(() => {
      this.#digitsTimer = undefined;
      this.#digitsAt = performance.now();
      const digits = this.#tubes.refreshDigits();
      const counts = this.#wires.refreshCounts(this.#readableWires());
      if (digits || counts) this.invalidate();
    }, due);
  }

  /** Counts are written only where they can be read: near, and in view. */
  #readableWires(): readonly WireShape[] {
    if (detailAt(this.#viewport.zoom) !== "full") return [];
    const seen = this.#seen();
    return this.#sources.scene().wires.filter((wire) => overlaps(wire.path.bounds, seen, 0));
  }

  /** What the viewport shows, flow pixels. */
  #seen(): Box {
    const { x, y, zoom } = this.#viewport;
    return { x: -x / zoom, y: -y / zoom, width: this.#width / zoom, height: this.#height / zoom };
  }

  #paint(now: number): void {
    this.#frame = 0;
    const ctx = this.#ctx;
    if (!ctx || document.hidden || !this.#width) return;
    const isStill = this.#sources.isCalm() || this.#sources.isHeld();
    const elapsed = Math.min(100, Math.max(0, now - this.#paintedAt));
    this.#paintedAt = now;
    if (!isStill) {
      this.#clock += elapsed;
      this.#phase = advance(this.#phase, elapsed);
    }
    this.#flights.land(this.#clock);
    const { x, y, zoom } = this.#viewport;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    ctx.setTransform(zoom * this.#ratio, 0, 0, zoom * this.#ratio, x * this.#ratio, y * this.#ratio);
    const standing: Standing = {
      scene: this.#sources.scene(),
      tubes: this.#tubes,
      wires: this.#wires,
      flights: this.#flights,
      selected: this.#sources.selectedLinks(),
      hovered: this.#sources.hoveredLink(),
      focused: this.#sources.focusedLink(),
      isOff: (link) => this.#sources.isOff(link),
      wrong: this.#sources.wrongLinks(),
      now: performance.now(),
      clock: this.#clock,
      share: this.#sources.isCalm() ? 1 : this.#share(performance.now()),
      phase: this.#sources.isCalm() ? 0 : this.#phase,
      seen: this.#seen(),
    };
    const pen = { ctx, inks: this.#inks, zoom, detail: detailAt(zoom) };
    const { moves, targets } = paintScene(pen, standing);
    this.#targets = targets;
    this.painted += 1;
    if (moves && !isStill) this.invalidate();
  }
}

/** Whether the newest frame shows anything that the one before did not. */
export function gaugesDiffer({ gauges, previous }: Pick<TelemetryStore, "gauges" | "previous">): boolean {
  if (!gauges) return false;
  if (!previous || previous.depth.length !== gauges.depth.length) return true;
  for (let i = 0; i < gauges.depth.length; i++)
    if (
      gauges.depth[i] !== previous.depth[i] ||
      gauges.state[i] !== previous.state[i] ||
      gauges.rate[i] !== previous.rate[i] ||
      gauges.peak[i] !== previous.peak[i] ||
      gauges.hwm[i] !== previous.hwm[i]
    )
      return true;
  return false;
}
