// Starts, pauses and stops the run of the open drawing, and its nodes and processes one by one.
import type { NodeId, ProcessId, TopologyId } from "../model/topology";
import { newKey, RequestRefused, request } from "../wire/http";
import { notify, notifyRefusal } from "./noticeStore";
import { follow } from "./runLink";
import { forgetRun, isLive, type RunView, takeRun, useRun } from "./runStore";
import { useTopology } from "./topologyStore";

/** Save what is drawn, start it, follow it. */
export async function startRun(): Promise<void> {
  if (isLive(useRun.getState().state)) return;
  forgetRun("starting");
  try {
    const { id: topology } = await useTopology.getState().ensureSaved();
    useTopology.getState().clearWaiting();
    const answer = await request<RunView | undefined>("POST", "/runs", {
      body: { topology, clock: "real" },
      idempotencyKey: newKey(),
    });
    const run = answer.created ?? answer.body?.id;
    if (!run) throw new RequestRefused({ title: "The server did not name the run", status: 0 });
    useRun.setState({ run, topology });
    follow(run);
  } catch (error) {
    forgetRun();
    refused("The run could not start", error);
  }
}

export const pauseRun = (): Promise<void> => patch("", "paused", "The run could not be paused");
export const resumeRun = (): Promise<void> => patch("", "running", "The run could not go on");
export const stopRun = (): Promise<void> => patch("", "ended", "The run could not be stopped");

export const setNode = (node: NodeId, state: "running" | "stopped"): Promise<void> =>
  patch(
    `/nodes/${encodeURIComponent(node)}`,
    state,
    `${node} could not be ${state === "stopped" ? "stopped" : "started"}`,
  );

export const setProcess = (process: ProcessId, state: "running" | "killed"): Promise<void> =>
  patch(`/processes/${encodeURIComponent(process)}`, state, `Process ${process} did not obey`);

/** Look for a live run of this drawing and follow it; forget any other. */
export async function findRun(topology: TopologyId | null): Promise<void> {
  const known = useRun.getState();
  if (topology !== null && known.topology === topology && isLive(known.state)) return;
  follow(null);
  forgetRun();
  if (topology === null) return;
  try {
    const { body } = await request<{ items: readonly RunView[] }>("GET", "/runs");
    const found = body.items.find((each) => each.topology === topology && isLive(each.state));
    if (!found || useTopology.getState().id !== topology || isLive(useRun.getState().state)) return;
    takeRun(found);
    follow(found.id);
  } catch (error) {
    // Without an answer there is nothing to follow; the banner already says that the server is away.
    if (!(error instanceof RequestRefused)) throw error;
  }
}

async function patch(what: string, state: string, whenRefused: string): Promise<void> {
  const { run } = useRun.getState();
  if (!run) return;
  try {
    await request("PATCH", `/runs/${run}${what}`, { body: { state }, revision: "*" });
  } catch (error) {
    refused(whenRefused, error);
  }
}

function refused(what: string, error: unknown): void {
  if (error instanceof RequestRefused && error.code === "quota-reached") {
    notify("error", what, error.message, { label: "Stop the other runs", run: () => void stopOthers() });
    return;
  }
  const findings = error instanceof RequestRefused ? error.problem.findings : undefined;
  const first = findings?.find(({ severity }) => severity === "error");
  if (first) notify("error", what, first.sentence);
  else notifyRefusal(what, error);
}

/** End every run but the one that is followed, then start this drawing. */
async function stopOthers(): Promise<void> {
  const { body } = await request<{ items: readonly RunView[] }>("GET", "/runs");
  const others = body.items.filter(({ id, state }) => isLive(state) && id !== useRun.getState().run);
  await Promise.allSettled(
    others.map(({ id }) => request("PATCH", `/runs/${id}`, { body: { state: "ended" }, revision: "*" })),
  );
  await startRun();
}
