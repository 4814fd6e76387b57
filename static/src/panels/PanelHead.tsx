// The head of the inspector: what kind of thing, its name (to be changed where it can be), what stands beside it.
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../ui/Button";
import { TextInput } from "../ui/Field";

interface PanelHeadProps {
  readonly over: string;
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
  onBack?(): void;
}

export function PanelHead({ over, icon, title, aside, children, onBack }: PanelHeadProps) {
  return (
    <div className="panel-head">
      <div className="panel-over">
        {onBack && (
          <IconButton
            small
            label={`Back to ${over}`}
            icon={<ChevronLeft className="icon" />}
            onClick={onBack}
          />
        )}
        {icon}
        {over}
      </div>
      <div className="panel-title">
        {typeof title === "string" ? <h2 className="clip">{title}</h2> : title}
        {aside}
      </div>
      {children}
    </div>
  );
}

interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly isFresh?: boolean;
  onChange(value: string): void;
  onLeave?(): void;
}

/** A title that is a field: looks like a title until it is touched. */
export function NameField(props: NameFieldProps) {
  return (
    <span className="name-field">
      <TextInput {...props} />
    </span>
  );
}
