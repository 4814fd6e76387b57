// What the checks say about a drawing: one finding a problem, with its place and, where there is one, its fix.
import type { Edit } from "./edits";
import type { KeyWish } from "./security";
import type { LinkId, NodeId, ProcessId, SocketRef } from "./topology";

export type Severity = "error" | "warning" | "info";

export interface FindingPlace {
  readonly process?: ProcessId;
  readonly node?: NodeId;
  /** "node.socket"; `node` is given too. */
  readonly socket?: SocketRef;
  readonly link?: LinkId;
}

export interface Fix {
  readonly label: string;
  readonly edits: readonly Edit[];
  /** What this machine's key store must have first. */
  readonly keys?: readonly KeyWish[];
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly where: FindingPlace;
  readonly sentence: string;
  readonly fix: Fix | null;
}

const ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** Findings about exactly this node (its sockets too), link or process, worst first. */
export function findingsAt(findings: readonly Finding[], where: FindingPlace): readonly Finding[] {
  return findings
    .filter((finding) => {
      if (where.socket) return finding.where.socket === where.socket;
      if (where.node) return finding.where.node === where.node && !finding.where.link;
      if (where.link) return finding.where.link === where.link;
      return where.process !== undefined && finding.where.process === where.process && !finding.where.node;
    })
    .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

export function worst(findings: readonly Finding[]): Severity | undefined {
  return findings.reduce<Severity | undefined>(
    (so_far, { severity }) => (so_far && ORDER[so_far] <= ORDER[severity] ? so_far : severity),
    undefined,
  );
}

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === "error");
