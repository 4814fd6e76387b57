// Messages a second into and out of a lane over the last seconds.

import { useCallback } from "react";
import type { LaneChartProps } from "./DepthChart";
import { type ChartData, ChartLegend, type Series, TimeChart } from "./TimeChart";

const SERIES: readonly Series[] = [
  { label: "in", ink: "--flow", isFilled: true },
  { label: "out", ink: "--queue" },
];

export function RateChart({ history, subscribe, height = 66 }: LaneChartProps) {
  const read = useCallback((): ChartData | undefined => {
    const past = history()?.read();
    return past && { t: past.t, values: [past.rateIn, past.rateOut] };
  }, [history]);
  return (
    <figure className="chart">
      <figcaption>
        Rate, messages/s <ChartLegend series={SERIES} />
      </figcaption>
      <TimeChart
        label="Rate, messages a second"
        series={SERIES}
        height={height}
        read={read}
        subscribe={subscribe}
      />
    </figure>
  );
}
