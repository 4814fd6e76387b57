// The bench page: #drawing-theme-state, for example #pipeline-dark-live, #crowded-light-live, #huge-light-live.

import "../src/ui/tokens.css";
import "../src/ui/base.css";
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import { createRoot } from "react-dom/client";
import { Canvas } from "../src/canvas/Canvas";
import type { TopologyDocument } from "../src/model/topology";
import { useCatalogue } from "../src/stores/catalogueStore";
import { useInterface } from "../src/stores/interfaceStore";
import { useRun } from "../src/stores/runStore";
import { useSelection } from "../src/stores/selectionStore";
import { telemetry } from "../src/stores/telemetryStore";
import { useTopology } from "../src/stores/topologyStore";
import { CATALOGUE, CROWDED, HUGE, PIPELINE, STATES } from "./drawings";
import { Feed, type Gauge } from "./feed";

const DRAWINGS: Readonly<Record<string, TopologyDocument>> = {
  pipeline: PIPELINE,
  states: STATES,
  crowded: CROWDED,
  huge: HUGE,
  blank: { format: "glassmq/1", name: "Blank" },
};

const [drawing = "pipeline", theme = "light", state = "idle"] = location.hash.slice(1).split("-");
document.documentElement.dataset.theme = theme;
const chosen = DRAWINGS[drawing] ?? PIPELINE;
useCatalogue.setState({ catalogue: CATALOGUE });
useTopology.setState({ id: drawing, document: chosen });

/** The numbers of the mock-up. */
const SCRIPT: Readonly<Record<string, Partial<Gauge>>> = {
  "orders-1 send": { depth: 2, rate: 460, state: 1 },
  "orders-1 receive": { rate: 460, state: 1 },
  "orders-2 send": { rate: 380, state: 1 },
  "orders-2 receive": { depth: 860, peak: 912, rate: 320, state: 2 },
  "orders-3 send": { depth: 1000, rate: 6, state: 4 },
  "orders-3 receive": { depth: 1000, rate: 6, state: 2 },
  "work-1-store send": { rate: 460, state: 1 },
  "work-1-store receive": { depth: 540, rate: 460, state: 1 },
  "work-2-store send": { rate: 380, state: 1 },
  "work-2-store receive": { depth: 612, peak: 700, rate: 380, state: 1 },
  "work-3-store send": { depth: 0, rate: 6, state: 1 },
  "work-3-store receive": { depth: 108, rate: 6, state: 1 },
  "store-disk joined": { depth: 2000, hwm: 2000, rate: 210, state: 3 },
  "ticker-audit send": { depth: 1000, rate: 340, state: 5 },
  "ticker-audit receive": { depth: 1000, rate: 340, state: 2 },
  "ticker-dashboard send": { rate: 2, state: 1 },
  "admin-config send": { rate: 1, state: 1 },
  "admin-config receive": { rate: 1, state: 1, depth: 2 },
  "c0-hub send": { depth: 40000, hwm: 0, rate: 20 },
  "c1-hub send": { depth: 0, rate: 0, state: 6 },
  "c1-hub receive": { depth: 0, rate: 0, state: 7 },
};

function scripted(link: string, end: string): Gauge {
  const gauge = { depth: 0, hwm: 1000, peak: 0, rate: 0, state: 0, ...SCRIPT[`${link} ${end}`] };
  return { ...gauge, peak: Math.max(gauge.peak, gauge.depth) };
}

function chance(i: number): Gauge {
  const r = (i * 7919) % 1000;
  const special = i % 97;
  const state = special === 5 ? 3 : special === 17 ? 5 : special === 29 ? 2 : special === 41 ? 6 : 1;
  const fill = state === 3 || state === 5 ? 1 : state === 2 ? 0.86 : ((r / 1000) ** 2) * 0.7;
  const wobble = state === 1 ? Math.abs(Math.sin(performance.now() / 700 + i)) : 1;
  const depth = Math.round(1000 * fill * wobble);
  return { depth, hwm: 1000, peak: Math.min(1000, depth + 20), rate: 10 ** ((r % 420) / 100), state };
}

function play(): void {
  const feed = new Feed(chosen);
  useRun.setState({ run: "r1", state: "running", processes: ["ingest", "workers", "warehouse", "ops", "settings"].map((id, i) => ({ id, replica: 1, pid: 4127 + i * 4, state: "running", last_words: null })) });
  const isScripted = drawing === "pipeline" || drawing === "states";
  let seq = 0;
  const beat = () => {
    feed.gauges((row, i) => (isScripted ? scripted(row.link, row.end) : chance(i)));
    if (feed.tick % 10 === 1) {
      feed.counters((row) => {
        const flows: Record<string, number> = { "orders-3": 2613, "ticker-audit": 3519 };
        const inFlight = flows[row.link] ?? 0;
        return row.end === "send" ? { popped: 10000, pushed: row.link === "ticker-dashboard" ? 84 : 10000, dropped_hwm: row.link === "ticker-audit" ? 18204 + feed.tick : 0 } : { pushed: 10000 - inFlight };
      });
      feed.totals({
        nodes: Object.keys(chosen.nodes ?? {}).map((id, i) => ({
          id,
          replica: 1,
          state: "running",
          rate_per_s: { orders: 900, "work-1": 460, "work-2": 380, "work-3": 6, store: 0, disk: 210, audit: 340, ticker: 901 }[id] ?? i,
          blocked_ms: 0,
          waiting: id === "store" ? ("send" as const) : null,
          word: id === "admin" ? ("must recv" as const) : id === "config" ? ("may send" as const) : null,
        })),
        sockets: [{ id: "ticker.out", replica: 1, offered: Math.round(901 * feed.t), routed: 0, unrouted: {} }],
      });
    }
    if (isScripted && feed.tick % 8 === 0) {
      feed.token("work-3-store", "to_bind", seq++);
      feed.token("ticker-dashboard", "to_connect", seq++);
      feed.token("admin-config", seq % 2 ? "to_bind" : "to_connect", seq);
      feed.token("orders-1", "to_connect", seq);
    }
  };
  beat();
  const timer = setInterval(beat, 50);
  Object.assign(window, { stopFeed: () => clearInterval(timer) });
}

Object.assign(window, { stores: { useTopology, useSelection, useInterface, useRun, telemetry } });
const root = document.getElementById("root");
if (root) createRoot(root).render(<Canvas />);
if (state === "live") play();
