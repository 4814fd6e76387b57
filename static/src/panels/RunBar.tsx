// Run, Pause, Stop, and the chip that always says which clock runs and where it stands.
import { Pause, Play, Square } from "lucide-react";
import { useEffect, useRef } from "react";
import { hasErrors } from "../model/findings";
import { isEmpty } from "../model/topology";
import { clock } from "../model/units";
import { pauseRun, resumeRun, startRun, stopRun } from "../stores/runControl";
import { isLive, type RunState, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";

const CLOCK_WORD: Readonly<Record<RunState, string>> = {
  none: "STOPPED",
  starting: "STARTING",
  running: "REAL TIME",
  paused: "PAUSED",
  stopping: "STOPPING",
  ended: "STOPPED",
  failed: "FAILED",
};

export function RunBar() {
  const state = useRun((run) => run.state);
  const isBlank = useTopology(({ document }) => isEmpty(document));
  const isFaulty = useTopology(({ findings }) => hasErrors(findings));
  return (
    <section className="run-bar" aria-label="Run">
      <PlayButton state={state} isBlank={isBlank} isFaulty={isFaulty} />
      <button
        type="button"
        className="run-button"
        disabled={!isLive(state) || state === "stopping"}
        title="Stop (Shift F8)"
        onClick={() => void stopRun()}
      >
        <Square className="icon" fill="currentColor" aria-hidden />
        Stop
      </button>
      <span className="clock">
        {state === "running" && <span className="live" />}
        {CLOCK_WORD[state]}
        <ClockDigits />
      </span>
    </section>
  );
}

interface PlayButtonProps {
  readonly state: RunState;
  readonly isBlank: boolean;
  readonly isFaulty: boolean;
}

function PlayButton({ state, isBlank, isFaulty }: PlayButtonProps) {
  if (state === "running")
    return (
      <button
        type="button"
        className="run-button on"
        title="Pause (Space or F8)"
        onClick={() => void pauseRun()}
      >
        <Pause className="icon" fill="currentColor" aria-hidden />
        Pause
      </button>
    );
  const isPaused = state === "paused";
  const why = isBlank
    ? "There is nothing to run yet"
    : isFaulty
      ? "Errors keep it from running: see Problems"
      : undefined;
  return (
    <button
      type="button"
      className="run-button go"
      disabled={(isBlank && !isPaused) || state === "starting" || state === "stopping"}
      title={why ?? `${isPaused ? "Go on" : "Run"} (Space or F8)`}
      onClick={() => void (isPaused ? resumeRun() : startRun())}
    >
      <Play className="icon" fill="currentColor" aria-hidden />
      {isPaused ? "Go on" : "Run"}
    </button>
  );
}

/** Written straight into the page: twenty times a second is no business of React's. */
function ClockDigits() {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = () => {
      if (ref.current) ref.current.textContent = clock(telemetry.t_s);
    };
    write();
    const ends = [telemetry.onFrame(write), telemetry.onLayout(write)];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  return <span className="num" ref={ref} role="timer" aria-label="Run time" />;
}
