// Turns the JSON Schema of a behaviour's parameters into fields: kinds, variants, defaults, units.
import type { Schema } from "./catalogue";
import type { Json } from "./topology";

export type FieldKind =
  | "number"
  | "text"
  | "switch"
  | "choice"
  | "list"
  | "object"
  | "map"
  | "variants"
  | "nothing";

export interface Variant {
  readonly label: string;
  readonly schema: Schema;
}

const NULL_MEANS = /(?:[;,]\s*)?\bnull is ([^.;,]+)/;

/** What leaving a value out means, in the words of its description: "null is never" → "never". */
export const nullWord = (description = ""): string => NULL_MEANS.exec(description)?.[1] ?? "none";

/** The description without what `nullWord` says already. */
export const withoutNull = (description: string): string =>
  description.replace(NULL_MEANS, "").replace(/^[;,.\s]+$/, "");

/** Follow $ref into the definitions of `root`; what the reference adds (a default, a title) is kept. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (!schema.$ref) return schema;
  const name = schema.$ref.split("/").at(-1) ?? "";
  const { $ref: _, ...own } = schema;
  return { ...resolved(root.$defs?.[name] ?? {}, root), ...own };
}

/** The alternatives of a schema, resolved; one that is none is its own only alternative. */
export function variants(schema: Schema, root: Schema): readonly Variant[] {
  const found = resolved(schema, root);
  const parts = found.anyOf ?? found.oneOf;
  if (!parts) return [{ label: labelOf(found), schema: found }];
  return parts.flatMap((part) => variants(part, root));
}

export function kindOf(schema: Schema, root: Schema): FieldKind {
  const found = resolved(schema, root);
  if (found.anyOf ?? found.oneOf) return variants(found, root).length > 1 ? "variants" : "object";
  if (found.enum) return "choice";
  switch (typeName(found)) {
    case "number":
    case "integer":
      return "number";
    case "string":
      return found.const === undefined ? "text" : "nothing";
    case "boolean":
      return "switch";
    case "array":
      return "list";
    case "object":
      return found.properties ? "object" : "map";
    default:
      return "nothing";
  }
}

const typeName = (schema: Schema): string | undefined =>
  typeof schema.type === "string" ? schema.type : schema.type?.find((name) => name !== "null");

/** Which alternative a value is an instance of; the first when none fits. */
export function variantOf(value: Json | undefined, options: readonly Variant[], root: Schema): number {
  const i = options.findIndex(({ schema }) => fits(value, schema, root));
  return Math.max(0, i);
}

function fits(value: Json | undefined, schema: Schema, root: Schema): boolean {
  const found = resolved(schema, root);
  const type = typeName(found) ?? (found.type === "null" ? "null" : undefined);
  if (value === null || value === undefined) return type === "null";
  if (Array.isArray(value)) return type === "array";
  if (typeof value === "object")
    return type === "object" && fitsObject(value as Record<string, Json>, found, root);
  if (found.const !== undefined) return found.const === value;
  if (typeof value === "number") return type === "number" || type === "integer";
  return type === typeof value;
}

function fitsObject(value: Record<string, Json>, schema: Schema, root: Schema): boolean {
  const properties = schema.properties ?? {};
  const constants = Object.entries(properties).filter(([, each]) => constantOf(each, root) !== undefined);
  return (
    constants.every(([key, each]) => value[key] === constantOf(each, root)) &&
    (schema.required ?? []).every((key) => key in value)
  );
}

const constantOf = (schema: Schema, root: Schema): Json | undefined => {
  const found = resolved(schema, root);
  return found.const ?? (found.enum?.length === 1 ? found.enum[0] : undefined);
};

/** Where the schema cannot say what belongs together, or 1 would show nothing. */
const FIRST_VALUES: Readonly<Record<string, Json>> = {
  Burst: { size: 10, every_ms: 1000 },
  IntegerField: { integer: [0, 9] },
  Choice: { choice: ["a", "b"] },
};

/** A first value that the schema accepts, for a part that was just switched on. */
export function firstValue(schema: Schema, root: Schema): Json {
  const found = resolved(schema, root);
  if (found.default !== undefined && found.default !== null) return found.default;
  const constant = constantOf(found, root);
  if (constant !== undefined) return constant;
  const telling = FIRST_VALUES[found.title ?? ""];
  if (telling !== undefined) return telling;
  if (found.enum) return found.enum[0] ?? null;
  const alternatives = found.anyOf ?? found.oneOf;
  if (alternatives) return firstValue(alternatives.find((each) => typeOrRef(each) !== "null") ?? {}, root);
  switch (typeName(found)) {
    case "number":
    case "integer":
      return Math.max(found.minimum ?? 1, 1);
    case "boolean":
      return false;
    case "array":
      return Array.from({ length: Math.max(1, found.minItems ?? 1) }, () =>
        firstValue(found.items || found.prefixItems?.[0] || {}, root),
      );
    case "object":
      return Object.fromEntries(
        (found.required ?? []).map((key) => [key, firstValue(found.properties?.[key] ?? {}, root)]),
      );
    default:
      return "";
  }
}

const typeOrRef = (schema: Schema): unknown => schema.type ?? schema.$ref;

/** What to call an alternative: its kind, or its only telling field. */
function labelOf(schema: Schema): string {
  const constant = Object.entries(schema.properties ?? {}).find(([, each]) => typeof each.const === "string");
  if (constant) return String(constant[1].const);
  const type = schema.type;
  if (type === "null") return "none";
  if (type === "number" || type === "integer") return "fixed";
  if (type === "string") return "text";
  const required = schema.required ?? [];
  return required.length === 1 && required[0]
    ? words(required[0])
    : (schema.title ?? words(String(type ?? "value")));
}

const UNITS: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/_per_s$/, "/s"],
  [/_ms$/, "ms"],
  [/_s$/, "s"],
  [/_octets$/, "octets"],
];

/** The unit in a name: rate_per_s → "/s". */
export const unitOf = (name: string): string => UNITS.find(([ending]) => ending.test(name))?.[1] ?? "";

/** A name as words, without its unit: "service_ms" → "service". */
export function words(name: string): string {
  const bare = UNITS.reduce((text, [ending]) => text.replace(ending, ""), name);
  return bare.replaceAll(/[_-]+/g, " ").trim();
}

/** The title of the schema, unless it was only made from the name ("Every Ms"). */
export const titleOf = (name: string, schema: Schema): string => {
  const isMade = schema.title?.toLowerCase() === name.replaceAll("_", " ").toLowerCase();
  const text = (isMade ? undefined : schema.title) ?? words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
};
