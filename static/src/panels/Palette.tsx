// The left side: behaviours, socket types and patterns, to be dragged onto the canvas or added by a click.
import { Search } from "lucide-react";
import type { DragEvent, ReactNode } from "react";
import { iconOf } from "../canvas/cardIcons";
import type { SocketType } from "../model/catalogue";
import { addItem } from "../stores/adding";
import { type Example, useCatalogue } from "../stores/catalogueStore";
import { PALETTE_DRAG, type PaletteItem, useInterface } from "../stores/interfaceStore";
import { PatternThumb, thumbOf } from "./PatternThumb";

/** Families of examples in the palette, with the words the palette has for them. */
const PATTERNS: readonly (readonly [family: RegExp, title: string, types: string])[] = [
  [/pipeline/, "Pipeline", "PUSH, PULL"],
  [/pub/, "Publish", "PUB, SUB"],
  [/req/, "Ask", "REQ, REP"],
  [/balanc|dealer/, "Share work", "REQ, ROUTER"],
];

/** Letters that fit a third of the palette as they are. */
const LONG_NAME = 6;

export function Palette() {
  const catalogue = useCatalogue((state) => state.catalogue);
  const examples = useCatalogue((state) => state.examples);
  const show = useInterface.getState().set;
  return (
    <nav className="palette scroll" data-region="palette" aria-label="Palette">
      <button type="button" className="search" onClick={() => show({ quickAdd: { kind: "add" } })}>
        <Search className="icon" aria-hidden />
        Add…
        <span className="kbd">A</span>
      </button>
      <section>
        <h2 className="palette-title">Behaviours</h2>
        <ul className="behaviours">
          {catalogue.behaviours
            .filter(({ stage }) => stage === 1)
            .map(({ name, label, summary }) => {
              const Picture = iconOf(name);
              return (
                <li key={name}>
                  <Draggable item={{ kind: "behaviour", name }} className="behaviour" hint={summary}>
                    <Picture className="icon" aria-hidden />
                    {label}
                  </Draggable>
                </li>
              );
            })}
        </ul>
      </section>
      <section>
        <h2 className="palette-title">Sockets</h2>
        <ul className="types">
          <Types types={catalogue.types.filter(({ is_draft }) => !is_draft)} />
        </ul>
        <h3 className="palette-subtitle" title="libzmq has these only where it was built with its drafts">
          Drafts of libzmq
        </h3>
        <ul className="types">
          <Types types={catalogue.types.filter(({ is_draft }) => is_draft)} />
        </ul>
      </section>
      <section>
        <h2 className="palette-title">Patterns</h2>
        <ul className="patterns">
          {patternsOf(examples).map(({ example, title, types }) => (
            <li key={example.name}>
              <Draggable
                item={{ kind: "pattern", name: example.name }}
                className="pattern"
                hint={example.description}
              >
                <PatternThumb kind={thumbOf(example)} />
                <span>
                  <b>{title}</b>
                  <small>{types}</small>
                </span>
              </Draggable>
            </li>
          ))}
        </ul>
      </section>
      <button type="button" className="all-patterns" onClick={() => show({ dialog: "patterns" })}>
        All patterns
      </button>
    </nav>
  );
}

function Types({ types }: { readonly types: readonly SocketType[] }) {
  return types.map(({ name, summary }) => (
    <li key={name}>
      <Draggable
        item={{ kind: "socket", type: name }}
        className={name.length > LONG_NAME ? "type long" : "type"}
        hint={summary}
      >
        {name}
      </Draggable>
    </li>
  ));
}

function patternsOf(examples: readonly Example[]) {
  return PATTERNS.flatMap(([family, title, types]) => {
    const example = examples.find((each) => family.test(each.family) || family.test(each.name));
    return example ? [{ example, title, types }] : [];
  });
}

interface DraggableProps {
  readonly item: PaletteItem;
  readonly className: string;
  readonly hint: string;
  readonly children: ReactNode;
}

/** A click adds it in the middle; a drag, where it is dropped. */
function Draggable({ item, className, hint, children }: DraggableProps) {
  const show = useInterface.getState().set;
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(PALETTE_DRAG, JSON.stringify(item));
    event.dataTransfer.effectAllowed = "copy";
    show({ dragging: item });
  };
  return (
    <button
      type="button"
      className={className}
      draggable
      title={hint}
      onClick={() => void addItem(item)}
      onDragStart={onDragStart}
      onDragEnd={() => show({ dragging: null })}
    >
      {children}
    </button>
  );
}
