// Telemetry frames, written by hand as the server writes them.
import { expect, test } from "vitest";
import { FrameUnreadable, readFrame } from "./frames";

/** Columns of a frame, each beginning at a multiple of eight octets. */
function frame(letters: string, rows: number, columns: readonly ArrayBufferView[], t_s = 1.5): ArrayBuffer {
  const padded = columns.map((column) => (column.byteLength + 7) & ~7);
  const buffer = new ArrayBuffer(24 + padded.reduce((sum, n) => sum + n, 0));
  const view = new DataView(buffer);
  new Uint8Array(buffer).set(new TextEncoder().encode(letters));
  view.setUint32(4, 3, true);
  view.setUint32(8, 7, true);
  view.setUint32(12, rows, true);
  view.setFloat64(16, t_s, true);
  let at = 24;
  columns.forEach((column, i) => {
    new Uint8Array(buffer).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += padded[i] ?? 0;
  });
  return buffer;
}

test("gauges come as views, three rows in unaligned columns too", () => {
  const read = readFrame(
    frame("GMQ1", 3, [
      Uint32Array.of(1, 2, 3),
      Uint32Array.of(20, 20, 0),
      Uint32Array.of(4, 5, 6),
      Float32Array.of(0.5, 10, 30),
      Uint8Array.of(0, 1, 3),
    ]),
  );
  expect(read).toMatchObject({ kind: "gauges", epoch: 3, tick: 7, t_s: 1.5 });
  if (read.kind !== "gauges") throw new Error("gauges expected");
  expect([...read.depth, ...read.hwm, ...read.peak]).toEqual([1, 2, 3, 20, 20, 0, 4, 5, 6]);
  expect([...read.rate]).toEqual([0.5, 10, 30]);
  expect([...read.state]).toEqual([0, 1, 3]);
});

test("counters say which rows they are about", () => {
  const read = readFrame(
    frame("GMQ2", 1, [Uint32Array.of(5), Float64Array.of(1e10), Float64Array.of(Number.NaN)]),
  );
  if (read.kind !== "counters") throw new Error("counters expected");
  expect([...read.rows]).toEqual([5]);
  expect(read.columns.map((column) => column[0])).toEqual([1e10, Number.NaN]);
});

test("no rows are fine; anything else than a whole frame is refused", () => {
  expect(readFrame(frame("GMQ2", 0, []))).toMatchObject({ kind: "counters", columns: [] });
  expect(() => readFrame(new ArrayBuffer(8))).toThrow(FrameUnreadable);
  expect(() => readFrame(frame("GMQ9", 0, []))).toThrow(FrameUnreadable);
  expect(() => readFrame(frame("GMQ1", 1000, []))).toThrow(FrameUnreadable);
});
