// Decodes telemetry frames: columns become typed views of the message, nothing is copied.

const GAUGES = magic("GMQ1");
const COUNTERS = magic("GMQ2");
const HEADER_OCTETS = 24;

interface Header {
  readonly epoch: number;
  readonly tick: number;
  /** Run seconds, without pauses. */
  readonly t_s: number;
}

/** Tier 1: the gauges of every pipe, by row. */
export interface GaugeFrame extends Header {
  readonly kind: "gauges";
  readonly depth: Uint32Array;
  /** 0: unlimited. */
  readonly hwm: Uint32Array;
  readonly peak: Uint32Array;
  /** Messages a second. */
  readonly rate: Float32Array;
  readonly state: Uint8Array;
}

/** Tier 2: cumulative counters of some pipes; `rows[i]` is the pipe that column value i is about. */
export interface CounterFrame extends Header {
  readonly kind: "counters";
  readonly rows: Uint32Array;
  readonly columns: readonly Float64Array[];
}

export class FrameUnreadable extends Error {}

/**
 * Read one binary message of the telemetry channel.
 *
 * @throws FrameUnreadable when it is none, or shorter than its header promises.
 */
export function readFrame(buffer: ArrayBuffer): GaugeFrame | CounterFrame {
  if (buffer.byteLength < HEADER_OCTETS)
    throw new FrameUnreadable(`${buffer.byteLength} octets are no frame`);
  const view = new DataView(buffer);
  const kind = view.getUint32(0, true);
  const header = {
    epoch: view.getUint32(4, true),
    tick: view.getUint32(8, true),
    t_s: view.getFloat64(16, true),
  };
  const rows = view.getUint32(12, true);
  if (kind === GAUGES) return { kind: "gauges", ...header, ...gauges(buffer, rows) };
  if (kind === COUNTERS) return { kind: "counters", ...header, ...counters(buffer, rows) };
  throw new FrameUnreadable(`no frame begins with ${kind.toString(16)}`);
}

function gauges(buffer: ArrayBuffer, rows: number) {
  const wide = aligned(rows * 4);
  if (buffer.byteLength < HEADER_OCTETS + 4 * wide + rows) throw new FrameUnreadable("gauges are cut short");
  const at = (column: number) => HEADER_OCTETS + column * wide;
  return {
    depth: new Uint32Array(buffer, at(0), rows),
    hwm: new Uint32Array(buffer, at(1), rows),
    peak: new Uint32Array(buffer, at(2), rows),
    rate: new Float32Array(buffer, at(3), rows),
    state: new Uint8Array(buffer, at(4), rows),
  };
}

function counters(buffer: ArrayBuffer, rows: number) {
  const first = HEADER_OCTETS + aligned(rows * 4);
  const columns: Float64Array[] = [];
  if (rows > 0) {
    const count = Math.floor((buffer.byteLength - first) / (rows * 8));
    if (count < 1) throw new FrameUnreadable("counters are cut short");
    for (let i = 0; i < count; i++) columns.push(new Float64Array(buffer, first + i * rows * 8, rows));
  }
  return { rows: new Uint32Array(buffer, HEADER_OCTETS, rows), columns };
}

/** Every column begins at a multiple of eight octets. */
const aligned = (octets: number): number => (octets + 7) & ~7;

function magic(letters: string): number {
  return new DataView(new TextEncoder().encode(letters).buffer).getUint32(0, true);
}
