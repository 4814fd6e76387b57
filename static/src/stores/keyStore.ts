// The keys of this machine: their names and public halves. A secret only ever goes to the server, never back.
import { create } from "zustand";
import { type KeyWish, type Kind, keysOf, textAt } from "../model/security";
import type { TopologyDocument } from "../model/topology";
import { newKey, request } from "../wire/http";
import { notify } from "./noticeStore";
import { useTopology } from "./topologyStore";

export interface StoredKey {
  readonly name: string;
  readonly kind: Kind;
  /** A public half in Z85, or a certificate as PEM text; null for a password. */
  readonly public: string | null;
  readonly made_at: number;
  readonly revision: string;
}

export interface KeyState {
  /** By name; undefined until they were asked for. */
  readonly keys: ReadonlyMap<string, StoredKey> | undefined;
}

export const useKeys = create<KeyState>()(() => ({ keys: undefined }));

/** Ask the server what there is. @throws RequestRefused */
export async function loadKeys(): Promise<ReadonlyMap<string, StoredKey>> {
  const { body } = await request<{ items: readonly StoredKey[] }>("GET", "/keys");
  const keys = new Map(body.items.map((key) => [key.name, key]));
  useKeys.setState({ keys });
  return keys;
}

/** Make a key on this machine, or have it keep the secret given. @throws RequestRefused */
export async function makeKey(name: string, kind: Kind, secret?: string): Promise<StoredKey> {
  const { body } = await request<StoredKey & { readonly old_in_runs: readonly string[] }>("POST", "/keys", {
    body: { name, kind, ...(secret === undefined ? {} : { secret }) },
    idempotencyKey: newKey(),
  });
  if (body.old_in_runs.length)
    notify(
      "warning",
      `The run goes on with the old ${name}`,
      "It was handed its secrets when it began. Stop it and run again, and it has the new one.",
    );
  useKeys.setState(({ keys }) => ({ keys: new Map(keys).set(body.name, body) }));
  useTopology.getState().recheck();
  return body;
}

/** Forget a key of this machine for good. @throws RequestRefused */
export async function deleteKey({ name, revision }: StoredKey): Promise<void> {
  await request("DELETE", `/keys/${encodeURIComponent(name)}`, { revision });
  useKeys.setState(({ keys }) => {
    const left = new Map(keys);
    left.delete(name);
    return { keys: left };
  });
  useTopology.getState().recheck();
}

/** Do what a fix wishes before its edits are made. @throws RequestRefused */
export async function fulfil(wishes: readonly KeyWish[], document: TopologyDocument): Promise<void> {
  for (const { name, kind, source } of wishes)
    await makeKey(name, kind, source.length ? textAt(document, source) : undefined);
}

/** Make the stored keys that a drawing names and this machine has not; tells how many. @throws RequestRefused */
export async function makeMissing(document: TopologyDocument): Promise<number> {
  const wanted = Object.values(keysOf(document)).flatMap(({ kind, secret }) =>
    secret?.stored ? [{ name: secret.stored, kind }] : [],
  );
  if (wanted.length === 0) return 0;
  const known = await loadKeys();
  const missing = wanted.filter(
    ({ name }, i) => !known.has(name) && wanted.findIndex((each) => each.name === name) === i,
  );
  for (const { name, kind } of missing) await makeKey(name, kind);
  return missing.length;
}

/** Characters of an id at most. */
const LONGEST_ID = 63;

/** A name that neither a key of this machine nor `taken` has: `base`, `base-2` …, cut to what an id may have. */
export function freshName(base: string, taken: Readonly<Record<string, unknown>>): string {
  const { keys } = useKeys.getState();
  for (let n = 1; ; n++) {
    const ending = n === 1 ? "" : `-${n}`;
    const name = base.slice(0, LONGEST_ID - ending.length) + ending;
    if (!keys?.has(name) && !Object.hasOwn(taken, name)) return name;
  }
}
