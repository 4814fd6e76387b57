// The box around the nodes of one process: one operating-system process for each replica while it runs.

import type { NodeProps } from "@xyflow/react";
import { memo, useCallback, useMemo } from "react";
import { isLive, useRun } from "../stores/runStore";
import { isSelected, useSelection } from "../stores/selectionStore";
import { useConnecting } from "./connecting";
import { FindingBadge } from "./NodeCard";
import { useSurface } from "./surface";
import { PROCESS_PREFIX, type ProcessNode } from "./toFlow";

function pidText(id: string) {
  return (state: ReturnType<typeof useRun.getState>): string => {
    if (!isLive(state.state)) return "";
    const own = state.processes.filter((process) => process.id === id);
    const dead = own.find((process) => process.state === "died" || process.state === "failed");
    if (dead) return `died${dead.last_words ? `: ${dead.last_words}` : ""}`;
    if (own.length === 0) return "";
    return own.length === 1 ? `process ${own[0]?.pid}` : `${own.length} processes`;
  };
}

function ProcessBoxView({ id, data }: NodeProps<ProcessNode>) {
  const process = id.slice(PROCESS_PREFIX.length);
  const selected = useSelection((state) => isSelected(state, "process", process));
  const running = useRun(pidText(process));
  const isTarget = useConnecting((state) => state.receiving === process);
  const here = useMemo(() => ({ process }), [process]);
  const { liveCards } = useSurface();
  const corner = useCallback(
    (element: HTMLElement | null) => (element ? liveCards?.registerProcess(process, element) : undefined),
    [liveCards, process],
  );
  const name = data.replicas > 1 ? `${data.label} ×${data.replicas}` : data.label;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring form semantics and its own box
    <div
      className="process"
      role="group"
      aria-roledescription="process"
      aria-label={`Process ${name}, ${data.members.length} nodes`}
      data-selected={selected || undefined}
      data-target={isTarget || undefined}
      data-stack={data.replicas > 1 || undefined}
    >
      <header className="process-title">
        <span className="process-name">{name}</span>
        <FindingBadge of={here} />
        <small data-died={running.startsWith("died") || undefined} title={running}>
          {running}
        </small>
        <span className="process-cpu" ref={corner} title="Share of one processor" />
      </header>
    </div>
  );
}

export const ProcessBox = memo(ProcessBoxView);
