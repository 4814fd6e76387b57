// Numbers as people read them: counts, rates, octets, durations, clocks; never more digits than are true.

const COUNT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 18204 → "18,204". */
export const count = (n: number): string => COUNT.format(n);

/** At most five characters for a tube or a badge: 812, 18.2k, 4.1M. */
export function shortCount(n: number): string {
  if (n < 10_000) return String(Math.round(n));
  if (n < 1e6) return `${(n / 1e3).toFixed(n < 1e5 ? 1 : 0)}k`;
  return n < 1e9 ? `${(n / 1e6).toFixed(n < 1e8 ? 1 : 0)}M` : `${(n / 1e9).toFixed(1)}G`;
}

/** Messages a second: "0/s", "0.4/s", "30/s", "412,000/s". */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "–";
  if (perSecond > 0 && perSecond < 9.95) return `${trim(perSecond.toFixed(1))}/s`;
  const rounded = perSecond < 10_000 ? perSecond : Number(perSecond.toPrecision(3));
  return `${count(rounded)}/s`;
}

/** Octets: "64 B", "77 kB", "1.2 MB" (powers of ten, as the mock-ups write them). */
export function octets(n: number): string {
  if (n < 1000) return `${count(n)} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = n / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? trim(value.toFixed(1)) : count(value)} ${units[unit]}`;
}

/** A duration from milliseconds: "20 ms", "1.8 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1) return ms <= 0 ? "0 ms" : `${trim(ms.toFixed(2))} ms`;
  if (ms < 1000) return `${ms < 10 ? trim(ms.toFixed(1)) : count(ms)} ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Run seconds as the clock chip shows them: "00:42.18", "1:02:03.50". */
export function clock(seconds: number): string {
  const hundredths = Math.floor(Math.max(0, seconds) * 100);
  const [h, m, s, c] = [
    Math.floor(hundredths / 360_000),
    Math.floor(hundredths / 6000) % 60,
    Math.floor(hundredths / 100) % 60,
    hundredths % 100,
  ].map((part) => String(part).padStart(2, "0"));
  return `${h === "00" ? "" : `${Number(h)}:`}${m}:${s}.${c}`;
}

/** Depth against a high-water mark: "860/1000", "12/∞". */
export const depthOf = (depth: number, hwm: number): string =>
  `${shortCount(depth)}/${hwm ? shortCount(hwm) : "∞"}`;

/** "1 node", "3 nodes". */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** A quantity of a behaviour: "20 ms", "exponential, mean 20 ms". */
export function quantity(value: unknown, unit: string): string {
  if (typeof value === "number") return withUnit(value, unit);
  if (value && typeof value === "object" && "kind" in value) {
    const { kind, ...rest } = value as { kind: string } & Record<string, unknown>;
    const parts = Object.entries(rest).map(
      ([name, part]) => `${name} ${Array.isArray(part) ? part.join(" ") : part}`,
    );
    return `${kind}, ${parts.join(", ")} ${unit}`.trim();
  }
  return value === null || value === undefined ? "none" : String(value);
}

/** A value with its unit; a rate has no space ("30/s"), everything else has ("20 ms"). */
export function withUnit(value: number, unit: string): string {
  const digits = Number.isInteger(value) ? count(value) : trim(value.toFixed(value < 10 ? 2 : 1));
  return unit.startsWith("/") ? digits + unit : unit ? `${digits} ${unit}` : digits;
}

const trim = (digits: string): string => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
