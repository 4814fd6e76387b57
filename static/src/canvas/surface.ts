// What the parts of one canvas share: its geometry and the ways to reach it from a card or a link.

import { createContext, use, useSyncExternalStore } from "react";
import { Geometry } from "./geometry";
import type { LiveCards } from "./liveCards";

export interface Surface {
  readonly geometry: Geometry;
  readonly liveCards: LiveCards | undefined;
}

export const SurfaceContext = createContext<Surface>({ geometry: new Geometry(), liveCards: undefined });

export function useSurface(): Surface {
  return use(SurfaceContext);
}

/** Something read from the geometry that compares by value; the component renders again only when it differs. */
export function useGeometry<T extends string | number | boolean | undefined>(
  read: (geometry: Geometry) => T,
): T {
  const { geometry } = useSurface();
  return useSyncExternalStore(geometry.subscribe, () => read(geometry));
}

/** The same for what need not follow a drag. */
export function useSettledGeometry<T extends string>(read: (geometry: Geometry) => T): T {
  const { geometry } = useSurface();
  return useSyncExternalStore(geometry.subscribeSettled, () => read(geometry));
}
