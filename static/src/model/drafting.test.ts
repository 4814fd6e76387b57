// Wishes become edits: nodes, links, copies, swaps; each is undone by what applying it gives back.
import { expect, test } from "vitest";
import { draftNewProcess, draftPaste, draftSwap, fragment, readFragment } from "./arranging";
import type { Catalogue } from "./catalogue";
import {
  asking,
  draftFlip,
  draftLink,
  draftNode,
  draftRemoval,
  draftSocket,
  freshId,
  whyNot,
} from "./drafting";
import { applyAll } from "./edits";
import { emptyTopology, type TopologyDocument } from "./topology";

const type = (name: string, peers: readonly string[], sends: boolean, receives: boolean) => ({
  name,
  peers,
  sends,
  receives,
  summary: "",
});
const role = (name: string, types: readonly string[], optional = false) => ({
  name,
  types,
  optional,
  summary: "",
});
const behaviour = (name: string, roles: readonly ReturnType<typeof role>[]) => ({
  name,
  label: name,
  summary: "",
  icon: "",
  stage: 1,
  free_roles: name === "manual",
  roles,
  parameters: {},
  sliders: [],
});
const CATALOGUE: Catalogue = {
  format: "glassmq/1",
  types: [
    type("PUSH", ["PULL"], true, false),
    type("PULL", ["PUSH"], false, true),
    type("PUB", ["SUB"], true, false),
    type("SUB", ["PUB"], false, true),
    type("PAIR", ["PAIR"], true, true),
  ],
  options: [],
  behaviours: [
    behaviour("generator", [role("out", ["PUSH", "PUB"])]),
    behaviour("sink", [role("in", ["PULL", "SUB"])]),
    behaviour("worker", [role("in", ["PULL"]), role("out", ["PUSH"], true)]),
    behaviour("manual", []),
  ],
  rules: [],
  transports: ["tcp", "ipc", "inproc"],
  limits: {},
};

function pipeline(): TopologyDocument {
  let document: TopologyDocument = emptyTopology();
  for (const name of ["generator", "sink"])
    document = applyAll(document, draftNode(document, CATALOGUE, name, [0, 0]).edits).document;
  return applyAll(document, draftLink(document, "generator.out", "sink.in").edits).document;
}

test("a node has the sockets its behaviour needs, and an id nobody has", () => {
  const one = draftNode(emptyTopology(), CATALOGUE, "worker", [13, 18]);
  expect(one.edits).toEqual([
    {
      kind: "set",
      path: ["nodes", "worker"],
      value: { behaviour: "worker", at: [10, 20], sockets: { in: { type: "PULL" }, out: { type: "PUSH" } } },
    },
  ]);
  expect(freshId({ worker: 1, "worker-2": 1 }, "worker")).toBe("worker-3");
});

test("a bare socket gets the behaviour that shows something; one without gets a manual node", () => {
  const sub = draftSocket(emptyTopology(), CATALOGUE, "SUB", [0, 0]).edits[0];
  expect(sub).toMatchObject({
    value: { behaviour: "sink", sockets: { in: { type: "SUB", subscriptions: [""] } } },
  });
  const pair = draftSocket(emptyTopology(), CATALOGUE, "PAIR", [0, 0]).edits[0];
  expect(pair).toMatchObject({ value: { behaviour: "manual", sockets: { pair: { type: "PAIR" } } } });
});

test("the more settled side binds, whichever way the line was drawn", () => {
  expect(pipeline().links).toEqual({ "sink-generator": { connect: "sink.in", bind: "generator.out" } });
  const worker = applyAll(pipeline(), draftNode(pipeline(), CATALOGUE, "worker", [0, 0]).edits).document;
  expect(draftLink(worker, "worker.out", "sink.in").edits[0]).toMatchObject({
    value: { connect: "worker.out", bind: "sink.in" },
  });
});

test("a link across processes to a socket that binds inproc gets an endpoint both can reach", () => {
  const document: TopologyDocument = {
    ...emptyTopology(),
    processes: { far: {} },
    nodes: {
      a: { behaviour: "generator", sockets: { out: { type: "PUSH", endpoints: { main: "inproc" } } } },
      b: { behaviour: "sink", process: "far", sockets: { in: { type: "PULL" } } },
    },
  };
  const drawn = applyAll(document, draftLink(document, "a.out", "b.in").edits).document;
  expect(drawn.nodes?.a?.sockets?.out?.endpoints).toEqual({ main: "inproc", lan: "tcp" });
  expect(drawn.links).toEqual({ "b-a": { connect: "b.in", bind: "a.out", endpoint: "lan" } });
});

test("what cannot be joined says why", () => {
  const document = pipeline();
  expect(whyNot(document, CATALOGUE, "generator.out", "sink.in")).toBe("these two are joined already");
  expect(whyNot(document, CATALOGUE, "sink.in", "sink.in")).toBe("a socket does not talk to itself");
  const subbed = applyAll(document, [
    { kind: "set", path: ["links"], value: {} },
    { kind: "set", path: ["nodes", "sink", "sockets", "in", "type"], value: "SUB" },
  ]).document;
  expect(whyNot(subbed, CATALOGUE, "generator.out", "sink.in")).toBe(
    "PUSH cannot talk to SUB; it talks to PULL",
  );
});

test("swapping to PUB and SUB changes both ends in one step, and undo gives the same bytes", () => {
  const document = pipeline();
  const swap = draftSwap(document, "generator.out");
  expect(swap?.label).toBe("Swap to PUB and SUB");
  const swapped = applyAll(document, swap?.edits ?? []);
  expect(swapped.document.nodes?.sink?.sockets?.in).toEqual({ type: "SUB", subscriptions: [""] });
  expect(JSON.stringify(applyAll(swapped.document, swapped.inverse).document)).toBe(JSON.stringify(document));
  const back = draftSwap(swapped.document, "generator.out");
  expect(applyAll(swapped.document, back?.edits ?? []).document).toEqual(document);
});

test("a removal names each thing once: links go with their nodes, members of a box stay", () => {
  const boxed = applyAll(pipeline(), draftNewProcess(pipeline(), ["sink"]).edits).document;
  const edits = draftRemoval(boxed, {
    nodes: ["generator"],
    links: ["sink-generator"],
    processes: ["process"],
  });
  const left = applyAll(boxed, edits).document;
  expect(Object.keys(left.nodes ?? {})).toEqual(["sink"]);
  expect(left.nodes?.sink?.process).toBeUndefined();
  expect(left.links).toEqual({});
  expect(left.processes).toEqual({});
});

test("a copy is a document, and its paste has fresh ids and its own links", () => {
  const document = pipeline();
  const text = JSON.stringify(fragment(document, ["generator", "sink"]));
  const part = readFragment(text);
  expect(part?.links).toEqual(document.links);
  const { edits, nodes } = draftPaste(document, part as TopologyDocument);
  const pasted = applyAll(document, edits).document;
  expect(nodes).toEqual(["generator-2", "sink-2"]);
  expect(pasted.links?.["sink-2-generator-2"]).toEqual({ connect: "sink-2.in", bind: "generator-2.out" });
  expect(readFragment("hello")).toBeUndefined();
});

test("turning a link round swaps its ends", () => {
  const turned = applyAll(pipeline(), draftFlip(pipeline(), "sink-generator")).document;
  expect(turned.links?.["sink-generator"]).toEqual({ connect: "generator.out", bind: "sink.in" });
});

test("a socket that has to ask is drawn asking, and one that becomes such asks too", () => {
  const catalogue: Catalogue = {
    ...CATALOGUE,
    types: [...CATALOGUE.types, type("DISH", ["RADIO"], false, true), type("STREAM", ["STREAM"], true, true)],
    behaviours: [
      ...CATALOGUE.behaviours,
      behaviour("http-page", [role("http", ["STREAM"]), role("in", ["PULL"], true)]),
    ],
  };
  let document = emptyTopology();
  for (const kind of ["DISH", "STREAM"])
    document = applyAll(document, draftSocket(document, catalogue, kind, [0, 0]).edits).document;
  expect(document.nodes?.dish?.sockets).toEqual({ dish: { type: "DISH", joins: ["all"] } });
  expect(document.nodes?.stream).toMatchObject({
    behaviour: "http-page",
    sockets: { http: { type: "STREAM", endpoints: { main: "tcp" } } },
  });
  expect(asking(document, "dish.dish", "DISH")).toEqual([]);
  expect(asking(document, "stream.http", "DISH")).toHaveLength(1);
  expect(asking(document, "stream.http", "PULL")).toEqual([]);
});
