// Short texts on cards.

import { describe, expect, test } from "vitest";
import { bareText, parameterText, shortAddress, socketText } from "./rowText";

describe("addresses", () => {
  test.each([
    ["tcp://127.0.0.1:5557", "tcp :5557"],
    ["tcp://127.0.0.1:*", "tcp :auto"],
    ["tcp", "tcp :auto"],
    ["ipc:///tmp/run/orders.sock", "ipc orders.sock"],
    ["ipc", "ipc"],
    ["inproc://steps", "inproc steps"],
    ["ws://127.0.0.1:8080/feed", "ws :8080"],
    ["ws", "ws :auto"],
    ["udp://127.0.0.1:7", "udp :7"],
    ["udp://127.0.0.1;239.0.0.1:5555", "udp 239.0.0.1:5555"],
    ["tcp://192.0.2.1:0;127.0.0.1:5555", "tcp :5555"],
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

  test("of a DISH tells what it joins", () => {
    expect(socketText("in", { type: "DISH", joins: ["news", "jazz"] }, true)).toBe("news +1");
    expect(socketText("in", { type: "DISH" }, false)).toBe("nothing");
    expect(bareText({ type: "DISH", joins: [] })).toMatch(/joins no group/);
    expect(bareText({ type: "DISH", joins: ["a"] })).toBeUndefined();
    expect(bareText({ type: "PULL" })).toBeUndefined();
  });

  test("of one that binds tells where, of one that connects its role", () => {
    expect(socketText("out", { type: "PUSH" }, true)).toBe("tcp :auto");
    expect(socketText("out", { type: "PUSH" }, false)).toBe("out");
    expect(socketText("serve", { type: "DGRAM" }, true)).toBe("udp :auto");
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
