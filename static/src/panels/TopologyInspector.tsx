// Nothing is selected: what the drawing is about, the sliders to play with, what is in it; and while it runs, its fullest queues.
import { Check, CircleAlert } from "lucide-react";
import { hasErrors } from "../model/findings";
import { whenFull } from "../model/firstStory";
import { PipeState } from "../model/telemetry";
import {
  linksOf,
  nodesOf,
  processesOf,
  processOf,
  socketsOf,
  type TopologyDocument,
} from "../model/topology";
import { count, plural, rate } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { KeysSection } from "./KeysSection";
import { Fill } from "./LinkLive";
import { NameField, PanelHead } from "./PanelHead";
import { PinnedSliders } from "./PinnedSliders";
import { fullness, useQueues } from "./QueuesTable";
import { STATE_LOOKS } from "./stateWords";

export function TopologyInspector() {
  const document = useTopology((state) => state.document);
  const isExample = useTopology((state) => state.example !== null);
  const isRunning = useRun((run) => isLive(run.state));
  const isDrawn = Object.keys(nodesOf(document)).length > 0;
  return (
    <>
      <PanelHead
        over={isExample ? "Example" : "Topology"}
        title={
          <NameField
            label="Name of the drawing"
            value={document.name}
            onChange={(name) =>
              name.trim() &&
              useTopology
                .getState()
                .edit("Rename the drawing", [{ kind: "set", path: ["name"], value: name.trim() }])
            }
          />
        }
      >
        <p className="panel-text">
          {document.description ||
            (isDrawn ? census(document) : "Select a node or a link to see its options here.")}
        </p>
      </PanelHead>
      {isDrawn && isExample && !isRunning && <Watch document={document} />}
      {isDrawn && <PinnedSliders />}
      {isDrawn && (isRunning ? <Fullest document={document} /> : <Facts document={document} />)}
      {isDrawn && isRunning && <Alarms />}
      {isDrawn && <KeysSection document={document} />}
      {isDrawn && !isRunning && <Readiness />}
    </>
  );
}

/** "58 nodes in 5 processes, 87 links." */
function census(document: TopologyDocument): string {
  const nodes = Object.values(nodesOf(document));
  const processes = new Set(nodes.map(processOf).filter(Boolean)).size;
  const links = Object.keys(linksOf(document)).length;
  return `${plural(nodes.length, "node")} in ${plural(processes, "process", "processes")}, ${plural(links, "link")}. Select one to see its options.`;
}

function Watch({ document }: { readonly document: TopologyDocument }) {
  return (
    <section className="panel-section">
      <h3 className="section-title">Watch</h3>
      <div className="watch">
        <span>Each glass tube is a real queue. Its post is the high-water mark.</span>
        <span>{whenFull(document)}</span>
      </div>
    </section>
  );
}

function Facts({ document }: { readonly document: TopologyDocument }) {
  const nodes = Object.values(nodesOf(document));
  const sockets = nodes.reduce((n, node) => n + Object.keys(socketsOf(node)).length, 0);
  const named = Object.keys(processesOf(document)).length;
  const hasMain = nodes.some(
    (node) => !node.process && node.behaviour !== "external" && !processesOf(document).main,
  );
  return (
    <section className="panel-section">
      <h3 className="section-title">The topology</h3>
      <dl className="facts">
        <dt>Nodes</dt>
        <dd className="num">{nodes.length}</dd>
        <dt>Sockets</dt>
        <dd className="num">{sockets}</dd>
        <dt>Links</dt>
        <dd className="num">{Object.keys(linksOf(document)).length}</dd>
        <dt>Processes</dt>
        <dd className="num">{named + (hasMain ? 1 : 0)}</dd>
        <HighWaterMarks document={document} />
      </dl>
    </section>
  );
}

/** "20 + 20" when all links agree; left out when they do not. */
function HighWaterMarks({ document }: { readonly document: TopologyDocument }) {
  const options = useCatalogue(({ catalogue }) => catalogue.options);
  const fallback = (name: string) => options.find((option) => option.name === name)?.default ?? 1000;
  const marks = (name: string) =>
    new Set(
      Object.values(nodesOf(document)).flatMap((node) =>
        Object.values(socketsOf(node)).flatMap(({ type, options: own }) => {
          const applies = options.find((option) => option.name === name)?.types.includes(type) ?? false;
          return applies ? [String(own?.[name] ?? fallback(name))] : [];
        }),
      ),
    );
  const [send, receive] = [[...marks("sndhwm")], [...marks("rcvhwm")]];
  const written = marksWritten(document);
  if (!written && (send.length !== 1 || receive.length !== 1)) return null;
  return (
    <>
      <dt>High-water mark</dt>
      <dd className="num">{written ?? `${send[0]} + ${receive[0]}`}</dd>
    </>
  );
}

/** The marks that the links' own sides have, when every link has the same. */
function marksWritten(document: TopologyDocument): string | undefined {
  const pairs = Object.values(linksOf(document)).map(({ connect, bind }) => {
    const sides = [bind, connect].map((ref) => {
      const [node, role] = ref.split(".");
      const options = nodesOf(document)[node ?? ""]?.sockets?.[role ?? ""]?.options ?? {};
      return options.sndhwm ?? options.rcvhwm ?? 1000;
    });
    return sides.join(" + ");
  });
  return pairs.length > 0 && pairs.every((pair) => pair === pairs[0]) ? pairs[0] : undefined;
}

function Readiness() {
  const findings = useTopology((state) => state.findings);
  const isFaulty = hasErrors(findings);
  const problems = findings.filter(({ severity }) => severity !== "info").length;
  return (
    <section className="panel-section">
      {problems === 0 ? (
        <span className="verdict">
          <Check className="icon" aria-hidden />
          Ready to run. No problems found.
        </span>
      ) : (
        <button
          type="button"
          className={isFaulty ? "verdict off text-button" : "verdict near text-button"}
          onClick={() => useInterface.getState().set({ dockTab: "problems", isDockOpen: true })}
        >
          <CircleAlert className="icon" aria-hidden />
          {plural(problems, "problem")}
          {isFaulty ? ". Errors keep it from running." : ". It will run."}
        </button>
      )}
    </section>
  );
}

const SHOWN = 11;

function Fullest({ document }: { readonly document: TopologyDocument }) {
  useText(() => telemetry.tick);
  const queues = useQueues(document);
  const rows = queues
    .map((queue) => ({ ...queue, now: telemetry.laneEnd(queue.link, queue.lane, queue.end) }))
    .toSorted((a, b) => fullness(b.now) - fullness(a.now))
    .filter((row, i, all) => all.findIndex(({ link, lane }) => link === row.link && lane === row.lane) === i)
    .slice(0, SHOWN);
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Fullest queues<small>of {count(queues.length)}</small>
      </h3>
      <ul className="fullest">
        {rows.map(({ key, link, name, end, now }) => {
          const look = STATE_LOOKS[now.state];
          const ink = look === "quiet" ? "queue" : look === "near" ? "near-fill" : look;
          return (
            <li key={key}>
              <button
                type="button"
                title={`${name}, ${end} queue`}
                onClick={() => useSelection.getState().select([{ kind: "link", id: link }])}
              >
                <span className="clip">{name}</span>
                <span className="bar" aria-hidden>
                  <Fill
                    share={
                      now.hwm ? Math.min(1, now.depth / now.hwm) : Math.min(1, Math.log10(1 + now.depth) / 6)
                    }
                    look={ink}
                  />
                </span>
                <span className={`num look-${look}`}>
                  {now.state === PipeState.none ? "–" : `${now.depth}/${now.hwm || "∞"}`}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Alarms() {
  useText(() => telemetry.tick);
  const gauges = telemetry.gauges;
  const states = new Map<PipeState, Set<string>>();
  let out = 0;
  telemetry.pipes.forEach((pipe, row) => {
    if (pipe.end !== "send") out += gauges?.rate[row] ?? 0;
    const state = (gauges?.state[row] ?? PipeState.none) as PipeState;
    // A full receive queue holds the wire; only a sender that waits is blocked.
    if (state !== PipeState.blocked || pipe.end !== "receive")
      states.set(state, (states.get(state) ?? new Set()).add(pipe.link));
  });
  const links = (state: PipeState) => states.get(state)?.size ?? 0;
  return (
    <section className="panel-section">
      <dl className="facts">
        <dt>Delivered</dt>
        <dd className="num">{rate(out)}</dd>
        <dt>Links blocked</dt>
        <dd className="num">{links(PipeState.blocked)}</dd>
        <dt>Links dropping</dt>
        <dd className="num">{links(PipeState.dropping)}</dd>
        <dt>Links without a peer</dt>
        <dd className="num">{links(PipeState.disconnected)}</dd>
      </dl>
    </section>
  );
}
