// Drawings to look at and to measure: the mock-up's pipeline, its crowded floor, and a huge one.

import type { Catalogue } from "../src/model/catalogue";
import type { LinkDocument, NodeDocument, TopologyDocument } from "../src/model/topology";

const PEERS: Readonly<Record<string, readonly string[]>> = {
  PAIR: ["PAIR"],
  PUB: ["SUB", "XSUB"],
  SUB: ["PUB", "XPUB"],
  REQ: ["REP", "ROUTER"],
  REP: ["REQ", "DEALER"],
  DEALER: ["REP", "DEALER", "ROUTER"],
  ROUTER: ["REQ", "DEALER", "ROUTER"],
  PULL: ["PUSH"],
  PUSH: ["PULL"],
  XPUB: ["SUB", "XSUB"],
  XSUB: ["PUB", "XPUB"],
};

export const CATALOGUE: Catalogue = {
  format: "glassmq/1",
  types: Object.entries(PEERS).map(([name, peers]) => ({
    name,
    peers,
    sends: name !== "PULL" && name !== "SUB",
    receives: name !== "PUSH" && name !== "PUB",
    summary: "",
  })),
  options: [],
  behaviours: [],
  rules: [],
  transports: ["tcp", "ipc", "inproc"],
  limits: {},
};

type At = readonly [number, number];

const node = (behaviour: string, at: At, sockets: NodeDocument["sockets"], more: Partial<NodeDocument> = {}): NodeDocument => ({
  behaviour,
  at,
  sockets: sockets ?? {},
  ...more,
});

const worker = (at: At): NodeDocument =>
  node("worker", at, { in: { type: "PULL" }, out: { type: "PUSH" } }, { process: "workers" });

export const PIPELINE: TopologyDocument = {
  format: "glassmq/1",
  name: "Order pipeline",
  processes: { ingest: {}, workers: {}, warehouse: {}, ops: {}, settings: {} },
  nodes: {
    orders: node("generator", [20, 170], { out: { type: "PUSH", endpoints: { main: "tcp://127.0.0.1:5557" } } }, { process: "ingest", with: { rate_per_s: 900 } }),
    "work-1": worker([390, 70]),
    "work-2": worker([390, 170]),
    "work-3": worker([390, 280]),
    store: node("worker", [760, 150], { in: { type: "PULL", endpoints: { main: "tcp://127.0.0.1:5558" } }, out: { type: "PUSH", endpoints: { main: "inproc" } } }, { process: "warehouse" }),
    disk: node("sink", [760, 330], { in: { type: "PULL" } }, { process: "warehouse" }),
    audit: node("sink", [760, 430], { in: { type: "SUB", subscriptions: [""] } }, { process: "warehouse" }),
    ticker: node("generator", [20, 400], { out: { type: "PUB", endpoints: { main: "tcp://127.0.0.1:5560" } } }, { process: "ingest" }),
    dashboard: node("external", [760, 550], { in: { type: "SUB", subscriptions: ["10001"] } }),
    admin: node("client", [20, 600], { ask: { type: "REQ" } }, { process: "ops" }),
    config: node("echo", [390, 600], { serve: { type: "REP" } }, { process: "settings" }),
  },
  links: {
    "orders-1": { connect: "work-1.in", bind: "orders.out" },
    "orders-2": { connect: "work-2.in", bind: "orders.out" },
    "orders-3": { connect: "work-3.in", bind: "orders.out" },
    "work-1-store": { connect: "work-1.out", bind: "store.in" },
    "work-2-store": { connect: "work-2.out", bind: "store.in" },
    "work-3-store": { connect: "work-3.out", bind: "store.in" },
    "store-disk": { connect: "disk.in", bind: "store.out" },
    "ticker-audit": { connect: "audit.in", bind: "ticker.out" },
    "ticker-dashboard": { connect: "dashboard.in", bind: "ticker.out" },
    "admin-config": { connect: "admin.ask", bind: "config.serve" },
  },
};

const EXTRA: Readonly<Record<string, NodeDocument>> = {
  off: node("sink", [390, 430], { in: { type: "PULL" } }, { enabled: false }),
  stack: node("worker", [1060, 150], { in: { type: "DEALER" } }, { replicas: 4 }),
  hub: node("proxy", [1060, 330], { frontend: { type: "ROUTER", endpoints: { main: "tcp" } }, backend: { type: "DEALER", endpoints: { main: "tcp" } } }),
};

/** States that the pipeline's picture does not show: off, replicas, a bundle, an unlimited queue. */
export const STATES: TopologyDocument = {
  ...PIPELINE,
  nodes: {
    ...PIPELINE.nodes,
    ...EXTRA,
    ...Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [`c${i}`, node("client", [800 + (i % 2) * 10, 700 + i * 80], { ask: { type: "REQ" } })]),
    ),
  },
  links: {
    ...PIPELINE.links,
    "off-in": { connect: "off.in", bind: "orders.out" },
    "stack-hub": { connect: "stack.in", bind: "hub.backend" },
    ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`c${i}-hub`, { connect: `c${i}.ask`, bind: "hub.frontend" }])),
  },
};

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

/** Layers of sockets, each linked to some of the next: ``layers`` names how many stand in each. */
export function layered(layers: readonly number[], linksWanted: number, gap = 330): TopologyDocument {
  const draw = random(7);
  const nodes: Record<string, NodeDocument> = {};
  const links: Record<string, LinkDocument> = {};
  const ids = layers.map((count, layer) =>
    Array.from({ length: count }, (_, row) => {
      const id = `n${layer}-${row}`;
      const sockets: Record<string, { type: string }> = {};
      if (layer > 0) sockets.in = { type: "PULL" };
      if (layer < layers.length - 1) sockets.out = { type: "PUSH" };
      nodes[id] = node("worker", [layer * gap, row * 110 - count * 55], sockets, { process: `p${layer}` });
      return id;
    }),
  );
  for (let n = 0; Object.keys(links).length < linksWanted && n < linksWanted * 20; n++) {
    const layer = n % (layers.length - 1);
    const from = ids[layer] ?? [];
    const to = ids[layer + 1] ?? [];
    const a = Math.floor(draw() * from.length);
    const b = Math.min(to.length - 1, Math.max(0, Math.round((a / from.length) * to.length + (draw() - 0.5) * 5)));
    links[`${from[a]}--${to[b]}`] = { connect: `${to[b]}.in`, bind: `${from[a]}.out` };
  }
  const processes = Object.fromEntries(layers.map((_, layer) => [`p${layer}`, {}]));
  return { format: "glassmq/1", name: "Layers", processes, nodes, links };
}

export const CROWDED = layered([12, 10, 14, 12, 10], 87);
export const HUGE = layered([60, 60, 60, 60, 60], 600);
