// The one websocket: what it asks for at every opening, and how it comes back.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Live, type LiveMessage } from "./live";

/** A socket whose other end is the test. */
class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = "";
  sent: LiveMessage[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onclose: ((event: { code: number }) => void) | undefined;
  send(text: string) {
    this.sent.push(JSON.parse(text) as LiveMessage);
  }
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  says(message: LiveMessage) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  ends(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

let sockets: FakeSocket[] = [];
const latest = () => sockets.at(-1) as FakeSocket;
const newLive = () =>
  new Live(() => {
    sockets.push(new FakeSocket());
    return latest() as unknown as WebSocket;
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  sockets = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it subscribes at every opening, from where it left off", () => {
  const live = newLive();
  let revision = "r1";
  live.subscribe(
    "topology/t1",
    () => ({ from: revision }),
    () => {},
  );
  live.open();
  latest().opens();
  expect(latest().sent).toEqual([{ kind: "subscribe", ch: "topology/t1", from: "r1" }]);
  revision = "r9";
  latest().ends();
  vi.advanceTimersByTime(250);
  latest().opens();
  expect(sockets).toHaveLength(2);
  expect(latest().sent).toEqual([{ kind: "subscribe", ch: "topology/t1", from: "r9" }]);
});

test("texts go to their channel, octets to the telemetry, pings are answered", () => {
  const live = newLive();
  const texts: string[] = [];
  const octets: number[] = [];
  live.subscribe(
    "run/1/state",
    () => ({}),
    (message) => texts.push(message.kind),
  );
  live.subscribe(
    "run/1/telemetry",
    () => ({}),
    () => {},
    (buffer) => octets.push(buffer.byteLength),
  );
  live.open();
  latest().opens();
  latest().says({ ch: "run/1/state", kind: "state" });
  latest().says({ ch: "run/2/state", kind: "ended" });
  latest().says({ kind: "ping" });
  latest().onmessage?.({ data: new ArrayBuffer(24) });
  expect(texts).toEqual(["state"]);
  expect(octets).toEqual([24]);
  expect(latest().sent.at(-1)).toEqual({ kind: "pong" });
});

test("it waits longer each time, never more than five seconds, and says until when", () => {
  const live = newLive();
  live.open();
  const waits: number[] = [];
  live.onState(({ state, retryAt }) => {
    if (state === "down" && retryAt !== null) waits.push(retryAt - Date.now());
  });
  for (let i = 0; i < 8; i++) {
    latest().ends();
    vi.advanceTimersByTime(5000);
  }
  expect(waits[0]).toBeLessThanOrEqual(250);
  expect(Math.max(...waits)).toBeLessThanOrEqual(5000);
  expect(waits.at(-1)).toBeGreaterThan(3000);
});

test("a refused origin is final; silence is a loss", () => {
  const live = newLive();
  live.open();
  latest().opens();
  vi.advanceTimersByTime(36_000);
  expect(sockets).toHaveLength(2);
  latest().ends(4403);
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(2);
  expect(live.state).toEqual({ state: "down", retryAt: null, code: 4403 });
});
