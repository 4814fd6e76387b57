// Short texts on cards.

import { describe, expect, test } from "vitest";
import { parameterText, shortAddress, socketText } from "./rowText";

describe("addresses", () => {
  test.each([
    ["tcp://127.0.0.1:5557", "tcp :5557"],
    ["tcp://127.0.0.1:*", "tcp :auto"],
    ["tcp", "tcp :auto"],
    ["ipc:///tmp/run/orders.sock", "ipc orders.sock"],
    ["ipc", "ipc"],
    ["inproc://steps", "inproc steps"],
  ])("%s is written %s", (address, text) => {
    expect(shortAddress(address)).toBe(text);
  });
});

describe("a socket's row", () => {
  test("of a SUB tells what it hears", () => {
    expect(socketText("in", { type: "SUB", subscriptions: [""] }, false)).toBe('"" (all)');
    expect(socketText("in", { type: "SUB", subscriptions: ["10001", "2"] }, false)).toBe('"10001" +1');
    expect(socketText("in", { type: "SUB", subscriptions: [{ hex: "00ff" }] }, false)).toBe("0x00ff");
    expect(socketText("in", { type: "SUB" }, false)).toBe("nothing");
  });

  test("of one that binds tells where, of one that connects its role", () => {
    expect(socketText("out", { type: "PUSH" }, true)).toBe("tcp :auto");
    expect(socketText("out", { type: "PUSH" }, false)).toBe("out");
  });
});

describe("a node's parameter", () => {
  test("has its unit", () => {
    expect(parameterText({ behaviour: "generator", with: { rate_per_s: 300 } })).toBe("300/s");
    expect(parameterText({ behaviour: "generator", with: { rate_per_s: null } })).toBe("at full speed");
    expect(
      parameterText({ behaviour: "sink", with: { service_ms: { kind: "exponential", mean: 20 } } }),
    ).toBe("~20 ms");
    expect(parameterText({ behaviour: "proxy" })).toBe("");
  });
});
