// A slider over a range: linear, logarithmic, or finer near its beginning; acts while it is dragged.
import type { CSSProperties } from "react";

export type SliderScale = "linear" | "log" | "square";

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly scale: SliderScale;
  /** The value as text, read aloud instead of the position. */
  readonly text: string;
  onChange(value: number): void;
  /** The drag, or the run of keys, is over. */
  onEnd(): void;
}

const POSITIONS = 1000;

export function Slider({ label, value, minimum, maximum, step, scale, text, onChange, onEnd }: SliderProps) {
  const range = { minimum, maximum, scale };
  const position = toPosition(value, range);
  const style = { "--filled": `${(position / POSITIONS) * 100}%` } as CSSProperties;
  const move = (to: number) => {
    const next = stepped(fromPosition(to, range), step, minimum, maximum, scale);
    // A key press must move the value even where one position is less than one step.
    const isStuck = next === value && to !== Math.round(position);
    onChange(isStuck ? clamp(value + (to > position ? step : -step), minimum, maximum) : next);
  };
  return (
    <input
      type="range"
      className="slider"
      aria-label={label}
      aria-valuetext={text}
      min={0}
      max={POSITIONS}
      step={1}
      value={Math.round(position)}
      style={style}
      onChange={(event) => move(Number(event.target.value))}
      onPointerUp={onEnd}
      onKeyUp={onEnd}
    />
  );
}

interface Range {
  readonly minimum: number;
  readonly maximum: number;
  readonly scale: SliderScale;
}

export function toPosition(value: number, { minimum, maximum, scale }: Range): number {
  const v = clamp(value, minimum, maximum);
  if (scale === "log") {
    const low = Math.max(minimum, Number.MIN_VALUE);
    return (Math.log(Math.max(v, low) / low) / Math.log(maximum / low)) * POSITIONS;
  }
  const share = (v - minimum) / (maximum - minimum || 1);
  return (scale === "square" ? Math.sqrt(share) : share) * POSITIONS;
}

export function fromPosition(position: number, { minimum, maximum, scale }: Range): number {
  const share = position / POSITIONS;
  if (scale === "log") return minimum * (maximum / minimum) ** share;
  return minimum + (scale === "square" ? share * share : share) * (maximum - minimum);
}

/** Round to the step; on a log scale to two significant digits, as a hand means it. */
function stepped(value: number, step: number, minimum: number, maximum: number, scale: SliderScale): number {
  const rounded = scale === "log" && value >= 10 * step ? Number(value.toPrecision(2)) : value;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return clamp(Number((Math.round(rounded / step) * step).toFixed(digits)), minimum, maximum);
}

const clamp = (value: number, minimum: number, maximum: number): number =>
  Math.min(maximum, Math.max(minimum, value));
