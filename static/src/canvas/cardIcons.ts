// Which picture stands for which behaviour on its card.

import {
  Activity,
  ArrowDownToLine,
  ArrowLeftRight,
  Boxes,
  Code,
  Database,
  Globe,
  type LucideIcon,
  PencilLine,
  Plug,
  RotateCw,
  Settings,
  Share2,
} from "lucide-react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  generator: Activity,
  sink: ArrowDownToLine,
  worker: Settings,
  client: ArrowLeftRight,
  echo: RotateCw,
  proxy: Share2,
  "http-page": Globe,
  manual: PencilLine,
  external: Plug,
  script: Code,
  broker: Share2,
  part: Boxes,
  "last-value-cache": Database,
};

export function iconOf(behaviour: string): LucideIcon {
  return ICONS[behaviour] ?? (behaviour.includes("broker") ? Share2 : Settings);
}
