// Made-up telemetry for the bench: rows from the drawing, values from a script or from chance. Not for the page.

import type { PipeRow, Totals } from "../src/model/telemetry";
import { lanesOf } from "../src/model/catalogue";
import { endpointOf, linksOf, nodesOf, socketAt, splitRef, type TopologyDocument } from "../src/model/topology";
import { telemetry } from "../src/stores/telemetryStore";
import { CATALOGUE } from "./drawings";

export interface Gauge {
  depth: number;
  hwm: number;
  peak: number;
  rate: number;
  state: number;
}

const COLUMNS = ["pushed", "popped", "refused", "octets_in", "octets_out", "blocked_ms", "kernel_octets", "dropped_hwm", "dropped_conflated", "dropped_filtered", "dropped_stale_reply", "dropped_malformed_envelope", "dropped_linger", "dropped_disconnected", "lost_in_transit"];

export function rowsOf(document: TopologyDocument): PipeRow[] {
  const rows: PipeRow[] = [];
  for (const [link, one] of Object.entries(linksOf(document))) {
    const type = (ref: string) => socketAt(document, ref)?.type ?? "";
    const isJoined = endpointOf(document, one)[1].startsWith("inproc");
    const outside = (ref: string) => nodesOf(document)[splitRef(ref)[0]]?.behaviour === "external";
    for (const lane of lanesOf(CATALOGUE, type(one.connect), type(one.bind))) {
      const [from, to] = lane === "to_bind" ? [one.connect, one.bind] : [one.bind, one.connect];
      const ends = isJoined ? (["joined"] as const) : (["send", "receive"] as const);
      for (const end of ends) {
        const own = end === "receive" ? to : from;
        if (outside(own)) continue;
        const side = own === one.bind ? "bind" : "connect";
        const other = own === to ? from : to;
        rows.push({ id: rows.length, link, lane, end, side, node: splitRef(own)[0], replica: 1, peer_node: splitRef(other)[0], peer_replica: 1, socket: own });
      }
    }
  }
  return rows;
}

export class Feed {
  readonly rows: PipeRow[];
  tick = 0;
  t = 0;

  constructor(document: TopologyDocument) {
    this.rows = rowsOf(document);
    telemetry.takeLayout(1, this.rows, COLUMNS);
  }

  gauges(make: (row: PipeRow, index: number) => Gauge): void {
    this.tick += 1;
    this.t += 0.05;
    const n = this.rows.length;
    const frame = {
      kind: "gauges" as const,
      epoch: 1,
      tick: this.tick,
      t_s: this.t,
      depth: new Uint32Array(n),
      hwm: new Uint32Array(n),
      peak: new Uint32Array(n),
      rate: new Float32Array(n),
      state: new Uint8Array(n),
    };
    this.rows.forEach((row, i) => {
      const gauge = make(row, i);
      frame.depth[i] = gauge.depth;
      frame.hwm[i] = gauge.hwm;
      frame.peak[i] = gauge.peak;
      frame.rate[i] = gauge.rate;
      frame.state[i] = gauge.state;
    });
    telemetry.takeGauges(frame, performance.now());
  }

  counters(make: (row: PipeRow) => Partial<Record<string, number>>): void {
    const n = this.rows.length;
    const columns = COLUMNS.map(() => new Float64Array(n));
    this.rows.forEach((row, i) => {
      const values = make(row);
      COLUMNS.forEach((name, c) => {
        const column = columns[c];
        if (column) column[i] = values[name] ?? 0;
      });
    });
    const rows = Uint32Array.from(this.rows, (_, i) => i);
    telemetry.takeCounters({ kind: "counters", epoch: 1, tick: this.tick, t_s: this.t, rows, columns });
  }

  totals(part: Partial<Totals>): void {
    telemetry.takeTotals({
      t_s: this.t,
      books: { accepted: 0, delivered: 0, queued: 0, in_flight: 0, dropped: 0, balanced: true, seen: "both ends" },
      sockets: [],
      nodes: [],
      processes: [],
      ...part,
    });
  }

  token(link: string, lane: "to_bind" | "to_connect", seq: number): void {
    telemetry.takeTokens([{ link, lane, seq, octets: 64, waited_ms: 1, head: "48656c6c6f", at: performance.now(), t_s: this.t }]);
  }
}
