// The live numbers, outside React: the latest frame, a short past for the charts, tokens for the painter.
import type { LaneHistory } from "../model/laneHistory";
import { LaneHistories } from "../model/laneHistory";
import {
  type Counters,
  DROP_REASONS,
  GRAVITY,
  type LaneEnd,
  type NodeTotals,
  type PipeEnd,
  type PipeRow,
  PipeState,
  type SocketTotals,
  type Token,
  type Totals,
} from "../model/telemetry";
import type { Lane, LinkId, NodeId, SocketRef } from "../model/topology";
import type { CounterFrame, GaugeFrame } from "../wire/frames";

type Listener = () => void;

const NO_ROWS: readonly number[] = Object.freeze([]);
/** Sampled messages kept for the lists. */
const TOKENS_KEPT = 500;
/** Tokens not yet drawn; a hidden page does not pile them up. */
const TOKENS_WAITING = 400;

/**
 * Everything the painter needs is read from here in an animation frame; nothing of it is React state.
 *
 * Rows are found by `rows(link, lane, end)`; `laneEnd` sums the replicas into an object the caller reuses.
 * Components subscribe per link or per node: at 4 Hz for text, `onFrame` for drawing.
 */
export class TelemetryStore {
  epoch = -1;
  tick = 0;
  /** Run seconds of the latest frame, without pauses. */
  t_s = 0;
  /** performance.now() when the latest frame came. */
  receivedAt = 0;
  /** Milliseconds between the last two frames: smooth over this long, never past the last sample. */
  intervalMs = 50;
  pipes: readonly PipeRow[] = [];
  /** The latest gauges by row; undefined before the first frame. */
  gauges: GaugeFrame | undefined;
  /** The gauges before those, of the same epoch. */
  previous: GaugeFrame | undefined;
  totals: Totals | undefined;
  /** Samples left out by the server since the run began. */
  thinned = 0;

  #rows = new Map<string, number[]>();
  #counters = new Map<number, Float64Array>();
  #depths = new Map<number, number>();
  #columns2: readonly string[] = [];
  #histories = new LaneHistories();
  #tokens: Token[] = [];
  #recent: Token[] = [];
  #nodes = new Map<NodeId, NodeTotals[]>();
  #sockets = new Map<SocketRef, SocketTotals[]>();
  #textListeners = new Set<Listener>();
  #frameListeners = new Set<Listener>();
  #layoutListeners = new Set<Listener>();
  #watched = new Map<LinkId, number>();
  #watchListeners = new Set<(links: readonly LinkId[]) => void>();
  #textTimer: ReturnType<typeof setTimeout> | undefined;

  /** Rows of a link; narrowed by lane and end when given. */
  rows(link: LinkId, lane?: Lane, end?: PipeEnd): readonly number[] {
    return this.#rows.get(`${link} ${lane ?? ""} ${end ?? ""}`) ?? NO_ROWS;
  }

  /** The first row of one end of a lane: all there is of it without replicas. */
  row(link: LinkId, lane: Lane, end: PipeEnd): number | undefined {
    return this.rows(link, lane, end)[0];
  }

  /** Sum one end of a lane into `into` and give it back; `pipes` is 0 when there is nothing to show. */
  laneEnd(link: LinkId, lane: Lane, end: PipeEnd, into: LaneEnd = emptyLaneEnd()): LaneEnd {
    return sumRows(this.gauges, this.rows(link, lane, end), into);
  }

  /** The same, of one row: one connection of a bundle that was opened. */
  rowEnd(row: number, into: LaneEnd = emptyLaneEnd()): LaneEnd {
    return sumRows(this.gauges, [row], into);
  }

  /** Cumulative counters of one end of a lane, summed over replicas; undefined before the first. */
  counters(link: LinkId, lane: Lane, end: PipeEnd): Counters | undefined {
    const rows = this.rows(link, lane, end).filter((row) => this.#counters.has(row));
    if (rows.length === 0) return undefined;
    const sum = (name: string) => {
      const column = this.#columns2.indexOf(name);
      return rows.reduce((total, row) => total + (this.#counters.get(row)?.[column] ?? 0), 0);
    };
    const dropped = Object.fromEntries(
      DROP_REASONS.map((reason) => [
        reason,
        sum(reason === "lost_in_transit" ? reason : `dropped_${reason}`),
      ]),
    ) as Counters["dropped"];
    return {
      pushed: sum("pushed"),
      popped: sum("popped"),
      queued: rows.reduce((total, row) => total + (this.#depths.get(row) ?? 0), 0),
      refused: sum("refused"),
      octets_in: sum("octets_in"),
      octets_out: sum("octets_out"),
      blocked_ms: sum("blocked_ms"),
      kernel_octets: sum("kernel_octets"),
      dropped,
    };
  }

  /** The last 40 seconds of a lane, for the charts; undefined before the first frame. */
  history(link: LinkId, lane: Lane): LaneHistory | undefined {
    return this.#histories.of(link, lane);
  }

  /** Replicas of a node as the last totals told. */
  node(id: NodeId): readonly NodeTotals[] {
    return this.#nodes.get(id) ?? [];
  }

  /** Rows of the pipes that this node holds. */
  pipesOf(id: NodeId): readonly number[] {
    return this.pipes.flatMap((pipe, row) => (pipe.node === id ? [row] : []));
  }

  /** What has gone into and out of a pipe so far; 0 before the first counters. */
  moved(row: number): number {
    const counters = this.#counters.get(row);
    return (counters?.[0] ?? 0) + (counters?.[1] ?? 0);
  }

  /** Replicas of a socket as the last totals told. */
  socket(id: SocketRef): readonly SocketTotals[] {
    return this.#sockets.get(id) ?? [];
  }

  /** Take the tokens not yet drawn, oldest first. */
  drainTokens(): readonly Token[] {
    if (this.#tokens.length === 0) return this.#tokens;
    const taken = this.#tokens;
    this.#tokens = [];
    return taken;
  }

  /** The latest sampled messages, oldest first; of one link when it is named. */
  recentTokens(link?: LinkId): readonly Token[] {
    return link === undefined ? this.#recent : this.#recent.filter((token) => token.link === link);
  }

  /** Be called at most four times a second while numbers change: for text. */
  onText(listener: Listener): () => void {
    return subscribe(this.#textListeners, listener);
  }

  /** Be called for every frame that comes: for charts and painters that draw only then. */
  onFrame(listener: Listener): () => void {
    return subscribe(this.#frameListeners, listener);
  }

  /** Be called when rows were renamed, and when a run begins or is forgotten. */
  onLayout(listener: Listener): () => void {
    return subscribe(this.#layoutListeners, listener);
  }

  /** Ask for this link's counters at every tick while the caller looks at it. */
  watch(link: LinkId): () => void {
    this.#watched.set(link, (this.#watched.get(link) ?? 0) + 1);
    this.#tellWatched();
    return () => {
      const left = (this.#watched.get(link) ?? 1) - 1;
      if (left > 0) this.#watched.set(link, left);
      else this.#watched.delete(link);
      this.#tellWatched();
    };
  }

  get watched(): readonly LinkId[] {
    return [...this.#watched.keys()];
  }

  onWatched(listener: (links: readonly LinkId[]) => void): () => void {
    return subscribe(this.#watchListeners, listener);
  }

  /** A new naming of the rows; numbers of the one before mean nothing now. */
  takeLayout(epoch: number, pipes: readonly PipeRow[], columns2: readonly string[]): void {
    this.epoch = epoch;
    this.pipes = pipes;
    this.gauges = this.previous = undefined;
    this.#counters.clear();
    this.#depths.clear();
    this.#columns2 = columns2;
    this.#rows = indexRows(pipes);
    this.#histories.keep(new Set(pipes.map((pipe) => `${pipe.link} ${pipe.lane}`)));
    tell(this.#layoutListeners);
    this.#textSoon();
  }

  takeGauges(frame: GaugeFrame, now: number): void {
    if (frame.epoch !== this.epoch) return;
    this.previous = this.gauges;
    this.gauges = frame;
    this.tick = frame.tick;
    if (this.receivedAt) this.intervalMs = Math.min(500, Math.max(16, now - this.receivedAt));
    this.receivedAt = now;
    this.t_s = frame.t_s;
    this.#histories.take(frame, this.#rows);
    tell(this.#frameListeners);
    this.#textSoon();
  }

  takeCounters(frame: CounterFrame): void {
    if (frame.epoch !== this.epoch) return;
    for (let i = 0; i < frame.rows.length; i++) {
      const row = frame.rows[i] as number;
      const counters = this.#counters.get(row) ?? new Float64Array(frame.columns.length);
      for (let c = 0; c < frame.columns.length; c++) counters[c] = frame.columns[c]?.[i] ?? 0;
      this.#counters.set(row, counters);
      // They travel behind the gauges of their tick; where a newer frame overtook those, its depth is near enough.
      this.#depths.set(row, this.gauges?.depth[row] ?? 0);
    }
    this.#textSoon();
  }

  takeTotals(totals: Totals): void {
    this.totals = totals;
    this.#nodes = grouped(totals.nodes);
    this.#sockets = grouped(totals.sockets);
    this.#textSoon();
  }

  takeTokens(tokens: readonly Token[]): void {
    this.#tokens.push(...tokens);
    if (this.#tokens.length > TOKENS_WAITING) this.#tokens.splice(0, this.#tokens.length - TOKENS_WAITING);
    this.#recent = [...this.#recent, ...tokens].slice(-TOKENS_KEPT);
    this.#textSoon();
  }

  takeThinned(n: number): void {
    this.thinned += n;
  }

  /** Forget the run that was watched. */
  reset(): void {
    this.totals = undefined;
    this.t_s = this.receivedAt = this.tick = this.thinned = 0;
    this.#tokens = [];
    this.#recent = [];
    this.#nodes.clear();
    this.#sockets.clear();
    this.#histories = new LaneHistories();
    this.takeLayout(-1, [], []);
  }

  #textSoon(): void {
    this.#textTimer ??= setTimeout(() => {
      this.#textTimer = undefined;
      tell(this.#textListeners);
    }, 250);
  }

  #tellWatched(): void {
    for (const listener of [...this.#watchListeners]) listener(this.watched);
  }
}

export const emptyLaneEnd = (): LaneEnd => ({
  depth: 0,
  hwm: 0,
  peak: 0,
  rate: 0,
  state: PipeState.none,
  pipes: 0,
});

function sumRows(gauges: GaugeFrame | undefined, rows: readonly number[], into: LaneEnd): LaneEnd {
  into.depth = into.hwm = into.peak = into.rate = into.pipes = 0;
  into.state = PipeState.none;
  if (!gauges) return into;
  let isUnlimited = false;
  for (const row of rows) {
    into.depth += gauges.depth[row] ?? 0;
    into.peak += gauges.peak[row] ?? 0;
    into.rate += gauges.rate[row] ?? 0;
    const hwm = gauges.hwm[row] ?? 0;
    into.hwm += hwm;
    const state = (gauges.state[row] ?? PipeState.none) as PipeState;
    if (hwm === 0 && state !== PipeState.none) isUnlimited = true;
    if ((GRAVITY[state] ?? -1) > (GRAVITY[into.state] ?? -1)) into.state = state;
    into.pipes += 1;
  }
  if (isUnlimited) into.hwm = 0;
  return into;
}

function indexRows(pipes: readonly PipeRow[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  pipes.forEach(({ link, lane, end }, row) => {
    for (const key of [`${link}  `, `${link} ${lane} `, `${link} ${lane} ${end}`]) {
      const rows = index.get(key);
      if (rows) rows.push(row);
      else index.set(key, [row]);
    }
  });
  return index;
}

function grouped<T extends { readonly id: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.id);
    if (group) group.push(item);
    else groups.set(item.id, [item]);
  }
  return groups;
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(listeners: Set<Listener>): void {
  for (const listener of [...listeners]) listener();
}

/** The one the page watches. */
export const telemetry = new TelemetryStore();
