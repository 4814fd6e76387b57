// A queue's depth against its high-water mark as a bar; its state is told by texture and words, colour comes second.

import "./charts.css";
import { depthOf } from "../model/units";

export type MeterMood = "calm" | "near" | "blocked" | "dropping" | "idle";

export interface DepthMeterProps {
  readonly depth: number;
  /** 0: unlimited; then the bar is on a log scale up to a million. */
  readonly hwm: number;
  readonly mood?: MeterMood;
  readonly label: string;
}

export function DepthMeter({ depth, hwm, mood = "calm", label }: DepthMeterProps) {
  const share = hwm > 0 ? Math.min(1, depth / hwm) : Math.min(1, Math.log10(1 + Math.max(0, depth)) / 6);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element can't show texture, and has no maximum when unlimited
    <span
      className="depth-meter"
      data-mood={mood}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={hwm || undefined}
      aria-valuenow={depth}
      aria-valuetext={depthOf(depth, hwm)}
    >
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}
