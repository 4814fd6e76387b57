// The floating boxes of the canvas: zoom and fit, and the legend of what moves while something runs.

import { useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { useInterface } from "../stores/interfaceStore";
import { isLive, useRun } from "../stores/runStore";

export function ZoomBox() {
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const canvas = useInterface((state) => state.canvas);
  return (
    <div className="float zoom" role="toolbar" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" onClick={() => canvas?.zoomOut()}>
        <Minus size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="num"
        aria-label={`Zoom ${percent} %, back to 100 %`}
        onClick={() => canvas?.zoomReset()}
      >
        {percent} %
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => canvas?.zoomIn()}>
        <Plus size={14} aria-hidden />
      </button>
      <button type="button" aria-label="Fit everything" onClick={() => canvas?.fit()}>
        <Maximize size={13} aria-hidden />
      </button>
    </div>
  );
}

export function Legend() {
  const shows = useRun((state) => isLive(state.state));
  if (!shows) return null;
  return (
    <div className="float legend">
      <span>
        <svg width="9" height="9" aria-hidden>
          <circle cx="4.5" cy="4.5" r="4" fill="var(--flow)" />
        </svg>
        1 message
      </span>
      <span>
        <svg width="26" height="12" aria-hidden>
          <rect y="2.5" width="26" height="7" rx="3.5" fill="var(--flow-band)" />
          <path
            d="m6 3.2 3.4 2.8L6 8.8M13 3.2 16.4 6 13 8.8M20 3.2 23.4 6 20 8.8"
            fill="none"
            stroke="var(--flow)"
            strokeWidth="1.5"
          />
        </svg>
        stream: wider is faster
      </span>
    </div>
  );
}
