// Depth and rate of one lane over the last seconds; the last point is the counter of the same frame.
import { lazy, Suspense, useCallback } from "react";
import type { Lane, LinkId } from "../model/topology";
import { telemetry } from "../stores/telemetryStore";

// The charts come after the first paint: nobody needs them before a run.
const DepthChart = lazy(() =>
  import("../charts/DepthChart").then(({ DepthChart: chart }) => ({ default: chart })),
);
const RateChart = lazy(() =>
  import("../charts/RateChart").then(({ RateChart: chart }) => ({ default: chart })),
);

interface LaneChartsProps {
  readonly id: LinkId;
  readonly lane: Lane;
}

const subscribe = (changed: () => void) => telemetry.onFrame(changed);

export function LaneCharts({ id, lane }: LaneChartsProps) {
  const history = useCallback(() => telemetry.history(id, lane), [id, lane]);
  const isJoined = telemetry.rows(id, lane, "joined").length > 0;
  const hwm = useCallback(() => {
    const ends = isJoined ? (["joined"] as const) : (["receive", "send"] as const);
    return Math.max(...ends.map((end) => telemetry.laneEnd(id, lane, end).hwm));
  }, [id, lane, isJoined]);
  return (
    <Suspense fallback={<div className="charts-coming" />}>
      <section className="panel-section">
        <DepthChart history={history} subscribe={subscribe} hwm={hwm} isJoined={isJoined} />
      </section>
      <section className="panel-section">
        <RateChart history={history} subscribe={subscribe} />
      </section>
    </Suspense>
  );
}
