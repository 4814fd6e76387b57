// The two edits of a document, and what undoes them: set a value at a path, unset a key.
import type { Json } from "./topology";

export type Path = readonly string[];

export type Edit =
  | { readonly kind: "set"; readonly path: Path; readonly value: Json; readonly at?: number }
  | { readonly kind: "unset"; readonly path: Path };

type Tree = Readonly<Record<string, Json>>;

/** What has sockets, links or members: an edit below one of these never brings it back to life. */
const OWNERS: readonly string[] = ["nodes", "links", "processes"];

/** The edit's place is not there; the server answers this with 422 edit-misses-target. */
export class EditMissesTarget extends Error {
  readonly edit: Edit;

  constructor(edit: Edit) {
    super(`the edit misses its target: ${edit.kind} ${edit.path.join(".")}`);
    this.edit = edit;
  }
}

export interface Applied<D> {
  readonly document: D;
  /** To be applied in this order. */
  readonly inverse: readonly Edit[];
}

/**
 * Apply one edit and say which edits undo it. Nothing given is changed; untouched branches are shared.
 *
 * Unsetting a node or a socket takes its links along; the undo brings all of them back to their places.
 *
 * @throws EditMissesTarget
 */
export function apply<D extends object>(document: D, edit: Edit): Applied<D> {
  if (edit.path.length === 0) throw new EditMissesTarget(edit);
  const tree = document as unknown as Tree;
  const done = edit.kind === "set" ? applySet(tree, edit) : applyUnset(tree, edit);
  return done as unknown as Applied<D>;
}

/** Apply edits in order; the inverse undoes all of them, last first. */
export function applyAll<D extends object>(document: D, edits: readonly Edit[]): Applied<D> {
  let inverse: readonly Edit[] = [];
  let now = document;
  for (const edit of edits) {
    const step = apply(now, edit);
    now = step.document;
    inverse = [...step.inverse, ...inverse];
  }
  return { document: now, inverse };
}

/** Whether two edits want different things of the same place: one path begins the other and the values differ. */
export function clash(a: Edit, b: Edit): boolean {
  const shorter = Math.min(a.path.length, b.path.length);
  for (let i = 0; i < shorter; i++) if (a.path[i] !== b.path[i]) return false;
  if (a.path.length !== b.path.length) return true;
  return !sameValue(a.kind === "set" ? a.value : undefined, b.kind === "set" ? b.value : undefined);
}

/** Deep equality of JSON values; the order of keys does not count. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((v, i) => sameValue(v, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameValue(a[key], b[key]));
}

/** The value at a path, or undefined. */
export function valueAt(document: object, path: Path): Json | undefined {
  let value: Json | undefined = document as unknown as Tree;
  for (const key of path) {
    if (!isMap(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function applySet(tree: Tree, edit: Edit & { kind: "set" }): Applied<Tree> {
  const { path, value, at } = edit;
  if (path.length > 2 && OWNERS.includes(path[0] ?? "") && valueAt(tree, path.slice(0, 2)) === undefined)
    throw new EditMissesTarget(edit);
  const standing = depthOfExisting(tree, edit);
  if (standing === path.length) {
    const old = valueAt(tree, path) as Json;
    return { document: put(tree, path, value), inverse: [{ kind: "set", path, value: old }] };
  }
  const created = path.slice(0, standing + 1);
  // A link may have hung on it before it was there; taking it away again would take that along.
  const hanging = attachedLinks(tree, created).map((link) => restore(tree, ["links", link]));
  return { document: put(tree, path, value, at), inverse: [{ kind: "unset", path: created }, ...hanging] };
}

/** How many keys of the path are there already; all but the last must lead through maps. */
function depthOfExisting(tree: Tree, edit: Edit): number {
  let value: Json = tree;
  for (const [i, key] of edit.path.entries()) {
    if (!isMap(value)) throw new EditMissesTarget(edit);
    if (!Object.hasOwn(value, key)) return i;
    value = value[key] as Json;
  }
  return edit.path.length;
}

function applyUnset(tree: Tree, edit: Edit & { kind: "unset" }): Applied<Tree> {
  if (depthOfExisting(tree, edit) < edit.path.length) throw new EditMissesTarget(edit);
  const gone = attachedLinks(tree, edit.path);
  const inverse: Edit[] = [restore(tree, edit.path)];
  let now = remove(tree, edit.path);
  for (const link of gone) {
    inverse.push(restore(tree, ["links", link]));
    now = remove(now, ["links", link]);
  }
  return { document: now, inverse };
}

/** The links that go with a node or a socket, in the order of the file. */
function attachedLinks(tree: Tree, path: Path): readonly string[] {
  const links = tree.links;
  if (path[0] !== "nodes" || !isMap(links)) return [];
  const [, node, room, socket] = path;
  const isNode = path.length === 2;
  const isSocket = path.length === 4 && room === "sockets";
  if (!isNode && !isSocket) return [];
  const names = (ref: Json | undefined) =>
    typeof ref === "string" && (isNode ? ref.split(".", 1)[0] === node : ref === `${node}.${socket}`);
  return Object.entries(links)
    .filter(([, link]) => isMap(link) && (names(link.connect) || names(link.bind)))
    .map(([id]) => id);
}

function restore(tree: Tree, path: Path): Edit {
  const parent = valueAt(tree, path.slice(0, -1)) as Tree;
  const at = Object.keys(parent).indexOf(path.at(-1) as string);
  return { kind: "set", path, value: valueAt(tree, path) as Json, at };
}

function put(tree: Tree, path: Path, value: Json, at?: number): Tree {
  const [key, ...rest] = path as [string, ...string[]];
  const inner = Object.hasOwn(tree, key) ? tree[key] : undefined;
  const next = rest.length ? put(isMap(inner) ? inner : {}, rest, value, at) : value;
  if (Object.hasOwn(tree, key)) return { ...tree, [key]: next };
  const entries = Object.entries(tree);
  // Only the key that was asked for goes to a place; maps made on the way go to the end.
  entries.splice(rest.length || at === undefined ? entries.length : at, 0, [key, next]);
  return Object.fromEntries(entries);
}

function remove(tree: Tree, path: Path): Tree {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length) return { ...tree, [key]: remove(tree[key] as Tree, rest) };
  return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== key));
}

function isMap(value: Json | undefined): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
