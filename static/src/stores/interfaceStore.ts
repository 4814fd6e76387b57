// What the page itself shows: theme, open panels, menus and dialogs, and the handle by which others move the canvas.
import { create } from "zustand";
import type { Token } from "../model/telemetry";
import type { LinkId, NodeId, Place, SocketRef } from "../model/topology";
import type { Item } from "./selectionStore";

export type DockTab = "problems" | "events" | "queues" | "messages";
export type DialogName = "export" | "keys" | "patterns" | "import" | "stored-keys";

/** What a context menu is about; the shell fills it with commands. */
export interface MenuRequest {
  /** Page px. */
  readonly x: number;
  readonly y: number;
  readonly target: Item | null;
  /** Flow px, when it opened on the canvas: "Paste here" and "Add here" use it. */
  readonly place?: Place;
}

/** What the canvas can do for the others; it registers itself when it is there. */
export interface CanvasHandle {
  fit(): void;
  zoomIn(): void;
  zoomOut(): void;
  /** 100 %. */
  zoomReset(): void;
  /** Bring an item into view, without changing the zoom when it is readable. */
  reveal(item: Item): void;
  /** Where a new card's top left corner would put it in the middle of what is seen, flow px. */
  centre(): Place;
  /** Flow px of a point of the page. */
  toFlow(x: number, y: number): Place;
  /** Page px of a place in the flow. */
  toPage(place: Place): readonly [number, number];
  focus(): void;
}

export type QuickAdd =
  | { readonly kind: "add"; readonly place?: Place }
  /** Targets that `from` may be joined to. */
  | { readonly kind: "connect"; readonly from: SocketRef };

export interface InterfaceState {
  readonly theme: "light" | "dark";
  /** Stops animation, never the run. */
  readonly isCalm: boolean;
  readonly dockTab: DockTab;
  readonly isDockOpen: boolean;
  /** The tab a person chose last; "" lets each panel choose. */
  readonly inspectorTab: string;
  readonly menu: MenuRequest | null;
  readonly dialog: DialogName | null;
  readonly quickAdd: QuickAdd | null;
  /** The node whose name is being edited on its card or in the inspector. */
  readonly renaming: NodeId | null;
  /** What is being dragged from the palette, so that the canvas can show a ghost. */
  readonly dragging: PaletteItem | null;
  readonly canvas: CanvasHandle | null;
  readonly zoom: number;
  /** Px at the canvas's bottom that something lies over: fitting leaves them out. */
  readonly covered: number;
  /** Bundles of more than five links that were opened. */
  readonly openBundles: ReadonlySet<SocketRef>;
  /** The link whose drops were clicked: the inspector opens at their reasons. */
  readonly askedWhy: LinkId | null;
  /** The message whose token was clicked on the canvas: the inspector opens its frames. */
  readonly openedMessage: Token | null;
  set(part: Partial<Omit<InterfaceState, "set">>): void;
}

export type PaletteItem =
  | { readonly kind: "behaviour"; readonly name: string }
  | { readonly kind: "socket"; readonly type: string }
  | { readonly kind: "pattern"; readonly name: string };

/** The type of the data of a drag from the palette; the value is a PaletteItem as JSON. */
export const PALETTE_DRAG = "application/x-glassmq-palette";

export const useInterface = create<InterfaceState>()((set) => ({
  theme: "light",
  isCalm: false,
  dockTab: "problems",
  isDockOpen: false,
  inspectorTab: "",
  menu: null,
  dialog: null,
  quickAdd: null,
  renaming: null,
  dragging: null,
  canvas: null,
  zoom: 1,
  covered: 0,
  openBundles: new Set(),
  askedWhy: null,
  openedMessage: null,
  set,
}));
