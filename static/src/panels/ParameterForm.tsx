// Every parameter of a node's behaviour, made from its schema, with defaults and what differs from them.
import { behaviourOf, type Schema } from "../model/catalogue";
import { sameValue } from "../model/edits";
import { kindOf, nullWord, resolved, titleOf, unitOf, withoutNull } from "../model/schemaForm";
import { type Json, type NodeDocument, type NodeId, socketsOf } from "../model/topology";
import { quantity } from "../model/units";
import { useCatalogue } from "../stores/catalogueStore";
import { pinKey, usePins } from "../stores/pinStore";
import { useTopology } from "../stores/topologyStore";
import { FormRow } from "./FormRow";
import { SchemaField } from "./SchemaField";

export function ParameterForm({ id, node }: { readonly id: NodeId; readonly node: NodeDocument }) {
  const behaviour = useCatalogue(({ catalogue }) => behaviourOf(catalogue, node.behaviour));
  const types = Object.values(socketsOf(node)).map(({ type }) => type);
  const parameters = Object.entries(behaviour?.parameters?.properties ?? {}).filter(
    ([name, schema]) =>
      !schema.types || node.with?.[name] !== undefined || types.some((type) => schema.types?.includes(type)),
  );
  if (!behaviour || parameters.length === 0) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">Behaviour</h3>
      {parameters.map(([name, schema]) => (
        <Parameter
          key={name}
          id={id}
          name={name}
          schema={schema}
          root={behaviour.parameters}
          value={node.with?.[name]}
        />
      ))}
    </section>
  );
}

interface ParameterProps {
  readonly id: NodeId;
  readonly name: string;
  readonly schema: Schema;
  readonly root: Schema;
  readonly value: Json | undefined;
}

function Parameter({ id, name, schema, root, value }: ParameterProps) {
  const found = resolved(schema, root);
  const fallback = found.default ?? null;
  const path = ["nodes", id, "with", name];
  const title = titleOf(name, found);
  const isPinned = usePins((state) => state.isPinned(pinKey(id, [name])));
  const isNumber = typeof (value ?? fallback) === "number";
  const kind = kindOf(schema, root);
  const change = (next: Json) => {
    const { edit } = useTopology.getState();
    if (sameValue(next, fallback)) edit(`Reset ${title}`, unsetIfThere(path, value));
    else edit(`Set ${title}`, [{ kind: "set", path, value: next }]);
  };
  return (
    <FormRow
      label={title}
      summary={withoutNull(found.description ?? "")}
      fallback={fallback === null ? nullWord(found.description) : defaultText(fallback, unitOf(name))}
      isChanged={value !== undefined && !sameValue(value, fallback)}
      path={path}
      isWide={kind === "list" || kind === "map" || kind === "text" || kind === "variants"}
      pin={isNumber ? { isPinned, toggle: () => usePins.getState().toggle(pinKey(id, [name])) } : undefined}
      onReset={() => useTopology.getState().edit(`Reset ${title}`, unsetIfThere(path, value))}
    >
      <SchemaField
        name={name}
        label={title}
        schema={schema}
        root={root}
        value={value ?? fallback}
        onChange={change}
      />
    </FormRow>
  );
}

const unsetIfThere = (path: readonly string[], value: Json | undefined) =>
  value === undefined ? [] : [{ kind: "unset" as const, path }];

export function defaultText(value: Json, unit: string): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "empty" : quantity(value, unit);
  if (typeof value === "string") return value === "" ? "empty" : `“${value}”`;
  return quantity(value, unit);
}
