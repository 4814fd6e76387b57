// Type-ahead: "A" adds a behaviour, socket or pattern; "C" joins the selected socket to one that it may talk to.
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { iconOf } from "../canvas/cardIcons";
import { allSockets, whyNot } from "../model/drafting";
import { nodeLabel, nodesOf, type SocketRef, socketAt, splitRef } from "../model/topology";
import { addItem, join } from "../stores/adding";
import { useCatalogue } from "../stores/catalogueStore";
import { type QuickAdd as Request, useInterface } from "../stores/interfaceStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { useFloating } from "../ui/Menu";
import { PatternThumb, thumbOf } from "./PatternThumb";

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly aside: string;
  /** What typing is compared with besides the label. */
  readonly words: string;
  readonly picture: ReactNode;
  run(): void;
}

export function QuickAdd() {
  const request = useInterface((state) => state.quickAdd);
  return request ? <QuickList key={JSON.stringify(request)} request={request} /> : null;
}

const close = () => {
  const { set, canvas } = useInterface.getState();
  set({ quickAdd: null });
  canvas?.focus();
};

function QuickList({ request }: { readonly request: Request }) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const ref = useRef<HTMLDivElement>(null);
  const additions = useAdditions(request);
  const targets = useTargets(request);
  const choices = useMemo(
    () => ranked(request.kind === "add" ? additions : targets, typed),
    [request.kind, additions, targets, typed],
  );
  const [x, y] = placeOf(request);
  useFloating(ref, x, y, close);
  useEffect(() => {
    ref.current?.querySelector("input")?.focus();
  }, []);
  useEffect(() => {
    ref.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    choice.run();
  };
  const title = request.kind === "add" ? "Add a node or socket" : `Connect ${request.from} to`;
  return (
    <div className="floating quick-add" ref={ref} role="dialog" aria-label={title}>
      <input
        className="input"
        role="combobox"
        aria-label={title}
        aria-expanded
        aria-controls="quick-list"
        aria-activedescendant={choices[active] ? `quick-${active}` : undefined}
        placeholder={request.kind === "add" ? "Add: worker, SUB, pipeline …" : title}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape" || event.key === "Tab") close();
          else if (event.key === "Enter") choose(choices[active]);
          else if (event.key === "ArrowDown") setActive((active + 1) % (choices.length || 1));
          else if (event.key === "ArrowUp") setActive((active + choices.length - 1) % (choices.length || 1));
          else return;
          event.preventDefault();
        }}
      />
      <div className="quick-list scroll" id="quick-list" role="listbox" aria-label={title}>
        {choices.map((choice, i) => (
          <button
            key={choice.key}
            id={`quick-${i}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={i === active}
            className="quick-item"
            onPointerMove={() => setActive(i)}
            onClick={() => choose(choice)}
          >
            {choice.picture}
            <span className="clip">{choice.label}</span>
            <small className="clip">{choice.aside}</small>
          </button>
        ))}
        {choices.length === 0 && (
          <div className="quick-none">
            {typed ? `Nothing is called “${typed}”.` : "No socket here can be joined to it."}
          </div>
        )}
      </div>
    </div>
  );
}

function useAdditions(request: Request): readonly Choice[] {
  const catalogue = useCatalogue((state) => state.catalogue);
  const examples = useCatalogue((state) => state.examples);
  const place = request.kind === "add" ? request.place : undefined;
  return useMemo(() => {
    const behaviours = catalogue.behaviours
      .filter(({ stage }) => stage === 1)
      .map(({ name, label, summary }): Choice => {
        const Picture = iconOf(name);
        return {
          key: `behaviour ${name}`,
          label,
          aside: summary,
          words: name,
          picture: <Picture className="icon" aria-hidden />,
          run: () => void addItem({ kind: "behaviour", name }, place),
        };
      });
    const sockets = catalogue.types.map(
      ({ name, summary, is_draft }): Choice => ({
        key: `socket ${name}`,
        label: is_draft ? "draft socket" : "socket",
        aside: summary,
        words: name,
        picture: <span className="tag">{name}</span>,
        run: () => void addItem({ kind: "socket", type: name }, place),
      }),
    );
    const patterns = examples.map(
      (example): Choice => ({
        key: `pattern ${example.name}`,
        label: example.title,
        aside: "pattern",
        words: `${example.name} ${example.family}`,
        picture: <PatternThumb kind={thumbOf(example)} width={22} height={16} />,
        run: () => void addItem({ kind: "pattern", name: example.name }, place),
      }),
    );
    return [...behaviours, ...sockets, ...patterns];
  }, [catalogue, examples, place]);
}

function useTargets(request: Request): readonly Choice[] {
  const document = useTopology((state) => state.document);
  const catalogue = useCatalogue((state) => state.catalogue);
  const from = request.kind === "connect" ? request.from : undefined;
  return useMemo(() => {
    if (!from) return [];
    return allSockets(document)
      .filter((to) => whyNot(document, catalogue, from, to) === undefined)
      .map((to) => ({
        key: to,
        label: nameOf(document, to),
        aside: splitRef(to)[1],
        words: to,
        picture: <span className="tag">{socketAt(document, to)?.type}</span>,
        run: () => join(from, to),
      }));
  }, [document, catalogue, from]);
}

function nameOf(document: ReturnType<typeof useTopology.getState>["document"], ref: SocketRef): string {
  const [node] = splitRef(ref);
  return nodeLabel(node, nodesOf(document)[node]);
}

/** Beginnings of words first, then any place; the order of the palette between equals. */
function ranked(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return choices;
  const score = ({ label, words }: Choice): number => {
    const text = `${label} ${words}`.toLowerCase();
    if (words.toLowerCase().startsWith(wanted) || label.toLowerCase().startsWith(wanted)) return 0;
    if (text.includes(` ${wanted}`)) return 1;
    return text.includes(wanted) ? 2 : 3;
  };
  return choices
    .map((choice) => ({ choice, score: score(choice) }))
    .filter((each) => each.score < 3)
    .toSorted((a, b) => a.score - b.score)
    .map(({ choice }) => choice);
}

/** Beside the focused thing, at the place that was asked for, or over the middle of the canvas. */
function placeOf(request: Request): readonly [number, number] {
  const { canvas } = useInterface.getState();
  if (request.kind === "add" && request.place && canvas) return canvas.toPage(request.place);
  const focused = useSelection.getState().focused;
  const node =
    focused?.kind === "node" ? focused.id : focused?.kind === "socket" ? splitRef(focused.id)[0] : undefined;
  const at = node === undefined ? undefined : nodesOf(useTopology.getState().document)[node]?.at;
  if (at && canvas && request.kind === "connect") {
    const [x, y] = canvas.toPage([at[0] + 150, at[1]]);
    return [x, y];
  }
  const box = window.document.querySelector('[data-region="canvas"]')?.getBoundingClientRect();
  return box ? [box.left + box.width / 2 - 160, box.top + box.height * 0.22] : [300, 200];
}
