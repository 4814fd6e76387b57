// Where every port, tube, rail and wire stands, from the cards and links alone: the one geometry of the canvas.

import { dock, mouthKey, portsAround } from "./docking";
import { placePorts, type SocketUse, usesBySocket } from "./ports";
import { processBoxes } from "./processBounds";
import type {
  CardShape,
  Docking,
  LinkShape,
  Mouth,
  PortShape,
  Rail,
  Scene,
  TubeShape,
  WireShape,
} from "./shapes";
import { chooseSides } from "./sides";
import { wirePath } from "./wirePath";

function groupBy<T>(items: Iterable<T>, keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const list = groups.get(key);
      if (list) list.push(item);
      else groups.set(key, [item]);
    }
  return groups;
}

function sameAll<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

interface Setting {
  readonly uses: ReadonlyMap<string, readonly SocketUse[]>;
  readonly ports: ReadonlyMap<string, PortShape>;
  readonly opened: ReadonlySet<string> | undefined;
  /** The scene before, when its links are the same: what stands between unmoved ports stays. */
  readonly previous: Scene | undefined;
}

function dockAll({ uses, ports, opened, previous }: Setting): Map<string, Docking> {
  const dockings = new Map<string, Docking>();
  const groups = groupBy(ports.values(), (port) => (port.links ? [`${port.node} ${port.side}`] : []));
  for (const [key, group] of groups) {
    const from = portsAround(group, uses, ports);
    const known = previous?.dockings.get(key);
    dockings.set(key, known && sameAll(known.from, from) ? known : dock(group, uses, ports, opened, from));
  }
  return dockings;
}

function drawWires(
  links: readonly LinkShape[],
  mouths: ReadonlyMap<string, Mouth>,
  previous: Scene | undefined,
): WireShape[] {
  const wires: WireShape[] = [];
  for (const link of links)
    for (const lane of link.lanes) {
      const [start, stop] = [
        mouthKey(link.id, lane, lane === "to_connect"),
        mouthKey(link.id, lane, lane === "to_bind"),
      ];
      const from = mouths.get(start);
      const to = mouths.get(stop);
      if (!from || !to) continue;
      const stays = previous?.mouths.get(start) === from && previous.mouths.get(stop) === to;
      const known = stays
        ? previous.wiresOf
            .get(link.id)
            ?.find((wire) => wire.lane === lane && wire.isHalfSeen === link.isHalfSeen)
        : undefined;
      const via = lane === "to_bind" ? link.via : [...link.via].reverse();
      const isOutside = !link.hasConnectQueue || !link.hasBindQueue;
      wires.push(
        known ?? {
          key: `${link.id}|${lane}`,
          link: link.id,
          lane,
          isOutside,
          isHalfSeen: link.isHalfSeen,
          path: wirePath(from, to, via),
        },
      );
    }
  return wires;
}

export interface SceneOptions {
  /** Sockets whose bundle has been opened, by ``node.socket``. */
  readonly opened?: ReadonlySet<string>;
  /** The scene before this one, of the same links and opened bundles: what did not move keeps its object. */
  readonly previous?: Scene | undefined;
}

/** Builds the whole picture's geometry. Pure: the same cards and links give the same scene. */
export function buildScene(
  cards: ReadonlyMap<string, CardShape>,
  allLinks: readonly LinkShape[],
  { opened, previous }: SceneOptions = {},
): Scene {
  const links = allLinks.filter((link) => cards.has(link.connect.node) && cards.has(link.bind.node));
  const uses = usesBySocket(links);
  const ports = placePorts(cards, chooseSides(cards, links), uses, previous?.ports);
  const dockings = dockAll({ uses, ports, opened, previous });
  const tubes: TubeShape[] = [];
  const rails = new Map<string, readonly Rail[]>();
  const mouths = new Map<string, Mouth>();
  for (const docking of dockings.values()) {
    tubes.push(...docking.tubes);
    for (const [key, rail] of docking.rails) rails.set(key, rail);
    for (const [key, mouth] of docking.mouths) mouths.set(key, mouth);
  }
  const wires = drawWires(links, mouths, previous);
  return {
    dockings,
    mouths,
    ports,
    tubes,
    rails,
    wires,
    processes: processBoxes(cards, tubes),
    wiresOf: groupBy(wires, (wire) => [wire.link]),
    tubesOf: groupBy(tubes, (tube) => tube.members.map((member) => member.link)),
    tubesAt: groupBy(tubes, (tube) => [`${tube.node}.${tube.socket}`]),
  };
}
