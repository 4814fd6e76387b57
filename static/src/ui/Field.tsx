// Fields: text and numbers that are taken when they are finished, choices and switches that act at once.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

interface TextInputProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly id?: string;
  readonly isMono?: boolean;
  readonly disabled?: boolean;
  readonly rows?: number;
  readonly invalid?: boolean;
  /** Take the focus and select what is there, for a field that was just opened. */
  readonly isFresh?: boolean;
  /** The field was left, or Escape pressed with nothing changed. */
  onLeave?(): void;
  /** Called on Enter and when the field is left, only when something changed. */
  onChange(value: string): void;
}

/** Escape takes back what was typed; Enter and leaving the field give it. */
export function TextInput({
  value,
  label,
  rows,
  isMono,
  invalid,
  isFresh,
  onLeave,
  onChange,
  ...rest
}: TextInputProps) {
  const [draft, setDraft] = useState(value);
  const isEditing = useRef(false);
  useEffect(() => {
    if (!isEditing.current) setDraft(value);
  }, [value]);
  const ref = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isFresh) ref.current?.select();
  }, [isFresh]);
  const finish = () => {
    isEditing.current = false;
    if (draft !== value) onChange(draft);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (!rows || event.ctrlKey || event.metaKey)) {
      finish();
      if (!rows) event.currentTarget.select();
      onLeave?.();
    } else if (event.key === "Escape") {
      if (draft !== value) event.stopPropagation();
      isEditing.current = false;
      setDraft(value);
      onLeave?.();
    }
  };
  const shared = {
    ...rest,
    "aria-label": label,
    "aria-invalid": invalid || undefined,
    value: draft,
    className: isMono ? "input mono" : "input",
    spellCheck: false,
    autoComplete: "off",
    onBlur: () => {
      finish();
      onLeave?.();
    },
    onKeyDown,
    onChange: (event: { target: { value: string } }) => {
      isEditing.current = true;
      setDraft(event.target.value);
    },
  };
  return rows ? <textarea ref={ref} rows={rows} {...shared} /> : <input ref={ref} type="text" {...shared} />;
}

interface NumberInputProps {
  readonly value: number | null;
  readonly label: string;
  readonly unit?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly isWhole?: boolean;
  readonly placeholder?: string | undefined;
  readonly id?: string;
  readonly disabled?: boolean;
  onChange(value: number): void;
}

/** A number with its unit inside the field; what is no number, or out of bounds, is marked and not taken. */
export function NumberInput({
  value,
  label,
  unit,
  minimum,
  maximum,
  isWhole,
  onChange,
  ...rest
}: NumberInputProps) {
  const text = value === null ? "" : String(value);
  const [draft, setDraft] = useState(text);
  const isEditing = useRef(false);
  useEffect(() => {
    if (!isEditing.current) setDraft(text);
  }, [text]);
  const read = (typed: string): number | undefined => {
    const n = Number(typed.replaceAll(",", "").replaceAll(" ", ""));
    const isFine = typed.trim() !== "" && Number.isFinite(n) && (!isWhole || Number.isInteger(n));
    return isFine && n >= (minimum ?? -Infinity) && n <= (maximum ?? Infinity) ? n : undefined;
  };
  const finish = () => {
    isEditing.current = false;
    const n = read(draft);
    if (n === undefined) setDraft(text);
    else if (n !== value) onChange(n);
  };
  const step = (by: number) => {
    const n = (read(draft) ?? value ?? 0) + by;
    onChange(Math.min(maximum ?? Infinity, Math.max(minimum ?? -Infinity, n)));
  };
  return (
    <span className="with-unit">
      <input
        {...rest}
        type="text"
        inputMode="decimal"
        className="input num"
        aria-label={unit ? `${label}, ${unit}` : label}
        aria-invalid={(draft !== text && read(draft) === undefined) || undefined}
        value={draft}
        autoComplete="off"
        onBlur={finish}
        onChange={(event) => {
          isEditing.current = true;
          setDraft(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish();
          else if (event.key === "Escape" && draft !== text) {
            event.stopPropagation();
            isEditing.current = false;
            setDraft(text);
          } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            event.preventDefault();
            isEditing.current = false;
            step((event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1));
          }
        }}
      />
      {unit && <span className="unit">{unit}</span>}
    </span>
  );
}

interface SelectProps {
  readonly value: string;
  readonly label: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly disabled?: boolean;
    /** Options with one stand behind the others, under this heading. */
    readonly group?: string | undefined;
  }[];
  readonly isMono?: boolean;
  readonly disabled?: boolean;
  readonly id?: string;
  onChange(value: string): void;
}

export function Select({ value, label, options, isMono, onChange, ...rest }: SelectProps) {
  const groups = [...new Set(options.map(({ group }) => group))];
  return (
    <select
      {...rest}
      aria-label={label}
      className={isMono ? "select mono" : "select"}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {groups.map((group) => {
        const items = options
          .filter((option) => option.group === group)
          .map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ));
        return group === undefined ? (
          items
        ) : (
          <optgroup key={group} label={group}>
            {items}
          </optgroup>
        );
      })}
    </select>
  );
}

interface SwitchProps {
  readonly isOn: boolean;
  readonly label: string;
  readonly children?: ReactNode;
  readonly disabled?: boolean;
  onChange(isOn: boolean): void;
}

export function Switch({ isOn, label, children, disabled, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={isOn}
      aria-label={label}
      disabled={disabled}
      onClick={() => onChange(!isOn)}
    >
      <span className="track" />
      {children}
    </button>
  );
}

interface FieldProps {
  readonly label: ReactNode;
  /** One line below the control. */
  readonly hint?: ReactNode;
  /** Beside the label, at the right. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly isWide?: boolean;
}

/** A label and its control on one row, or above each other when the control needs the width. */
export function Field({ label, hint, aside, children, isWide }: FieldProps) {
  const id = useId();
  return (
    <div className={isWide ? "field wide" : "field"}>
      <div className="field-label" id={id}>
        <span className="clip">{label}</span>
        {aside}
      </div>
      <div className="field-control">{children}</div>
      {hint && <div className="field-hint">{hint}</div>}
    </div>
  );
}
