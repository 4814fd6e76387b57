// A small line of recent values, without axes.

import { useMemo } from "react";

export interface SparklineProps {
  readonly values: ArrayLike<number>;
  readonly width?: number;
  readonly height?: number;
  /** A CSS custom property of the theme. */
  readonly ink?: string;
  readonly label: string;
}

/** The path through the values, 0 at the bottom, the highest at the top. */
export function sparkPath(values: ArrayLike<number>, width: number, height: number): string {
  const last = values.length - 1;
  if (last < 1) return "";
  let highest = 0;
  for (let i = 0; i <= last; i++) highest = Math.max(highest, values[i] ?? 0);
  const up = highest > 0 ? (height - 2) / highest : 0;
  let path = "";
  for (let i = 0; i <= last; i++) {
    const x = (i / last) * width;
    const y = height - 1 - (values[i] ?? 0) * up;
    path += `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return path;
}

export function Sparkline({ values, width = 64, height = 18, ink = "--flow", label }: SparklineProps) {
  const path = useMemo(() => sparkPath(values, width, height), [values, width, height]);
  return (
    <svg className="sparkline" width={width} height={height} role="img" aria-label={label}>
      <path d={path} fill="none" stroke={`var(${ink})`} strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
}
