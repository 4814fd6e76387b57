// What the forms of keys share: the keys to choose from, and one made by a press.
import type { Edit } from "../model/edits";
import { calledKey, type KeyId, type Kind, keysOf } from "../model/security";
import type { TopologyDocument } from "../model/topology";
import { freshName, loadKeys, makeKey } from "../stores/keyStore";
import { notifyRefusal } from "../stores/noticeStore";
import { useTopology } from "../stores/topologyStore";

/** What was chosen stands for "none yet", or for another that is to be made. */
export const NONE = "";

export const edit = (label: string, edits: readonly Edit[]): void =>
  useTopology.getState().edit(label, edits);

/** The keys of one kind, and the one that is chosen even if it is not there. */
export function choices(document: TopologyDocument, kind: Kind, chosen: KeyId | undefined) {
  const names = Object.entries(keysOf(document)).flatMap(([name, key]) => (key.kind === kind ? [name] : []));
  const all = chosen && !names.includes(chosen) ? [...names, chosen] : names;
  const options = all.map((name) => ({ value: name, label: calledKey(document, name) }));
  return chosen ? options : [{ value: NONE, label: options.length ? "choose" : "none yet" }, ...options];
}

/** Make a key on this machine and name it in the drawing; one step to undo. */
export async function makeHere(
  document: TopologyDocument,
  base: string,
  kind: Kind,
  use: (key: KeyId) => readonly Edit[],
): Promise<void> {
  try {
    await loadKeys();
    const name = freshName(base, keysOf(document));
    await makeKey(name, kind);
    edit(`Make the key ${name}`, [
      { kind: "set", path: ["keys", name], value: { kind, secret: { stored: name } } },
      ...use(name),
    ]);
  } catch (error) {
    notifyRefusal("The key could not be made", error);
  }
}
