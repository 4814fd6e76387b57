// Problems of the thing that is selected, at the top of its panel, each with the button that mends it.
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { type Finding, type FindingPlace, findingsAt, type Severity } from "../model/findings";
import { fulfil } from "../stores/keyStore";
import { notifyRefusal } from "../stores/noticeStore";
import { useTopology } from "../stores/topologyStore";
import { Button } from "../ui/Button";

export const SEVERITY_ICONS: Readonly<Record<Severity, typeof Info>> = {
  error: CircleAlert,
  warning: TriangleAlert,
  info: Info,
};

export function FindingNotes({ where }: { readonly where: FindingPlace }) {
  const findings = useTopology((state) => state.findings);
  const { process, node, socket, link } = where;
  const here = useMemo(
    () =>
      findingsAt(findings, {
        ...(process ? { process } : {}),
        ...(node ? { node } : {}),
        ...(socket ? { socket } : {}),
        ...(link ? { link } : {}),
      }),
    [findings, process, node, socket, link],
  );
  if (here.length === 0) return null;
  return (
    <ul className="finding-notes">
      {here.map((finding) => (
        <FindingNote key={`${finding.code} ${finding.sentence}`} finding={finding} />
      ))}
    </ul>
  );
}

function FindingNote({ finding }: { readonly finding: Finding }) {
  const Picture = SEVERITY_ICONS[finding.severity];
  return (
    <li className={`say ${finding.severity}`}>
      <Picture className="icon" aria-hidden />
      <span>
        {finding.sentence} <span className="code mono">{finding.code}</span>
        {finding.fix && (
          <Button small onClick={() => void mend(finding)}>
            {finding.fix.label}
          </Button>
        )}
      </span>
    </li>
  );
}

/** Do what a fix says: first the keys that it speaks of, then its edits. */
export async function mend({ fix }: Finding): Promise<void> {
  if (!fix) return;
  const { document, edit } = useTopology.getState();
  try {
    await fulfil(fix.keys ?? [], document);
  } catch (error) {
    notifyRefusal(`${fix.label}: not done`, error);
    return;
  }
  edit(fix.label, fix.edits);
}
