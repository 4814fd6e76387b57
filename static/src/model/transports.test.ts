// Transports: which are offered for a link, which way round, and what is known of an address.
import { describe, expect, test } from "vitest";
import { type Catalogue, EMPTY_CATALOGUE } from "./catalogue";
import { applyAll } from "./edits";
import { whyHalfSeen } from "./halfSeen";
import { linksOf, socketAt, type TopologyDocument } from "./topology";
import { bindingTransports, draftTransport, isMulticast, linkTransports, transportOf } from "./transports";

const STREAMS = ["tcp", "ipc", "inproc"];
const type = (name: string, binds: readonly string[], connects: readonly string[], has_borders = true) => ({
  name,
  peers: ["RADIO", "DISH", "STREAM"],
  sends: name !== "DISH",
  receives: name !== "RADIO",
  summary: "",
  has_borders,
  binds_over: binds,
  connects_over: connects,
});
const CATALOGUE: Catalogue = {
  ...EMPTY_CATALOGUE,
  types: [
    type("RADIO", STREAMS, [...STREAMS, "udp"]),
    type("DISH", [...STREAMS, "udp"], STREAMS),
    type("STREAM", ["tcp"], ["tcp"], false),
  ],
};

function radio(address = "tcp"): TopologyDocument {
  return {
    format: "glassmq/1",
    name: "Radio",
    nodes: {
      studio: { behaviour: "generator", sockets: { out: { type: "RADIO", endpoints: { main: address } } } },
      home: { behaviour: "sink", sockets: { in: { type: "DISH", joins: ["all"] } } },
    },
    links: { waves: { connect: "home.in", bind: "studio.out" } },
  };
}

const keys = (choices: readonly { key: string }[]) => choices.map(({ key }) => key);

describe("what is offered", () => {
  test("for a binding socket is what its type can bind over, each kind of address by itself", () => {
    expect(keys(bindingTransports(CATALOGUE, "DISH", "home.in"))).toEqual([
      "tcp",
      "ipc",
      "ipc-abstract",
      "inproc",
      "udp",
      "udp-multicast",
    ]);
    expect(keys(bindingTransports(CATALOGUE, "STREAM", "a.b"))).toEqual(["tcp"]);
    expect(bindingTransports(CATALOGUE, "DISH", "home.in")[2]?.address).toBe("ipc://@home.in");
  });

  test("for a link is what both ends can, also when they have to change places", () => {
    const choices = linkTransports(radio(), CATALOGUE, "waves");
    expect(choices.filter(({ isTurned }) => isTurned).map(({ key }) => key)).toEqual([
      "udp",
      "udp-multicast",
    ]);
  });
});

test("a link that goes over udp is turned round, so that the DISH binds", () => {
  const document = radio();
  const choice = linkTransports(document, CATALOGUE, "waves").find(({ key }) => key === "udp");
  if (!choice) throw new Error("udp is not offered");
  const { document: after } = applyAll(document, draftTransport(document, "waves", choice));
  expect(linksOf(after).waves).toEqual({ connect: "studio.out", bind: "home.in" });
  expect(socketAt(after, "home.in")?.endpoints).toEqual({ main: "udp" });
});

test.each([
  ["udp://239.0.0.1:5555", true],
  ["udp://127.0.0.1;239.0.0.1:5555", true],
  ["udp://[ff02::1]:5555", true],
  ["udp://127.0.0.1:5555", false],
  ["udp", false],
  ["tcp://239.0.0.1:5555", false],
])("whether %s is a group: %s", (address, is) => {
  expect(isMulticast(address)).toBe(is);
});

test("an address has its choice", () => {
  expect(transportOf("ipc://@name")).toBe("ipc-abstract");
  expect(transportOf("udp://127.0.0.1;239.0.0.1:1")).toBe("udp-multicast");
  expect(transportOf("ws://127.0.0.1:1/x")).toBe("ws");
});

test("links are half seen with a reason", () => {
  expect(whyHalfSeen(radio(), CATALOGUE, "waves")).toBeUndefined();
  expect(whyHalfSeen(radio("udp://239.0.0.1:1"), CATALOGUE, "waves")).toMatch(/group/);
  const outside = radio();
  const nodes = { ...outside.nodes, home: { ...outside.nodes?.home, behaviour: "external" } };
  expect(whyHalfSeen({ ...outside, nodes }, CATALOGUE, "waves")).toBe("the peer is outside");
});
