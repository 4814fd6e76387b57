// The sign of a finding's severity: told apart by shape, colour comes second.

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { Severity } from "../model/findings";

const GLYPHS = { error: CircleAlert, warning: TriangleAlert, info: Info } as const;

export function SeverityGlyph({ severity }: { severity: Severity }) {
  const Glyph = GLYPHS[severity];
  return <Glyph size={12} strokeWidth={2} aria-hidden />;
}
