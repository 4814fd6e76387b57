// The last seconds of every lane in ring buffers, for the charts: each sample is one frame's numbers.
import type { Lane, LinkId } from "./topology";

/** Samples kept: 40 seconds at 20 a second. */
export const SAMPLES = 800;

interface Gauges {
  readonly t_s: number;
  readonly depth: ArrayLike<number>;
  readonly rate: ArrayLike<number>;
}

/** Four series of one lane; `read` gives them oldest first. */
export class LaneHistory {
  readonly #send = new Float64Array(SAMPLES);
  readonly #receive = new Float64Array(SAMPLES);
  readonly #rateIn = new Float64Array(SAMPLES);
  readonly #rateOut = new Float64Array(SAMPLES);
  readonly #t = new Float64Array(SAMPLES);
  #next = 0;
  #length = 0;

  take(t_s: number, send: number, receive: number, rateIn: number, rateOut: number): void {
    const i = this.#next;
    this.#t[i] = t_s;
    this.#send[i] = send;
    this.#receive[i] = receive;
    this.#rateIn[i] = rateIn;
    this.#rateOut[i] = rateOut;
    this.#next = (i + 1) % SAMPLES;
    this.#length = Math.min(SAMPLES, this.#length + 1);
  }

  get length(): number {
    return this.#length;
  }

  /** Copies, oldest first: run seconds, depth of the send and the receive queue, rate in and out. */
  read(): {
    t: Float64Array;
    send: Float64Array;
    receive: Float64Array;
    rateIn: Float64Array;
    rateOut: Float64Array;
  } {
    return {
      t: this.#ordered(this.#t),
      send: this.#ordered(this.#send),
      receive: this.#ordered(this.#receive),
      rateIn: this.#ordered(this.#rateIn),
      rateOut: this.#ordered(this.#rateOut),
    };
  }

  #ordered(ring: Float64Array): Float64Array {
    const out = new Float64Array(this.#length);
    const first = (this.#next - this.#length + SAMPLES) % SAMPLES;
    const head = Math.min(this.#length, SAMPLES - first);
    out.set(ring.subarray(first, first + head));
    out.set(ring.subarray(0, this.#length - head), head);
    return out;
  }
}

/** The histories of all lanes of a run. */
export class LaneHistories {
  readonly #lanes = new Map<string, LaneHistory>();

  of(link: LinkId, lane: Lane): LaneHistory | undefined {
    return this.#lanes.get(`${link} ${lane}`);
  }

  /** Make room for these lanes ("link lane") and forget all others. */
  keep(lanes: ReadonlySet<string>): void {
    for (const lane of [...this.#lanes.keys()]) if (!lanes.has(lane)) this.#lanes.delete(lane);
    for (const lane of lanes) if (!this.#lanes.has(lane)) this.#lanes.set(lane, new LaneHistory());
  }

  /** Add one frame; `rows` finds the rows of "link lane end". A joined pipe counts as the receiving one. */
  take(frame: Gauges, rows: ReadonlyMap<string, readonly number[]>): void {
    for (const [lane, history] of this.#lanes) {
      const send = rows.get(`${lane} send`);
      const receive = rows.get(`${lane} receive`) ?? rows.get(`${lane} joined`);
      const out = sum(frame.rate, receive ?? send);
      history.take(
        frame.t_s,
        sum(frame.depth, send),
        sum(frame.depth, receive),
        send ? sum(frame.rate, send) : out,
        out,
      );
    }
  }
}

function sum(column: ArrayLike<number>, rows: readonly number[] | undefined): number {
  let total = 0;
  if (rows) for (const row of rows) total += column[row] ?? 0;
  return total;
}
