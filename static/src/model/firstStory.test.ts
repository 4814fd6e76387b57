// The first minute: one hint at a time, each after the effect of the one before was seen.
import { expect, test } from "vitest";
import { applyAll } from "./edits";
import { castOf, hintFor, isPipeline, type Seen, whenFull } from "./firstStory";
import type { TopologyDocument } from "./topology";

const worker = { behaviour: "sink", with: { service_ms: 20 }, sockets: { in: { type: "PULL" } } };
const DRAWING: TopologyDocument = {
  format: "glassmq/1",
  name: "Pipeline",
  nodes: {
    orders: { behaviour: "generator", sockets: { out: { type: "PUSH" } } },
    "work-1": worker,
    "work-2": worker,
  },
  links: {
    a: { connect: "work-1.in", bind: "orders.out" },
    b: { connect: "work-2.in", bind: "orders.out" },
  },
};
const NOTHING: Seen = { isPassedOver: false, isBlocked: false, isDropping: false };

test("slow one, slow all, swap to PUB: each step is offered when the last one has shown its effect", () => {
  const cast = castOf(DRAWING);
  if (!cast) throw new Error("the drawing has a cast");
  let document = DRAWING;
  const see = (seen: Partial<Seen>) => hintFor(document, cast, { ...NOTHING, ...seen });
  const follow = (seen: Partial<Seen>) => {
    document = applyAll(document, see(seen).action?.edits ?? []).document;
  };
  expect(see({}).name).toBe("slow-one");
  follow({});
  expect(see({}).name).toBe("filling");
  expect(see({ isPassedOver: true }).name).toBe("slow-all");
  follow({ isPassedOver: true });
  expect(see({}).name).toBe("blocking");
  expect(see({ isBlocked: true }).action?.label).toBe("Swap to PUB and SUB");
  follow({ isBlocked: true });
  expect(see({}).name).toBe("losing");
  expect(see({ isDropping: true }).name).toBe("doors");
});

test("a drawing without a sender that deals to several has no story", () => {
  expect(castOf({ format: "glassmq/1", name: "", nodes: {} })).toBeUndefined();
});

test("what a full queue does is said of the drawing that is open, not of the first one", () => {
  expect(isPipeline(DRAWING)).toBe(true);
  expect(whenFull(DRAWING)).toContain("Nothing is lost");
  const { document } = applyAll(DRAWING, [
    { kind: "set", path: ["nodes", "orders", "sockets", "out", "type"], value: "PUB" },
  ]);
  expect(isPipeline(document)).toBe(false);
  expect(whenFull(document)).toContain("PUB never waits");
  const questions = { ...DRAWING, links: {}, nodes: { ask: { sockets: { out: { type: "REQ" as const } } } } };
  expect(whenFull(questions)).toContain("makes its sender wait");
});
