// A lock on every wire that is secured; on one whose handshake was refused, the word and the reason.
import { useStore, ViewportPortal } from "@xyflow/react";
import { Lock, LockOpen, ShieldX } from "lucide-react";
import { useMemo, useSyncExternalStore } from "react";
import { type Kind, lockOf } from "../model/security";
import { linksOf, type TopologyDocument } from "../model/topology";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { detailAt } from "./measures";
import type { Scene } from "./shapes";
import { useSurface } from "./surface";
import { type Place, placeAt } from "./wirePath";

/** Behind the middle, where the pill of the running wire is; findings stand before it. */
const ALONG = 0.72;
/** Canvas px of a wire on which there is no room behind the pill: the lock stands over it. */
const SHORT = 160;
const OVER = 20;

interface Mark {
  readonly link: string;
  readonly kind: Kind | undefined;
  /** Why the handshake was refused. */
  readonly reason: string | undefined;
}

function marks(document: TopologyDocument, refused: ReadonlyMap<string, string>): readonly Mark[] {
  return Object.keys(linksOf(document)).flatMap((link) => {
    const [kind, reason] = [lockOf(document, link), refused.get(link)];
    return kind || reason !== undefined ? [{ link, kind, reason }] : [];
  });
}

const NONE: ReadonlyMap<string, string> = new Map();

export function LinkLocks() {
  const document = useTopology((state) => state.document);
  const refused = useRun((run) => (isLive(run.state) ? run.refused : NONE));
  const shown = useMemo(() => marks(document, refused), [document, refused]);
  return shown.length > 0 ? <Locks marks={shown} /> : null;
}

function placeOf(scene: Scene, link: string): Place | undefined {
  const path = scene.wiresOf.get(link)?.[0]?.path;
  if (!path) return undefined;
  if (path.total >= SHORT) return placeAt(path, path.total * ALONG, { x: 0, y: 0, dx: 1, dy: 0 });
  const middle = placeAt(path, path.total / 2, { x: 0, y: 0, dx: 1, dy: 0 });
  return { ...middle, y: middle.y - OVER };
}

function Locks({ marks: all }: { readonly marks: readonly Mark[] }) {
  const { geometry } = useSurface();
  const scene = useSyncExternalStore(geometry.subscribe, () => geometry.scene);
  const zoom = useStore((state) => state.transform[2]);
  const isNear = detailAt(zoom) === "full" || detailAt(zoom) === "names";
  return (
    <ViewportPortal>
      {all.map(({ link, kind, reason }) => {
        const place = isNear || reason !== undefined ? placeOf(scene, link) : undefined;
        if (!place) return null;
        const words = reason === undefined ? titleOf(kind) : `Refused: ${reason}`;
        const Picture = reason !== undefined ? ShieldX : kind === "plain" ? LockOpen : Lock;
        return (
          <button
            type="button"
            key={link}
            className="link-lock nodrag nopan"
            tabIndex={-1}
            data-refused={reason !== undefined || undefined}
            title={words}
            aria-label={words}
            style={{
              transform: `translate(${place.x}px, ${place.y}px) scale(${1 / Math.min(zoom, 1)}) translate(-50%, -50%)`,
            }}
            onClick={() => useSelection.getState().select([{ kind: "link", id: link }])}
          >
            <span>
              <Picture size={11} strokeWidth={2} aria-hidden />
              {reason !== undefined && "refused"}
            </span>
          </button>
        );
      })}
    </ViewportPortal>
  );
}

export const titleOf = (kind: Kind | undefined): string => TITLES[kind ?? "curve"];

const TITLES: Readonly<Record<Kind, string>> = {
  plain: "PLAIN: a user name and a password, in the clear",
  curve: "CURVE: both sides prove their keys, and all is encrypted",
  tls: "TLS: who binds shows a certificate, and all is encrypted",
};
