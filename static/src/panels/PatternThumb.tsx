// Small pictures of topologies, one for each family of examples.

export type ThumbKind = "pipe" | "pub" | "req" | "broker" | "proxy" | "pair" | "mesh" | "page" | "clients";

interface ThumbProps {
  readonly kind: ThumbKind;
  readonly width?: number;
  readonly height?: number;
}

type Point = readonly [number, number];
interface Drawing {
  readonly boxes: readonly Point[];
  readonly lines: readonly (readonly [from: Point, to: Point])[];
}

const THUMBS: Readonly<Record<ThumbKind, Drawing>> = {
  pipe: fan(
    [[1, 12]],
    [
      [17, 2],
      [17, 12],
      [17, 22],
    ],
    [[34, 12]],
  ),
  pub: fan(
    [[1, 12]],
    [
      [34, 2],
      [34, 12],
      [34, 22],
    ],
  ),
  req: {
    boxes: [
      [1, 12],
      [34, 12],
    ],
    lines: [
      [
        [10, 13.6],
        [34, 13.6],
      ],
      [
        [10, 17.4],
        [34, 17.4],
      ],
    ],
  },
  pair: {
    boxes: [
      [1, 12],
      [34, 12],
    ],
    lines: [
      [
        [10, 15.5],
        [34, 15.5],
      ],
    ],
  },
  broker: fan(
    [
      [1, 4],
      [1, 20],
    ],
    [[17, 12]],
    [
      [34, 4],
      [34, 20],
    ],
  ),
  proxy: fan(
    [[1, 12]],
    [[17, 12]],
    [
      [34, 4],
      [34, 20],
    ],
  ),
  page: fan([[1, 12]], [[17, 12]], [[34, 12]]),
  clients: fan(
    [
      [1, 2],
      [1, 12],
      [1, 22],
    ],
    [[34, 12]],
  ),
  mesh: fan(
    [
      [1, 4],
      [1, 20],
    ],
    [
      [34, 4],
      [34, 20],
    ],
  ),
};

/** Columns of boxes, each joined to every one of the next. */
function fan(...columns: readonly (readonly Point[])[]): Drawing {
  const lines = columns.flatMap((column, i) =>
    column.flatMap((a) =>
      (columns[i + 1] ?? []).map((b): [Point, Point] => [
        [a[0] + 9, a[1] + 3.5],
        [b[0], b[1] + 3.5],
      ]),
    ),
  );
  return { boxes: columns.flat(), lines };
}

function curve([[x1, y1], [x2, y2]]: readonly [Point, Point]): string {
  const bend = Math.min(8, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

export function PatternThumb({ kind, width = 44, height = 32 }: ThumbProps) {
  const { boxes, lines } = THUMBS[kind];
  return (
    <svg width={width} height={height} viewBox="0 0 44 32" aria-hidden="true" className="thumb">
      {lines.map((line) => (
        <path key={curve(line)} d={curve(line)} fill="none" stroke="var(--flow)" strokeWidth="1.3" />
      ))}
      {boxes.map(([x, y]) => (
        <rect
          key={`${x} ${y}`}
          x={x}
          y={y}
          width="9"
          height="7"
          rx="2"
          fill="var(--surface)"
          stroke="var(--control-line)"
        />
      ))}
    </svg>
  );
}

const BY_WORD: readonly (readonly [RegExp, ThumbKind])[] = [
  [/web-page|stream/, "page"],
  [/client|server/, "clients"],
  [/proxy|forward|cache/, "proxy"],
  [/balanc|broker|share|rout|dealer/, "broker"],
  [/pub|sub|weather|radio|multicast|websocket|secur/, "pub"],
  [/req|reply|ask|echo|service/, "req"],
  [/pair/, "pair"],
  [/many|mesh/, "mesh"],
];

/** The picture that fits an example by its family and name. */
export function thumbOf(example: { readonly name: string; readonly family: string }): ThumbKind {
  const words = `${example.family} ${example.name}`.toLowerCase();
  return BY_WORD.find(([word]) => word.test(words))?.[1] ?? "pipe";
}
