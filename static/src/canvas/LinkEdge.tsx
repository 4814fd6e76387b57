// A link in the DOM: where it can be pointed at, selected and focused. What is seen of it, the painter paints.

import { memo, useEffect, useRef } from "react";
import { useSelection } from "../stores/selectionStore";
import type { Geometry } from "./geometry";
import { useSettledGeometry } from "./surface";

/** The wires and tubes of a link as one path to point at. */
function outline(link: string) {
  return ({ scene }: Geometry): string => {
    const wires = (scene.wiresOf.get(link) ?? []).map((wire) => wire.path.commands);
    const tubes = (scene.tubesOf.get(link) ?? [])
      .filter((tube) => !tube.isBundle)
      .map(({ box, isUpright }) =>
        isUpright
          ? `M${box.x + box.width / 2} ${box.y}v${box.height}`
          : `M${box.x} ${box.y + box.height / 2}h${box.width}`,
      );
    return [...wires, ...tubes].join("");
  };
}

function LinkEdgeView({ id, data }: { id: string; data?: { label: string } | undefined }) {
  const path = useRef<SVGPathElement>(null);
  const d = useSettledGeometry(outline(id));
  const isFocused = useSelection((state) => state.focused?.kind === "link" && state.focused.id === id);
  useEffect(() => {
    if (isFocused && path.current?.closest(".canvas")?.contains(document.activeElement))
      path.current.focus({ preventScroll: true });
  }, [isFocused]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no element for it
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes the focus, and is named as what it is
    <path
      ref={path}
      className="link-reach react-flow__edge-interaction"
      d={d}
      role="group"
      aria-roledescription="link"
      aria-label={data?.label}
      tabIndex={isFocused ? 0 : -1}
      onFocus={() => useSelection.getState().focus({ kind: "link", id })}
    />
  );
}

export const LinkEdge = memo(LinkEdgeView);
