// The options of one socket that the engine honours: libzmq's names and units, defaults, what differs from them.
import { Search } from "lucide-react";
import { useState } from "react";
import { type OptionDescription, optionsFor } from "../model/catalogue";
import { sameValue } from "../model/edits";
import type { Json, NodeId, SocketDocument } from "../model/topology";
import { plural } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { useTopology } from "../stores/topologyStore";
import { NumberInput, Switch, TextInput } from "../ui/Field";
import { FormRow } from "./FormRow";
import { defaultText } from "./ParameterForm";

interface OptionFormProps {
  readonly node: NodeId;
  readonly role: string;
  readonly socket: SocketDocument;
}

/** Options most people look for, in this order; the others follow by name. */
const FIRST: readonly string[] = [
  "sndhwm",
  "rcvhwm",
  "linger",
  "sndbuf",
  "rcvbuf",
  "immediate",
  "conflate",
  "routing_id",
];

export function OptionForm({ node, role, socket }: OptionFormProps) {
  const catalogue = useCatalogue((state) => state.catalogue);
  const [typed, setTyped] = useState("");
  const set = socket.options ?? {};
  const options = optionsFor(catalogue, socket.type)
    .filter((option) => option.acted_on || option.name in set)
    .toSorted((a, b) => rank(a, set) - rank(b, set) || a.name.localeCompare(b.name));
  const wanted = typed.trim().toLowerCase();
  const shown = options.filter(
    ({ name, summary }) => !wanted || `${name} ${summary}`.toLowerCase().includes(wanted),
  );
  const changed = Object.keys(set).length;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Options<small>{changed ? `${plural(changed, "option")} changed` : "all at their defaults"}</small>
      </h3>
      <label className="filter-box">
        <Search className="icon" aria-hidden />
        <input
          type="text"
          aria-label="Filter options"
          placeholder={`Filter ${options.length} options`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {shown.map((option) => (
        <OptionRow key={option.name} node={node} role={role} option={option} value={set[option.name]} />
      ))}
      {shown.length === 0 && (
        <p className="section-note">
          No option of {socket.type} matches “{typed}”.
        </p>
      )}
    </section>
  );
}

/** What was changed comes first, then the well-known ones. */
function rank({ name }: OptionDescription, set: Readonly<Record<string, Json>>): number {
  if (name in set) return -1;
  const i = FIRST.indexOf(name);
  return i < 0 ? FIRST.length : i;
}

interface OptionRowProps {
  readonly node: NodeId;
  readonly role: string;
  readonly option: OptionDescription;
  readonly value: Json | undefined;
}

export function OptionRow({ node, role, option, value }: OptionRowProps) {
  const path = ["nodes", node, "sockets", role, "options", option.name];
  const now = value ?? option.default;
  const reset = () =>
    useTopology.getState().edit(`Reset ${option.name}`, value === undefined ? [] : [{ kind: "unset", path }]);
  const change = (next: Json) => {
    if (sameValue(next, option.default)) reset();
    else useTopology.getState().edit(`Set ${option.name}`, [{ kind: "set", path, value: next }]);
  };
  return (
    <FormRow
      label={option.name}
      isMono
      summary={option.acted_on ? option.summary : `${option.summary} Kept and saved; not acted on yet.`}
      fallback={defaultText(option.default, option.unit ?? "")}
      isChanged={value !== undefined && !sameValue(value, option.default)}
      path={path}
      help={`/reference/option/${option.name}`}
      onReset={reset}
    >
      <OptionControl option={option} value={now} onChange={change} />
    </FormRow>
  );
}

interface OptionControlProps {
  readonly option: OptionDescription;
  readonly value: Json;
  onChange(value: Json): void;
}

function OptionControl({ option, value, onChange }: OptionControlProps) {
  switch (option.kind) {
    case "bool":
      // Drawings write libzmq's 0 and 1.
      return (
        <Switch
          isOn={value === 1 || value === true}
          label={option.name}
          onChange={(isOn) => onChange(isOn ? 1 : 0)}
        />
      );
    case "int":
      return (
        <NumberInput
          label={option.name}
          unit={option.unit ?? undefined}
          value={typeof value === "number" ? value : null}
          minimum={option.minimum ?? undefined}
          maximum={option.maximum ?? undefined}
          isWhole
          onChange={onChange}
        />
      );
    default:
      return (
        <TextInput
          label={option.name}
          isMono
          value={bytesText(value)}
          placeholder={option.kind === "bytes" ? "text, or 0x…" : ""}
          onChange={(text) => onChange(option.kind === "bytes" ? readBytes(text) : text)}
        />
      );
  }
}

/** Octets are text, or `0x…` for bytes that are none. */
export function bytesText(value: Json): string {
  if (value && typeof value === "object" && "hex" in value) return `0x${value.hex}`;
  return typeof value === "string" ? value : "";
}

export function readBytes(text: string): Json {
  const hex = /^0x((?:[0-9a-f]{2})+)$/i.exec(text.trim())?.[1];
  return hex ? { hex: hex.toLowerCase() } : text;
}
