// The first minute: a large Run, other patterns to start from, then one hint at a time.
import "./firstVisit.css";
import { LayoutGrid, Play, Plus, X } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { castOf, hintFor, isPipeline, type Seen } from "../model/firstStory";
import { PipeState } from "../model/telemetry";
import { isEmpty } from "../model/topology";
import { type Example, useCatalogue } from "../stores/catalogueStore";
import { useHints } from "../stores/hintStore";
import { useInterface } from "../stores/interfaceStore";
import { startRun } from "../stores/runControl";
import { isLive, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { Button, IconButton } from "../ui/Button";
import { Door } from "./PatternsDialog";
import { PatternThumb, thumbOf } from "./PatternThumb";

export interface FirstVisitProps {
  openExample(name: string): void;
  beginBlank(): void;
}

/** What lies over the canvas while there is nothing of the person's own to see. */
export function FirstVisit(props: FirstVisitProps) {
  const isOpen = useTopology(({ opened }) => opened > 0);
  const isBlank = useTopology(({ document }) => isEmpty(document));
  const isUntouched = useTopology(({ example, history }) => example !== null && history.undo.length === 0);
  const hasRun = useRun((run) => run.state !== "none");
  const isRunning = useRun((run) => isLive(run.state));
  if (!isOpen) return null;
  if (isBlank) return <Blank />;
  if (isUntouched && !hasRun) return <Start {...props} />;
  return isRunning ? <HintBubble {...props} /> : null;
}

function Blank() {
  const show = useInterface.getState().set;
  return (
    <div className="blank">
      <h2>Nothing here yet</h2>
      <p>
        Press <span className="kbd">A</span> to add a socket, drag one from the left,
        <br />
        or drop a topology file.
      </p>
      <div className="blank-actions">
        <Button
          look="primary"
          icon={<Plus className="icon" aria-hidden />}
          onClick={() => show({ quickAdd: { kind: "add" } })}
        >
          Add a socket
        </Button>
        <Button onClick={() => show({ dialog: "patterns" })}>Start from a pattern</Button>
      </div>
    </div>
  );
}

/** Doors at the bottom: other families than the one that is open. */
const DOORS: readonly (readonly [family: RegExp, title: string, text: string])[] = [
  [/pub/, "Slow subscriber", "Why PUB loses messages"],
  [/req/, "Ask and answer", "REQ and REP take turns"],
  [/balanc|dealer/, "Share work", "Many clients, many workers"],
  [/proxy/, "Proxy", "Publishers come and go"],
];

function Start({ openExample, beginBlank }: FirstVisitProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { set } = useInterface.getState();
    set({ covered: (ref.current?.offsetHeight ?? 0) + 22 });
    return () => set({ covered: 0 });
  }, []);
  const examples = useCatalogue((state) => state.examples);
  const isWork = useTopology(({ document }) => isPipeline(document));
  return (
    <div className="first-visit" ref={ref}>
      <div className="start">
        <button type="button" className="big-run" onClick={() => void startRun()}>
          <Play className="icon" fill="currentColor" aria-hidden />
          {isWork ? "Run this pipeline" : "Run it"}
        </button>
        <p>
          or press <span className="kbd">Space</span> and watch real messages cross real 0MQ sockets
        </p>
      </div>
      <div className="doors">
        <div className="doors-head">
          <h2>Or start from another pattern</h2>
          <button
            type="button"
            className="text-button"
            onClick={() => useInterface.getState().set({ dialog: "patterns" })}
          >
            All patterns
          </button>
        </div>
        <div className="doors-row">
          {doorsOf(examples).map(({ example, title, text }) => (
            <Door
              key={example.name}
              title={title}
              text={text}
              picture={<PatternThumb kind={thumbOf(example)} width={72} height={52} />}
              onOpen={() => openExample(example.name)}
            />
          ))}
          <Door
            title="Blank canvas"
            text="Draw your own"
            picture={<Plus className="icon" aria-hidden />}
            onOpen={beginBlank}
          />
        </div>
      </div>
    </div>
  );
}

function doorsOf(examples: readonly Example[]) {
  return DOORS.flatMap(([family, title, text]) => {
    const example = examples.find((each) => family.test(each.family) || family.test(each.name));
    return example ? [{ example, title, text }] : [];
  });
}

/** The example whose queues are small enough for the story to be seen within a minute. */
const STORY = /^pipeline/;

function HintBubble({ beginBlank }: FirstVisitProps) {
  const isDismissed = useHints((state) => state.isDismissed);
  const isStory = useTopology(({ example }) => example !== null && STORY.test(example));
  const document = useTopology((state) => state.document);
  const isLost = useRun((run) => run.link.state === "down");
  const seen = useText(seenKey);
  const cast = castOf(document);
  if (isDismissed || isLost || !isStory || !cast) return null;
  const hint = hintFor(document, cast, JSON.parse(seen) as Seen);
  const { action } = hint;
  return (
    <div className="hint" role="note" data-hint={hint.name}>
      <span>{hint.text}</span>
      {action && (
        <Button small onClick={() => useTopology.getState().edit(action.label, action.edits)}>
          {action.label}
        </Button>
      )}
      {hint.name === "doors" && (
        <>
          <Button
            small
            icon={<LayoutGrid className="icon" aria-hidden />}
            onClick={() => useInterface.getState().set({ dialog: "patterns" })}
          >
            Patterns
          </Button>
          <Button small icon={<Plus className="icon" aria-hidden />} onClick={beginBlank}>
            Blank canvas
          </Button>
        </>
      )}
      <IconButton
        small
        label="No more hints"
        icon={<X className="icon" />}
        onClick={useHints.getState().dismiss}
      />
    </div>
  );
}

/** A text, so that it compares by value. What waits at a full receive queue is the wire, not the sender. */
function seenKey(): string {
  const { gauges, pipes } = telemetry;
  const isAnySending = (state: PipeState) =>
    pipes.some((pipe, row) => pipe.end !== "receive" && gauges?.state[row] === state);
  const seen: Seen = {
    isPassedOver: isAnySending(PipeState.passedOver),
    isBlocked: isAnySending(PipeState.blocked),
    isDropping: isAnySending(PipeState.dropping),
  };
  return JSON.stringify(seen);
}
