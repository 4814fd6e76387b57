// Everything the checks say about the drawing, worst first, each with its place and the button that mends it.

import { CircleCheck } from "lucide-react";
import { flowLabel } from "../model/drafting";
import type { Finding } from "../model/findings";
import { nodeLabel, nodeOf, nodesOf, splitRef, type TopologyDocument } from "../model/topology";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { type Item, useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { Button } from "../ui/Button";
import { mend, SEVERITY_ICONS } from "./FindingNotes";

const ORDER = { error: 0, warning: 1, info: 2 };

export function ProblemsList({ filter }: { readonly filter: string }) {
  const findings = useTopology((state) => state.findings);
  const document = useTopology((state) => state.document);
  const wanted = filter.trim().toLowerCase();
  const shown = findings
    .filter(({ code, sentence }) => !wanted || `${code} ${sentence}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  if (shown.length === 0)
    return (
      <p className="dock-none fine">
        <CircleCheck className="icon" aria-hidden />
        {findings.length ? `0 of ${findings.length} problems match “${filter}”.` : "No problems found."}
      </p>
    );
  return (
    <ul className="problems">
      {shown.map((finding) => (
        <ProblemRow
          key={`${finding.code} ${JSON.stringify(finding.where)} ${finding.sentence}`}
          finding={finding}
          document={document}
        />
      ))}
    </ul>
  );
}

interface ProblemRowProps {
  readonly finding: Finding;
  readonly document: TopologyDocument;
}

function ProblemRow({ finding, document }: ProblemRowProps) {
  const Picture = SEVERITY_ICONS[finding.severity];
  return (
    <li className="problem">
      <button type="button" className="problem-place" onClick={() => goTo(finding)}>
        <Picture className={`icon severity-${finding.severity}`} aria-label={finding.severity} />
        <span className="problem-where clip">{whereText(document, finding)}</span>
        <span className="problem-words" title={finding.sentence}>
          {finding.sentence}
        </span>
      </button>
      <span className="quiet mono">{finding.code}</span>
      {finding.fix ? (
        <Button small onClick={() => void mend(finding)}>
          {finding.fix.label}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}

function whereText(document: TopologyDocument, { where }: Finding): string {
  if (where.link) return flowLabel(document, useCatalogue.getState().catalogue, where.link);
  if (where.socket) {
    const [node, socket] = splitRef(where.socket);
    return `${nodeLabel(node, nodesOf(document)[node])}, ${socket}`;
  }
  if (where.node) return nodeLabel(where.node, nodesOf(document)[where.node]);
  return where.process ?? "the drawing";
}

function goTo({ where }: Finding): void {
  const item: Item | undefined = where.link
    ? { kind: "link", id: where.link }
    : where.socket
      ? { kind: "socket", id: where.socket }
      : where.node
        ? { kind: "node", id: where.node }
        : where.process
          ? { kind: "process", id: where.process }
          : undefined;
  if (!item) return;
  useSelection.getState().select([item]);
  useInterface
    .getState()
    .canvas?.reveal(item.kind === "socket" ? { kind: "node", id: nodeOf(item.id) } : item);
}
