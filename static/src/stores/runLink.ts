// Follows one run on the websocket: its state, events, telemetry and sampled messages, each to its store.
import type { PipeRow, RunBooks, Token, Totals } from "../model/telemetry";
import { FrameUnreadable, readFrame } from "../wire/frames";
import type { LiveMessage } from "../wire/live";
import { forgetEvents, lastSeq, type RunEvent, takeEvent, takeGap } from "./eventStore";
import { live } from "./liveLink";
import { notify } from "./noticeStore";
import {
  type RunId,
  takeEnd,
  takeEndpoints,
  takeExternal,
  takeHandshake,
  takeNode,
  takeProcess,
  takeRun,
  useRun,
} from "./runStore";
import { telemetry } from "./telemetryStore";

/** Frames a second asked for; a hidden page asks for few. */
const RATE_HZ = { seen: 20, hidden: 1 };

let stop: (() => void)[] = [];

/** Follow this run and no other; null follows none. What was shown of the last one is forgotten. */
export function follow(run: RunId | null): void {
  for (const end of stop.splice(0)) end();
  telemetry.reset();
  forgetEvents();
  if (run === null) return;
  const isCurrent = () => useRun.getState().run === run;
  const ch = (kind: string) => `run/${run}/${kind}`;
  const to = (take: (message: LiveMessage) => void) => (message: LiveMessage) => {
    if (isCurrent()) take(message);
  };
  stop = [
    live.subscribe(ch("state"), () => ({}), to(takeState)),
    live.subscribe(ch("events"), () => ({ from: lastSeq() }), to(takeEvents)),
    live.subscribe(ch("telemetry"), telemetryWish, to(takeTelemetry), (buffer) => {
      if (isCurrent()) takeFrame(ch("telemetry"), buffer);
    }),
    live.subscribe(ch("tokens"), () => ({}), to(takeSamples)),
    telemetry.onWatched(() => live.renew(ch("telemetry"))),
    onVisibility(() => live.renew(ch("telemetry"))),
  ];
}

const telemetryWish = () => ({
  rate_hz: document.hidden ? RATE_HZ.hidden : RATE_HZ.seen,
  links: telemetry.watched,
});

function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

function takeState(message: LiveMessage): void {
  const take = STATE_KINDS[message.kind];
  if (take) take(message);
}

const STATE_KINDS: Readonly<Record<string, (message: LiveMessage) => void>> = {
  state: (message) => takeRun(message.run as never),
  node: (message) => takeNode(message as never),
  process: (message) => takeProcess(message as never),
  endpoints: (message) => takeEndpoints(message.sockets as never),
  external: (message) => takeExternal(message as never),
  handshake: (message) => takeHandshake(String(message.link), message.reason as string | null),
  ended: (message) => takeEnd(message.books as RunBooks),
  // After a restart the server does not know the run any more.
  refused: () => {
    takeEnd(undefined);
    notify("warning", "The run is over", "The server that it belonged to was started again.");
  },
  gone: () => useRun.setState({ state: "ended" }),
};

function takeEvents(message: LiveMessage): void {
  if (message.kind === "event") takeEvent(message as unknown as RunEvent);
  else if (message.kind === "gap") takeGap(Number(message.missed ?? 0));
}

function takeTelemetry(message: LiveMessage): void {
  if (message.kind === "layout") {
    const columns2 = (message.columns2 as readonly (string | { name: string })[] | undefined) ?? [];
    const names = columns2.map((column) => (typeof column === "string" ? column : column.name));
    telemetry.takeLayout(Number(message.epoch), message.pipes as readonly PipeRow[], withoutRow(names));
  } else if (message.kind === "totals") telemetry.takeTotals(message as unknown as Totals);
}

/** The row number stands before the counters and is not one of them. */
const withoutRow = (names: readonly string[]): readonly string[] =>
  names[0] === "row" ? names.slice(1) : names;

function takeFrame(ch: string, buffer: ArrayBuffer): void {
  try {
    const frame = readFrame(buffer);
    if (frame.kind === "gauges") {
      telemetry.takeGauges(frame, performance.now());
      live.acknowledge(ch, frame.tick);
    } else telemetry.takeCounters(frame);
  } catch (error) {
    if (!(error instanceof FrameUnreadable)) throw error;
    // One bad frame is not the end of the view: the next one is whole, and says the same.
    console.warn(error.message);
  }
}

function takeSamples(message: LiveMessage): void {
  if (message.kind === "tokens") {
    const at = performance.now();
    const { t_s } = telemetry;
    telemetry.takeTokens((message.tokens as readonly Token[]).map((token) => ({ ...token, at, t_s })));
  } else if (message.kind === "thinned") telemetry.takeThinned(Number(message.n ?? 0));
}
