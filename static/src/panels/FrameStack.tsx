// A message as its frames, one below the other: text when it is text, hex beside it, the length.

import { octets } from "../model/units";
import type { Frame } from "../stores/peek";

export function FrameStack({ frames }: { readonly frames: readonly Frame[] }) {
  return (
    <ol className="frames">
      {frames.map((frame, i) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a frame has no identity but its place
          key={i}
          className={frame.octets === 0 ? "frame delimiter" : frame.text ? "frame" : "frame binary"}
        >
          <span className="frame-content mono">{content(frame)}</span>
          <span className="quiet num">{octets(frame.octets)}</span>
        </li>
      ))}
    </ol>
  );
}

function content(frame: Frame): string {
  if (frame.octets === 0) return "empty";
  const body = frame.text ?? spaced(frame.hex);
  return frame.more ? `${body} …` : body;
}

/** Hex in pairs, as people read it. */
export const spaced = (hex: string): string => hex.replace(/../g, "$& ").trim();

/** The first octets of a message as text where they are text, else as hex. */
export function headText(hex: string): string {
  const octetsOf = hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  const isText = octetsOf.every((octet) => octet >= 0x20 && octet !== 0x7f);
  if (!isText) return spaced(hex);
  return new TextDecoder().decode(Uint8Array.from(octetsOf));
}
