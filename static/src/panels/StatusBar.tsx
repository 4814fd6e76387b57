// The last line of the page: do the books balance, what was counted, and who serves it.
import { Scale } from "lucide-react";
import { whyHalfSeen } from "../model/halfSeen";
import type { Books } from "../model/telemetry";
import { EXTERNAL, linksOf, nodesOf } from "../model/topology";
import { count, plural } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { isLive, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";

export function StatusBar() {
  const ended = useRun((run) => run.books);
  const state = useRun((run) => run.state);
  const processes = useRun((run) => run.processes.length);
  const link = useRun((run) => run.link.state);
  const live = useText(() => telemetry.totals?.books);
  const books = isLive(state) ? live : (live ?? ended);
  return (
    <footer className="status">
      {books && hasCounts(books) ? <BooksLine books={books} /> : <NothingYet />}
      <span className="status-end">
        <Waiting />
        {isLive(state) && processes > 0 && <span>{plural(processes, "process", "processes")}</span>}
        {state === "running" && <span>20 Hz</span>}
        {!isLive(state) && <span>{link === "up" ? "Ready" : "Connecting"}</span>}
        <span>{location.host}</span>
      </span>
    </footer>
  );
}

const hasCounts = (books: Books): boolean => books.accepted > 0 || (books.delivered ?? 0) > 0;

/** Everything came from programs outside: we see what arrived, not what they accepted. */
const isFromOutside = (books: Books): boolean => !(books.accepted > 0) && (books.delivered ?? 0) > 0;

/** Behaviours that send of their own accord, or when somebody outside does. */
const SOURCES: readonly string[] = ["generator", "client", "manual", EXTERNAL];

function NothingYet() {
  const isRunning = useRun((run) => run.state === "running");
  const hasSource = useTopology(({ document }) =>
    Object.values(nodesOf(document)).some(
      ({ behaviour, enabled }) => enabled !== false && SOURCES.includes(behaviour ?? ""),
    ),
  );
  return (
    <span className="scale quiet">
      <Scale className="icon" aria-hidden />
      {isRunning && !hasSource ? "Running. No traffic: no source is enabled." : "Nothing sent yet"}
    </span>
  );
}

function BooksLine({ books }: { readonly books: Books }) {
  const [look, word] = verdict(books);
  if (isFromOutside(books)) {
    return (
      <>
        <span className={`scale ${look}`}>
          <Scale className="icon" aria-hidden />
          {word}
        </span>
        <span className="equation clip">
          from a program outside: <b>{count(books.delivered ?? 0)}</b> delivered +{" "}
          <b>{count(books.queued)}</b> queued + <b>{count(books.dropped)}</b> dropped
        </span>
      </>
    );
  }
  const whole = books.delivered !== null && books.in_flight !== null;
  return (
    <>
      <span className={`scale ${look}`}>
        <Scale className="icon" aria-hidden />
        {word}
      </span>
      <span className="equation clip">
        <b>{count(books.accepted)}</b> accepted ={" "}
        {whole && (
          <>
            <b>{count(books.delivered ?? 0)}</b> delivered +{" "}
          </>
        )}
        <b>{count(books.queued)}</b> queued +{" "}
        {whole && (
          <>
            <b>{count(books.in_flight ?? 0)}</b> in flight +{" "}
          </>
        )}
        <b>{count(books.dropped)}</b> dropped
        {!whole && <Unseen />}
      </span>
    </>
  );
}

/** Where the other half is that we do not see. */
function Unseen() {
  const catalogue = useCatalogue((state) => state.catalogue);
  const reason = useTopology(({ document }) =>
    Object.keys(linksOf(document))
      .map((id) => whyHalfSeen(document, catalogue, id))
      .find((each) => each !== undefined),
  );
  return <> + delivered or handed on (half seen: {reason ?? "a process is gone"})</>;
}

function verdict({ balanced, seen }: Books): readonly [look: string, word: string] {
  if (balanced === false) return ["off", "Books do not balance: a fault of ours"];
  if (balanced === null) return ["half", seen === "half seen" ? "Half seen" : "Books open"];
  return ["fine", "Books balance"];
}

function Waiting() {
  const n = useTopology(({ waiting }) => waiting.size);
  return n > 0 ? <span className="at-next-run">{plural(n, "change")} at next run</span> : null;
}
