// One field of a behaviour's parameters, whatever its schema: number, text, choice, list, map, or one of several shapes.
import { Plus, X } from "lucide-react";
import type { Schema } from "../model/catalogue";
import {
  firstValue,
  kindOf,
  nullWord,
  resolved,
  titleOf,
  unitOf,
  variantOf,
  variants,
} from "../model/schemaForm";
import type { Json } from "../model/topology";
import { Button, IconButton } from "../ui/Button";
import { NumberInput, Select, Switch, TextInput } from "../ui/Field";

export interface SchemaFieldProps {
  readonly name: string;
  readonly label: string;
  readonly schema: Schema;
  readonly root: Schema;
  readonly value: Json | undefined;
  onChange(value: Json): void;
}

export function SchemaField(props: SchemaFieldProps) {
  switch (kindOf(props.schema, props.root)) {
    case "number":
      return <NumberField {...props} />;
    case "text":
      return <TextField {...props} />;
    case "switch":
      return <Switch isOn={props.value === true} label={props.label} onChange={props.onChange} />;
    case "choice":
      return <ChoiceField {...props} />;
    case "variants":
      return <VariantField {...props} />;
    case "list":
      return <ListField {...props} />;
    case "map":
      return <MapField {...props} />;
    case "object":
      return <ObjectField {...props} />;
    case "nothing":
      return null;
  }
}

function NumberField({ name, label, schema, root, value, onChange }: SchemaFieldProps) {
  const found = resolved(schema, root);
  return (
    <NumberInput
      label={label}
      unit={unitOf(name)}
      value={typeof value === "number" ? value : null}
      minimum={found.minimum}
      maximum={found.maximum}
      isWhole={found.type === "integer"}
      onChange={onChange}
    />
  );
}

function TextField({ label, value, onChange }: SchemaFieldProps) {
  return (
    <TextInput label={label} isMono value={typeof value === "string" ? value : ""} onChange={onChange} />
  );
}

function ChoiceField({ label, schema, root, value, onChange }: SchemaFieldProps) {
  const choices = resolved(schema, root).enum ?? [];
  return (
    <Select
      label={label}
      value={String(value ?? choices[0] ?? "")}
      options={choices.map((choice) => ({
        value: String(choice),
        label: String(choice).replaceAll("-", " "),
      }))}
      onChange={(chosen) => onChange(choices.find((choice) => String(choice) === chosen) ?? chosen)}
    />
  );
}

/** First which shape it has, then its fields. */
function VariantField({ name, label, schema, root, value, onChange }: SchemaFieldProps) {
  const options = variants(schema, root);
  const current = variantOf(value, options, root);
  const chosen = options[current];
  const select = (
    <Select
      label={`${label}: kind`}
      value={String(current)}
      options={options.map((option, i) => ({
        value: String(i),
        label: option.label === "none" ? nullWord(resolved(schema, root).description) : option.label,
      }))}
      onChange={(i) => {
        const next = options[Number(i)];
        if (next) onChange(next.label === "none" ? null : firstValue(next.schema, root));
      }}
    />
  );
  if (!chosen || chosen.label === "none") return select;
  const inner = { name, label, schema: chosen.schema, root, value, onChange };
  const isOneLine = ["number", "text"].includes(kindOf(chosen.schema, root));
  return (
    <div className={isOneLine ? "variant one-line" : "variant"}>
      {select}
      <SchemaField {...inner} />
    </div>
  );
}

function ObjectField({ name, schema, root, value, onChange }: SchemaFieldProps) {
  const found = resolved(schema, root);
  const map = isMap(value) ? value : {};
  const shown = Object.entries(found.properties ?? {}).filter(([, each]) => kindOf(each, root) !== "nothing");
  return (
    <div className="nested">
      {shown.map(([key, each]) => {
        const title = titleOf(key, resolved(each, root));
        // A quantity's own numbers are in the unit of the parameter they belong to.
        const inherited = unitOf(key) ? key : `${key}${unitSuffix(name)}`;
        return (
          <div className="nested-field" key={key}>
            <span className="nested-label">{title}</span>
            <SchemaField
              name={inherited}
              label={title}
              schema={each}
              root={root}
              value={map[key] ?? resolved(each, root).default}
              onChange={(next) => onChange(withKey(map, key, next, resolved(each, root)))}
            />
          </div>
        );
      })}
    </div>
  );
}

const unitSuffix = (name: string): string => /_(ms|s|octets|per_s)$/.exec(name)?.[0] ?? "";

/** An optional key that goes back to nothing is left out. */
function withKey(map: Readonly<Record<string, Json>>, key: string, value: Json, schema: Schema): Json {
  if (value === null && schema.default === null) {
    const { [key]: _, ...rest } = map;
    return rest;
  }
  return { ...map, [key]: value };
}

function ListField({ name, label, schema, root, value, onChange }: SchemaFieldProps) {
  const found = resolved(schema, root);
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  const each = found.items || found.prefixItems?.[0] || {};
  const replace = (i: number, next: Json) => onChange(items.map((item, at) => (at === i ? next : item)));
  return (
    <div className="list-field">
      {items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a frame has no identity but its place
        <div className="list-item" key={i}>
          <SchemaField
            name={name}
            label={`${label} ${i + 1}`}
            schema={each}
            root={root}
            value={item}
            onChange={(next) => replace(i, next)}
          />
          <IconButton
            small
            label={`Remove ${label} ${i + 1}`}
            icon={<X className="icon" />}
            disabled={items.length <= 1}
            onClick={() => onChange(items.filter((_, at) => at !== i))}
          />
        </div>
      ))}
      <Button
        small
        look="plain"
        icon={<Plus className="icon" />}
        onClick={() => onChange([...items, firstValue(each, root)])}
      >
        Add
      </Button>
    </div>
  );
}

function MapField({ name, label, schema, root, value, onChange }: SchemaFieldProps) {
  const found = resolved(schema, root);
  const entries = Object.entries(isMap(value) ? value : {});
  const each: Schema = typeof found.additionalProperties === "object" ? found.additionalProperties : {};
  const put = (next: readonly (readonly [string, Json])[]) => onChange(Object.fromEntries(next));
  return (
    <div className="list-field">
      {entries.map(([key, item], i) => (
        <div className="map-item" key={key}>
          <TextInput
            label={`${label}: name`}
            isMono
            value={key}
            onChange={(renamed) =>
              put(
                entries.map(([k, v], at) =>
                  at === i && /^[A-Za-z_]\w*$/.test(renamed) ? [renamed, v] : [k, v],
                ),
              )
            }
          />
          <IconButton
            small
            label={`Remove ${key}`}
            icon={<X className="icon" />}
            onClick={() => put(entries.filter((_, at) => at !== i))}
          />
          <SchemaField
            name={name}
            label={key}
            schema={each}
            root={root}
            value={item}
            onChange={(next) => put(entries.map(([k, v], at) => [k, at === i ? next : v]))}
          />
        </div>
      ))}
      <Button
        small
        look="plain"
        icon={<Plus className="icon" />}
        onClick={() => put([...entries, [freeName(entries.map(([key]) => key)), firstValue(each, root)]])}
      >
        Add
      </Button>
    </div>
  );
}

function freeName(taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? "topic" : `field_${n}`;
    if (!taken.includes(name)) return name;
  }
}

function isMap(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
