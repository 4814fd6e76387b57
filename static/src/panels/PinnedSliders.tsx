// Sliders that act at once, while the drawing runs too; one drag is one undo.
import { PinOff } from "lucide-react";
import { useMemo } from "react";
import type { SliderDescription } from "../model/catalogue";
import { behaviourOf } from "../model/catalogue";
import type { Edit } from "../model/edits";
import { valueAt } from "../model/edits";
import { resolved } from "../model/schemaForm";
import { type Json, type NodeId, nodesOf, type TopologyDocument } from "../model/topology";
import { withUnit } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { type PinnedSlider, slidersOf, usePins } from "../stores/pinStore";
import { useTopology } from "../stores/topologyStore";
import { IconButton } from "../ui/Button";
import { Slider, type SliderScale } from "../ui/Slider";

interface PinnedSlidersProps {
  /** Only the sliders of this node. */
  readonly node?: NodeId;
}

export function PinnedSliders({ node }: PinnedSlidersProps) {
  const document = useTopology((state) => state.document);
  const catalogue = useCatalogue((state) => state.catalogue);
  const chosen = usePins((state) => state.chosen);
  const sliders = useMemo(
    () =>
      node === undefined ? slidersOf(document, catalogue, chosen) : ownSliders(document, catalogue, node),
    [document, catalogue, chosen, node],
  );
  if (sliders.length === 0) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Try<small>changes apply while it runs</small>
      </h3>
      <div className="sliders">
        {sliders.map((slider) => (
          <OneSlider key={slider.key} pinned={slider} document={document} />
        ))}
      </div>
    </section>
  );
}

function ownSliders(
  document: TopologyDocument,
  catalogue: Parameters<typeof slidersOf>[1],
  node: NodeId,
): readonly PinnedSlider[] {
  const behaviour = behaviourOf(catalogue, nodesOf(document)[node]?.behaviour);
  return (behaviour?.sliders ?? []).map((slider) => ({
    key: `${node} ${slider.path.join(".")}`,
    label: slider.label.charAt(0).toUpperCase() + slider.label.slice(1),
    nodes: [node],
    slider,
    isChosen: false,
  }));
}

function OneSlider({
  pinned,
  document,
}: {
  readonly pinned: PinnedSlider;
  readonly document: TopologyDocument;
}) {
  const { nodes, slider, label, isChosen, key } = pinned;
  const catalogue = useCatalogue((state) => state.catalogue);
  const values = nodes.map((id) => present(document, catalogue, id, slider));
  const value = values[0] ?? slider.minimum;
  const isMixed = values.some((each) => each !== values[0]);
  const text = isMixed ? "mixed" : values[0] === undefined ? "none" : withUnit(value, slider.unit);
  const change = (next: number) => {
    const edits = nodes.flatMap((id) => setEdit(document, id, slider, next));
    useTopology.getState().edit(`Set ${label}`, edits, { gesture: `slider ${key}` });
  };
  return (
    <div className="slider-row">
      <span className="clip">{label}</span>
      <span className="num">{text}</span>
      {isChosen && (
        <IconButton
          small
          label={`Unpin ${label}`}
          icon={<PinOff className="icon" />}
          onClick={() => usePins.getState().toggle(key)}
        />
      )}
      <Slider
        label={label}
        value={value}
        minimum={slider.minimum}
        maximum={slider.maximum}
        step={slider.step}
        scale={scaleOf(slider)}
        text={text}
        onChange={change}
        onEnd={() => useTopology.getState().endGesture()}
      />
    </div>
  );
}

/** A long linear range from 0 is finer near its beginning, where a hand wants it. */
function scaleOf({ scale, minimum, maximum, step }: SliderDescription): SliderScale {
  if (scale === "log") return "log";
  return minimum === 0 && maximum / step >= 100 ? "square" : "linear";
}

/** The number now: the value, the mean of a distribution, or the default; undefined when it is none. */
function present(
  document: TopologyDocument,
  catalogue: Parameters<typeof slidersOf>[1],
  id: NodeId,
  slider: SliderDescription,
): number | undefined {
  const node = nodesOf(document)[id];
  const own = valueAt(document, ["nodes", id, "with", ...slider.path]);
  const [name = ""] = slider.path;
  const root = behaviourOf(catalogue, node?.behaviour)?.parameters ?? {};
  const fallback = resolved(root.properties?.[name] ?? {}, root).default;
  return own === null ? undefined : (numberIn(own) ?? numberIn(fallback));
}

function numberIn(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (value && typeof value === "object" && "mean" in value && typeof value.mean === "number")
    return value.mean;
  return undefined;
}

function setEdit(
  document: TopologyDocument,
  id: NodeId,
  slider: SliderDescription,
  next: number,
): readonly Edit[] {
  if (!Object.hasOwn(nodesOf(document), id)) return [];
  const path = ["nodes", id, "with", ...slider.path];
  const old = valueAt(document, path);
  const hasMean = typeof old === "object" && old !== null && "mean" in old;
  return [{ kind: "set", path, value: hasMean ? { ...(old as object), mean: next } : next }];
}
