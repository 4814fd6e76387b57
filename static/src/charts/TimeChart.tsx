// A chart of the last seconds on uPlot: fed outside React, in the colours of the theme, with a limit line.

import "uplot/dist/uPlot.min.css";
import "./charts.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { type Scale, steadyScale, tickText, WINDOW_S, windowEnding } from "./scale";

export interface Series {
  readonly label: string;
  /** A CSS custom property of the theme, for example ``--queue``. */
  readonly ink: string;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

export interface ChartData {
  /** Run seconds, ascending. */
  readonly t: Float64Array;
  /** One array for each series, as long as ``t``. */
  readonly values: readonly Float64Array[];
  /** A high-water mark to draw; 0 or undefined for none. */
  readonly limit?: number | undefined;
}

export interface TimeChartProps {
  readonly label: string;
  readonly series: readonly Series[];
  readonly height: number;
  /** Read anew at every frame; what it gives is drawn as it is, so the last point is the latest frame's number. */
  readonly read: () => ChartData | undefined;
  /** Calls back when there is something new to read. */
  readonly subscribe: (changed: () => void) => () => void;
}

const AXIS_WIDTH = 34;
const FONT = '440 11px "JetBrains Mono Variable", ui-monospace, monospace';

function ink(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim() || "#888";
}

function faint(colour: string): string {
  return `color-mix(in srgb, ${colour} 12%, transparent)`;
}

interface Held {
  scale: Scale | undefined;
  limit: number;
}

function drawLimit(plot: uPlot, held: Held): void {
  if (!(held.limit > 0)) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  const y = Math.round(plot.valToPos(held.limit, "y", true));
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  const near = ink("--near");
  ctx.save();
  ctx.strokeStyle = near;
  ctx.fillStyle = near;
  ctx.lineWidth = 1.25 * ratio;
  ctx.setLineDash([4 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `540 ${11 * ratio}px "Inter Variable", sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(`HWM ${held.limit}`, bbox.left + 4 * ratio, y - 5 * ratio);
  ctx.restore();
}

function options(props: TimeChartProps, width: number, held: Held): uPlot.Options {
  return {
    width,
    height: props.height,
    padding: [8, 2, 7, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: (_plot, _min, max) => [...windowEnding(max)] },
      y: { range: () => [0, held.scale?.max ?? 1] },
    },
    axes: [
      { show: false },
      {
        size: AXIS_WIDTH,
        font: FONT,
        gap: 6,
        stroke: ink("--text-3"),
        grid: { stroke: ink("--line"), width: 1 },
        ticks: { show: false },
        splits: () => [...(held.scale?.ticks ?? [0])],
        values: (_plot, ticks) => ticks.map(tickText),
      },
    ],
    series: [
      {},
      ...props.series.map((series) => {
        const colour = ink(series.ink);
        return {
          stroke: colour,
          width: 1.6,
          points: { show: false },
          ...(series.isDashed ? { dash: [5, 3] } : {}),
          ...(series.isFilled ? { fill: faint(colour) } : {}),
        };
      }),
    ],
    hooks: { draw: [(plot) => drawLimit(plot, held)] },
  };
}

function highest(data: ChartData): number {
  let top = data.limit ?? 0;
  const from = (data.t[data.t.length - 1] ?? 0) - WINDOW_S;
  for (const values of data.values)
    for (let i = 0; i < values.length; i++) if ((data.t[i] ?? 0) >= from) top = Math.max(top, values[i] ?? 0);
  return top;
}

/** Keeps one uPlot alive in a box and draws it at most once an animation frame. */
function mount(box: HTMLElement, props: TimeChartProps): () => void {
  const held: Held = { scale: undefined, limit: 0 };
  let plot: uPlot | undefined;
  let frame = 0;
  const draw = () => {
    frame = 0;
    const data = props.read();
    if (!data || document.hidden) return;
    held.scale = steadyScale(held.scale, highest(data));
    held.limit = data.limit ?? 0;
    plot?.setData([data.t, ...data.values] as unknown as uPlot.AlignedData);
  };
  const soon = () => {
    if (!frame) frame = requestAnimationFrame(draw);
  };
  const build = () => {
    plot?.destroy();
    const empty = [[], ...props.series.map(() => [])] as unknown as uPlot.AlignedData;
    plot = new uPlot(options(props, box.clientWidth, held), empty, box);
    soon();
  };
  build();
  const sizes = new ResizeObserver(() => plot?.setSize({ width: box.clientWidth, height: props.height }));
  sizes.observe(box);
  const themes = new MutationObserver(build);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const stop = props.subscribe(soon);
  return () => {
    stop();
    sizes.disconnect();
    themes.disconnect();
    cancelAnimationFrame(frame);
    plot?.destroy();
  };
}

export function TimeChart(props: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const { label, series, height, read, subscribe } = props;
  useEffect(
    () => (box.current ? mount(box.current, { label, series, height, read, subscribe }) : undefined),
    [label, series, height, read, subscribe],
  );
  return (
    <div className="time-chart" role="img" aria-label={label}>
      <div ref={box} style={{ height }} />
      <div className="time-axis" aria-hidden style={{ marginLeft: AXIS_WIDTH }}>
        <span>−{WINDOW_S} s</span>
        <span>−{WINDOW_S / 2} s</span>
        <span>now</span>
      </div>
    </div>
  );
}

export function ChartLegend({ series }: { series: readonly Series[] }) {
  return (
    <span className="chart-legend">
      {series.map(({ label, ink: colour, isDashed }) => (
        <span key={label}>
          <svg width="14" height="8" aria-hidden>
            <path
              d="M0 4h14"
              stroke={`var(${colour})`}
              strokeWidth={isDashed ? 2 : 3}
              strokeDasharray={isDashed ? "5 3" : undefined}
            />
          </svg>
          {label}
        </span>
      ))}
    </span>
  );
}
