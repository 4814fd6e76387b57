// Says alarms aloud: merged into one sentence, at most once in two seconds, only when they change.
import { type PipeRow, PipeState } from "../model/telemetry";
import { plural } from "../model/units";
import { notify, useNotices } from "../stores/noticeStore";
import { useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";

const EVERY_MS = 2000;

const WORDS: readonly (readonly [state: PipeState, word: string])[] = [
  [PipeState.blocked, "blocked"],
  [PipeState.dropping, "dropping"],
  [PipeState.passedOver, "full and passed over"],
  [PipeState.disconnected, "without a peer"],
];

type Place = Pick<PipeRow, "link" | "end">;

/** "2 links blocked, 1 link dropping", or "No alarms". */
export function alarmSentence(states: ArrayLike<number>, pipes: readonly Place[]): string {
  const parts = WORDS.flatMap(([state, word]) => {
    const there = pipes.filter(
      ({ end }, row) => states[row] === state && (state !== PipeState.blocked || end !== "receive"),
    );
    const touched = new Set(there.map(({ link }) => link));
    return touched.size ? [`${plural(touched.size, "link")} ${word}`] : [];
  });
  return parts.length ? parts.join(", ") : "No alarms";
}

/** What was lost while the page was not looked at is told when somebody comes back. */
export function tellWhatWasMissed(): () => void {
  let before: number | undefined;
  const dropped = () => telemetry.totals?.books.dropped;
  const onChange = () => {
    if (document.hidden) {
      before = dropped();
      return;
    }
    const lost = (dropped() ?? 0) - (before ?? Number.POSITIVE_INFINITY);
    if (lost > 0) notify("info", `While you were away: ${plural(lost, "message")} dropped`);
  };
  document.addEventListener("visibilitychange", onChange);
  return () => document.removeEventListener("visibilitychange", onChange);
}

export function speakAlarms(): () => void {
  let spokenAt = 0;
  let last = "No alarms";
  const ends = [
    telemetry.onText(() => {
      const { gauges, pipes } = telemetry;
      if (!gauges || performance.now() - spokenAt < EVERY_MS) return;
      const sentence = alarmSentence(gauges.state, pipes);
      if (sentence === last) return;
      last = sentence;
      spokenAt = performance.now();
      useNotices.getState().say(sentence);
    }),
    useRun.subscribe((state, before) => {
      if (state.state !== before.state && state.state !== "none")
        useNotices.getState().say(`Run ${state.state}`);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
