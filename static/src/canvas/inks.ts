// The painter's colours and patterns, read from the page's CSS tokens and again when the theme changes.

import { TUBE_THICKNESS } from "./measures";

const NAMES = {
  canvas: "--canvas",
  surface: "--surface",
  line: "--line",
  lineStrong: "--line-strong",
  text: "--text",
  text2: "--text-2",
  text3: "--text-3",
  accent: "--accent",
  flow: "--flow",
  flowBand: "--flow-band",
  queue: "--queue",
  queueTop: "--queue-2",
  near: "--near",
  nearFill: "--near-fill",
  nearSoft: "--near-soft",
  blocked: "--blocked",
  blockedSoft: "--blocked-soft",
  drop: "--drop",
  dropSoft: "--drop-soft",
  error: "--error",
  errorSoft: "--error-soft",
  idle: "--idle",
  glass: "--glass",
  glassLine: "--glass-line",
  glassShade: "--glass-shade",
  shine: "--shine",
  sans: "--sans",
  mono: "--mono",
} as const;

export type InkName = keyof typeof NAMES;
export interface Inks extends Readonly<Record<InkName, string>> {
  readonly dots: CanvasPattern | string;
  readonly hatch: CanvasPattern | string;
  /** The light in a queue's filling, across a lying tube of the usual thickness. */
  readonly liquid: CanvasGradient | string;
  /** Fonts with tabular digits: size in flow pixels comes first. */
  readonly digits: (size: number, weight: number) => string;
  readonly words: (size: number, weight: number) => string;
}

/** Patterns are drawn finer than the screen, so that they stay sharp when zoomed. */
const FINENESS = 4;

function tile(
  width: number,
  height: number,
  paint: (ctx: CanvasRenderingContext2D) => void,
): CanvasPattern | null {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * FINENESS);
  canvas.height = Math.round(height * FINENESS);
  const ctx = canvas.getContext("2d");
  if (!ctx) return null;
  ctx.scale(FINENESS, FINENESS);
  paint(ctx);
  const pattern = ctx.createPattern(canvas, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / FINENESS));
  return pattern;
}

function dotted(fill: string, glass: string): CanvasPattern | string {
  const pattern = tile(5, 5, (ctx) => {
    ctx.fillStyle = fill;
    ctx.fillRect(0, 0, 5, 5);
    ctx.fillStyle = glass;
    for (const at of [1.4, 3.9]) {
      ctx.beginPath();
      ctx.arc(at, at, 0.85, 0, 2 * Math.PI);
      ctx.fill();
    }
  });
  return pattern ?? fill;
}

function hatched(ink: string, soft: string): CanvasPattern | string {
  const pattern = tile(8, 8, (ctx) => {
    ctx.fillStyle = soft;
    ctx.fillRect(0, 0, 8, 8);
    ctx.strokeStyle = ink;
    ctx.lineWidth = 2.7;
    ctx.beginPath();
    for (const shift of [-8, 0, 8]) {
      ctx.moveTo(shift - 2, 10);
      ctx.lineTo(shift + 10, -2);
    }
    ctx.stroke();
  });
  return pattern ?? ink;
}

function lit(top: string, bottom: string): CanvasGradient | string {
  const ctx = document.createElement("canvas").getContext("2d");
  const gradient = ctx?.createLinearGradient(0, -TUBE_THICKNESS / 2, 0, TUBE_THICKNESS / 2);
  gradient?.addColorStop(0, top);
  gradient?.addColorStop(1, bottom);
  return gradient ?? bottom;
}

export function readInks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const inks = {} as Record<InkName, string>;
  for (const [name, property] of Object.entries(NAMES))
    inks[name as InkName] = style.getPropertyValue(property).trim() || "#000";
  return {
    ...inks,
    dots: dotted(inks.nearFill, inks.glass),
    hatch: hatched(inks.blocked, inks.blockedSoft),
    liquid: lit(inks.queueTop, inks.queue),
    digits: (size, weight) => `${weight} ${size}px ${inks.mono}`,
    words: (size, weight) => `${weight} ${size}px ${inks.sans}`,
  };
}

/** Calls back when the tokens may have other values: another theme, another contrast, a font that arrived. */
export function watchInks(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "class", "style"],
  });
  const queries = ["(forced-colors: active)", "(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map(
    (query) => matchMedia(query),
  );
  for (const query of queries) query.addEventListener("change", changed);
  document.fonts.addEventListener("loadingdone", changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener("change", changed);
    document.fonts.removeEventListener("loadingdone", changed);
  };
}
