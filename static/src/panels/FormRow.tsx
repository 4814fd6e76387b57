// One option or parameter: its name, whether it differs from the default, whether it waits for the next run, its control.
import { Pin, PinOff, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { useTopology, waitsAt } from "../stores/topologyStore";
import { IconButton } from "../ui/Button";
import { HelpLink } from "../ui/HelpLink";

interface FormRowProps {
  readonly label: string;
  readonly isMono?: boolean;
  /** One line about what it is. */
  readonly summary: string;
  /** The default, in words. */
  readonly fallback: string;
  readonly isChanged: boolean;
  /** Where it stands in the document. */
  readonly path: readonly string[];
  readonly isWide?: boolean;
  /** Where more is said about it. */
  readonly help?: string;
  readonly pin?: { readonly isPinned: boolean; toggle(): void } | undefined;
  readonly children: ReactNode;
  onReset(): void;
}

export function FormRow(props: FormRowProps) {
  const { label, isMono, summary, fallback, isChanged, isWide, help, pin, children, onReset } = props;
  const waits = useWaits(props.path);
  return (
    <div className={`form-row ${isWide ? "wide" : ""} ${isChanged ? "is-changed" : ""}`}>
      <div className="form-label">
        {isChanged && <span className="changed-dot" title={`Changed from the default, ${fallback}`} />}
        <span className={`clip ${isMono ? "mono" : ""}`} title={label}>
          {label}
        </span>
        {waits && (
          <span className="next-run" title="Takes effect at the next run">
            at next run
          </span>
        )}
        <span className="form-tools">
          {help && <HelpLink href={help} about={label} title={summary} />}
          {pin && (
            <IconButton
              small
              className={pin.isPinned ? "pin is-pinned" : "pin"}
              aria-pressed={pin.isPinned}
              label={pin.isPinned ? `Unpin ${label}` : `Pin ${label} as a slider`}
              icon={pin.isPinned ? <PinOff className="icon" /> : <Pin className="icon" />}
              onClick={pin.toggle}
            />
          )}
          {isChanged && (
            <IconButton
              small
              label={`Back to the default, ${fallback}`}
              icon={<RotateCcw className="icon" />}
              onClick={onReset}
            />
          )}
        </span>
      </div>
      <div className="form-control">{children}</div>
      <div className="form-summary">
        {summary} {isChanged && <span className="quiet">Default {fallback}.</span>}
      </div>
    </div>
  );
}

/** Whether something at, below or above this path waits for the next run. */
const useWaits = (path: readonly string[]): boolean => useTopology(({ waiting }) => waitsAt(waiting, path));
