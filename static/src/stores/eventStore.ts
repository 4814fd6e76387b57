// What happened in the run, newest last: connections, blocks, drops, deaths; told at most four times a second.
import { create } from "zustand";

export interface RunEvent {
  readonly seq: number;
  /** Run seconds. */
  readonly t: number;
  readonly what: string;
  readonly where: { readonly node?: string; readonly link?: string; readonly process?: string };
  readonly count: number;
  readonly detail: string;
}

/** Kept in the page; the server keeps as many. */
const KEPT = 10_000;
const TELL_MS = 250;

export interface EventState {
  readonly events: readonly RunEvent[];
  /** Events that were over before the page could hear of them. */
  readonly missed: number;
}

export const useEvents = create<EventState>()(() => ({ events: [], missed: 0 }));

let waiting: RunEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let latest: number | undefined;

/** The last event heard of: where to go on after a loss. */
export const lastSeq = (): number | undefined => latest;

export function takeEvent(event: RunEvent): void {
  if (latest !== undefined && event.seq <= latest) return;
  latest = event.seq;
  waiting.push(event);
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    const fresh = waiting;
    waiting = [];
    useEvents.setState(({ events }) => ({ events: [...events, ...fresh].slice(-KEPT) }));
  }, TELL_MS);
}

export const takeGap = (missed: number): void =>
  useEvents.setState((state) => ({ missed: state.missed + missed }));

export function forgetEvents(): void {
  waiting = [];
  latest = undefined;
  useEvents.setState({ events: [], missed: 0 });
}
