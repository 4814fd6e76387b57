// What is selected, what the keyboard's focus stands on in the canvas, and what the pointer is over.
import { create } from "zustand";
import type { LinkId, NodeId, ProcessId, SocketRef } from "../model/topology";

export type Item =
  | { readonly kind: "node"; readonly id: NodeId }
  | { readonly kind: "link"; readonly id: LinkId }
  | { readonly kind: "process"; readonly id: ProcessId }
  | { readonly kind: "socket"; readonly id: SocketRef };

export interface SelectionState {
  readonly items: readonly Item[];
  /** The one tab stop of the canvas (roving): exactly this item's element takes the focus. */
  readonly focused: Item | null;
  readonly hovered: Item | null;
  /** Replace the selection. */
  select(items: readonly Item[]): void;
  toggle(item: Item): void;
  clear(): void;
  focus(item: Item | null): void;
  hover(item: Item | null): void;
}

export const sameItem = (a: Item | null | undefined, b: Item | null | undefined): boolean =>
  a === b || (!!a && !!b && a.kind === b.kind && a.id === b.id);

const sameItems = (a: readonly Item[], b: readonly Item[]): boolean =>
  a.length === b.length && a.every((item, i) => sameItem(item, b[i]));

export const useSelection = create<SelectionState>()((set) => ({
  items: [],
  focused: null,
  hovered: null,
  select: (items) => set((state) => (sameItems(state.items, items) ? state : { items })),
  toggle: (item) =>
    set(({ items }) => ({
      items: items.some((each) => sameItem(each, item))
        ? items.filter((each) => !sameItem(each, item))
        : [...items, item],
    })),
  clear: () => set((state) => (state.items.length ? { items: [] } : state)),
  focus: (focused) => set((state) => (sameItem(state.focused, focused) ? state : { focused })),
  hover: (hovered) => set((state) => (sameItem(state.hovered, hovered) ? state : { hovered })),
}));

export const isSelected = (state: SelectionState, kind: Item["kind"], id: string): boolean =>
  state.items.some((item) => item.kind === kind && item.id === id);
