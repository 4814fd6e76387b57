// Socket types, options and behaviours as the server describes them; the page keeps no table of its own.
import type { Json, Lane } from "./topology";

export interface SocketType {
  readonly name: string;
  /** Types this one may talk to. */
  readonly peers: readonly string[];
  readonly sends: boolean;
  readonly receives: boolean;
  readonly summary: string;
  /** What a send does when every queue is full: "waits", "drops", "refuses" or "never sends". */
  readonly ending?: string;
  /** libzmq has it only where it was built with its drafts. */
  readonly is_draft?: boolean;
  readonly is_single_frame?: boolean;
  /** What one end sends as a message arrives as one; false for a STREAM. */
  readonly has_borders?: boolean;
  /** It takes exactly one peer. */
  readonly is_exclusive?: boolean;
  /** Options whose default is not that of the other types. */
  readonly own_defaults?: Readonly<Record<string, Json>>;
  readonly binds_over?: readonly string[];
  readonly connects_over?: readonly string[];
}

export interface OptionDescription {
  readonly name: string;
  readonly kind: "int" | "bool" | "bytes" | "str";
  readonly default: Json;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly types: readonly string[];
  readonly live: boolean;
  readonly summary: string;
  readonly acted_on: boolean;
}

export interface RoleDescription {
  readonly name: string;
  readonly types: readonly string[];
  readonly optional: boolean;
  readonly summary: string;
}

export interface SliderDescription {
  readonly path: readonly string[];
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly unit: string;
  readonly scale: "linear" | "log";
}

/** The part of JSON Schema that the parameters of behaviours use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | false;
  readonly minItems?: number;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  /** The parameter is for a node with a socket of one of these types. */
  readonly types?: readonly string[];
}

export interface BehaviourDescription {
  readonly name: string;
  readonly label: string;
  readonly summary: string;
  readonly icon: string;
  /** 1: runs now; later stages are kept and saved, and not started yet. */
  readonly stage: number;
  readonly free_roles: boolean;
  readonly roles: readonly RoleDescription[];
  readonly parameters: Schema;
  readonly sliders: readonly SliderDescription[];
}

export interface Catalogue {
  readonly format: string;
  readonly types: readonly SocketType[];
  readonly options: readonly OptionDescription[];
  readonly behaviours: readonly BehaviourDescription[];
  readonly rules: readonly { readonly code: string; readonly severity: string; readonly title: string }[];
  readonly transports: readonly string[];
  readonly limits: Readonly<Record<string, Json>>;
}

export const EMPTY_CATALOGUE: Catalogue = {
  format: "",
  types: [],
  options: [],
  behaviours: [],
  rules: [],
  transports: [],
  limits: {},
};

export const typeOf = (catalogue: Catalogue, name: string): SocketType | undefined =>
  catalogue.types.find((type) => type.name === name);

export const behaviourOf = (
  catalogue: Catalogue,
  name: string | undefined,
): BehaviourDescription | undefined => catalogue.behaviours.find((behaviour) => behaviour.name === name);

/** The options of a type, with the defaults that they have there. */
export function optionsFor(catalogue: Catalogue, type: string): readonly OptionDescription[] {
  const own = typeOf(catalogue, type)?.own_defaults ?? {};
  return catalogue.options
    .filter((option) => option.types.includes(type))
    .map((option) => (option.name in own ? { ...option, default: own[option.name] ?? null } : option));
}

export function mayTalk(catalogue: Catalogue, a: string, b: string): boolean {
  return typeOf(catalogue, a)?.peers.includes(b) ?? false;
}

/** The directions in which messages can go between a connect-side and a bind-side type. */
export function lanesOf(catalogue: Catalogue, connect: string, bind: string): readonly Lane[] {
  const [a, b] = [typeOf(catalogue, connect), typeOf(catalogue, bind)];
  const lanes: Lane[] = [];
  if (a?.sends && b?.receives) lanes.push("to_bind");
  if (b?.sends && a?.receives) lanes.push("to_connect");
  return lanes;
}

/** Why two types cannot be joined, in one sentence, or undefined when they can. */
export function refusal(catalogue: Catalogue, a: string, b: string): string | undefined {
  if (mayTalk(catalogue, a, b)) return undefined;
  const peers = typeOf(catalogue, a)?.peers ?? [];
  return peers.length ? `${a} cannot talk to ${b}; it talks to ${listed(peers)}` : `${a} is not a known type`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
