// Depth of a lane's two queues over the last seconds, against their high-water mark.

import { useCallback } from "react";
import type { LaneHistory } from "../model/laneHistory";
import { type ChartData, ChartLegend, type Series, TimeChart } from "./TimeChart";

const BOTH: readonly Series[] = [
  { label: "receive", ink: "--queue", isFilled: true },
  { label: "send", ink: "--flow", isDashed: true },
];
const JOINED: readonly Series[] = [{ label: "joined", ink: "--queue", isFilled: true }];

export interface LaneChartProps {
  readonly history: () => LaneHistory | undefined;
  readonly subscribe: (changed: () => void) => () => void;
  readonly height?: number;
}

export interface DepthChartProps extends LaneChartProps {
  /** The high-water mark now; 0 is unlimited and draws no line. */
  readonly hwm: () => number;
  /** Over inproc there is one queue. */
  readonly isJoined?: boolean;
}

export function DepthChart({ history, subscribe, hwm, isJoined = false, height = 96 }: DepthChartProps) {
  const read = useCallback((): ChartData | undefined => {
    const past = history()?.read();
    return past && { t: past.t, values: isJoined ? [past.receive] : [past.receive, past.send], limit: hwm() };
  }, [history, hwm, isJoined]);
  const series = isJoined ? JOINED : BOTH;
  return (
    <figure className="chart">
      <figcaption>
        Depth <ChartLegend series={series} />
      </figcaption>
      <TimeChart
        label="Depth of the queues, messages"
        series={series}
        height={height}
        read={read}
        subscribe={subscribe}
      />
    </figure>
  );
}
