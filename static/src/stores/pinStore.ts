// Sliders pinned beside the canvas: what the person chose for each drawing, else the ones that show the most.
import { create } from "zustand";
import { behaviourOf, type Catalogue, type SliderDescription } from "../model/catalogue";
import type { Json, NodeId, TopologyDocument } from "../model/topology";
import { nodeLabel, nodesOf } from "../model/topology";

/** "node path.path": a parameter of one node. */
export type PinKey = string;

export const pinKey = (node: NodeId, path: readonly string[]): PinKey => `${node} ${path.join(".")}`;

/** One slider: a parameter of one node, or the same parameter of several at once. */
export interface PinnedSlider {
  readonly key: string;
  readonly label: string;
  readonly nodes: readonly NodeId[];
  readonly slider: SliderDescription;
  /** Whether the person pinned it, and so can unpin it. */
  readonly isChosen: boolean;
}

export interface PinState {
  readonly chosen: ReadonlySet<PinKey>;
  isPinned(key: PinKey): boolean;
  toggle(key: PinKey): void;
}

const STORED = "glassmq.pins";
/** Sliders that are shown without being asked for. */
const MOST = 4;

export const usePins = create<PinState>()((set, get) => ({
  chosen: restored(),
  isPinned: (key) => get().chosen.has(key),
  toggle(key) {
    const chosen = new Set(get().chosen);
    if (!chosen.delete(key)) chosen.add(key);
    set({ chosen });
    keep(chosen);
  },
}));

/** The sliders for a drawing: those chosen first, then the telling ones of its behaviours. */
export function slidersOf(
  document: TopologyDocument,
  catalogue: Catalogue,
  chosen: ReadonlySet<PinKey>,
): readonly PinnedSlider[] {
  const picked = pickedSliders(document, catalogue, chosen);
  const offered = offeredSliders(document, catalogue).filter(
    ({ key }) => !picked.some((slider) => slider.key === key),
  );
  return [...picked, ...offered.slice(0, Math.max(0, MOST - picked.length))];
}

function pickedSliders(
  document: TopologyDocument,
  catalogue: Catalogue,
  chosen: ReadonlySet<PinKey>,
): readonly PinnedSlider[] {
  return [...chosen].flatMap((key) => {
    const [node = "", path = ""] = key.split(" ");
    const owner = nodesOf(document)[node];
    if (!owner) return [];
    const known = behaviourOf(catalogue, owner.behaviour)?.sliders.find(
      (each) => each.path.join(".") === path,
    );
    const slider = known ?? madeSlider(path, owner.with?.[path]);
    return [
      { key, label: `${nodeLabel(node, owner)}, ${slider.label}`, nodes: [node], slider, isChosen: true },
    ];
  });
}

/** A range for a number the catalogue has no slider for: around its present value. */
function madeSlider(path: string, value: Json | undefined): SliderDescription {
  const now = typeof value === "number" && value > 0 ? value : 10;
  const maximum = 10 ** Math.ceil(Math.log10(now * 10));
  return {
    path: [path],
    label: path.replaceAll("_", " "),
    minimum: 0,
    maximum,
    step: 1,
    unit: "",
    scale: "linear",
  };
}

/** Of each behaviour its first slider: for the last node that has it, and for all when there are several. */
function offeredSliders(document: TopologyDocument, catalogue: Catalogue): readonly PinnedSlider[] {
  const groups = new Map<string, NodeId[]>();
  for (const [id, { behaviour, enabled }] of Object.entries(nodesOf(document)))
    if (behaviour && enabled !== false) groups.set(behaviour, [...(groups.get(behaviour) ?? []), id]);
  const offered = [...groups].flatMap(([behaviour, ids]): PinnedSlider[] => {
    const slider = behaviourOf(catalogue, behaviour)?.sliders[0];
    const last = ids.at(-1);
    if (!slider || last === undefined) return [];
    const path = slider.path.join(".");
    const name = nodeLabel(last, nodesOf(document)[last]);
    const one = {
      key: pinKey(last, slider.path),
      label: `${name}, ${slider.label}`,
      nodes: [last],
      slider,
      isChosen: false,
    };
    if (ids.length === 1) return [one];
    const all = {
      key: `${behaviour} * ${path}`,
      label: `all ${plural(behaviour, ids, document)}, ${slider.label}`,
      nodes: ids,
      slider,
      isChosen: false,
    };
    return [one, all];
  });
  // What sends comes first: its slider is the one to play with.
  return offered.toSorted((a, b) => Number(b.slider.unit === "/s") - Number(a.slider.unit === "/s"));
}

/** What several nodes are called together: their shared beginning ("work-1", "work-2" → "work-…"), else the behaviour. */
function plural(behaviour: string, ids: readonly NodeId[], document: TopologyDocument): string {
  const names = ids.map((id) => nodeLabel(id, nodesOf(document)[id]));
  const stem = names[0]?.replace(/[-_ ]?\d+$/, "") ?? "";
  if (stem && names.every((name) => name.replace(/[-_ ]?\d+$/, "") === stem))
    return /^work$/i.test(stem) ? "workers" : `${stem}s`;
  return behaviour === "echo" ? "echo servers" : `${behaviour}s`;
}

// Storage can be forbidden; pins then last as long as the page.
function restored(): ReadonlySet<PinKey> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((key) => typeof key === "string") : []);
  } catch {
    return new Set();
  }
}

function keep(chosen: ReadonlySet<PinKey>): void {
  try {
    localStorage.setItem(STORED, JSON.stringify([...chosen].slice(-100)));
  } catch {
    // As above.
  }
}
