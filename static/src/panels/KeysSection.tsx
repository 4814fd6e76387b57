// The keys that the drawing names: what they are for, whether their secrets are here, and what can be done about it.
import { BadgeCheck, Copy, KeyRound, Trash2, UserRound, Vault } from "lucide-react";
import { useEffect } from "react";
import {
  type KeyDocument,
  type KeyId,
  keysOf,
  removeKey,
  renameKey,
  shortKey,
  usersOf,
} from "../model/security";
import { nodeOf, type TopologyDocument } from "../model/topology";
import { copyText } from "../stores/clipboard";
import { useInterface } from "../stores/interfaceStore";
import { loadKeys, makeMissing, useKeys } from "../stores/keyStore";
import { notify, notifyRefusal } from "../stores/noticeStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { Button, IconButton } from "../ui/Button";
import { TextInput } from "../ui/Field";
import { usePublic } from "./PublicKey";
import "./security.css";

const ID = /^[a-z][a-z0-9_-]{0,62}$/;

export function KeysSection({ document }: { readonly document: TopologyDocument }) {
  const keys = Object.entries(keysOf(document));
  const isMissing = useKeys(
    (state) =>
      state.keys !== undefined &&
      keys.some(([, { secret }]) => secret?.stored && !state.keys?.has(secret.stored)),
  );
  const isUsed = keys.length > 0;
  useEffect(() => {
    if (isUsed) void loadKeys().catch(() => undefined);
  }, [isUsed]);
  if (!isUsed) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Keys<small>secrets are not in the file</small>
      </h3>
      <ul className="keys">
        {keys.map(([id, key]) => (
          <KeyRow key={id} document={document} id={id} drawn={key} />
        ))}
      </ul>
      {isMissing && (
        <Button small look="primary" icon={<KeyRound className="icon" />} onClick={() => void make(document)}>
          Make the missing keys
        </Button>
      )}
      <Button
        small
        look="plain"
        icon={<Vault className="icon" />}
        onClick={() => useInterface.getState().set({ dialog: "stored-keys" })}
      >
        Keys of this machine…
      </Button>
    </section>
  );
}

async function make(document: TopologyDocument): Promise<void> {
  try {
    await makeMissing(document);
  } catch (error) {
    notifyRefusal("The keys could not be made", error);
  }
}

export const PICTURES = { curve: KeyRound, plain: UserRound, tls: BadgeCheck } as const;
/** What is said of a key without a secret. */
const SOMEBODY_ELSES = { curve: "public half only", plain: "no password", tls: "certificate only" } as const;

interface RowProps {
  readonly document: TopologyDocument;
  readonly id: KeyId;
  readonly drawn: KeyDocument;
}

function KeyRow({ document, id, drawn }: RowProps) {
  const text = usePublic(document, id);
  const isHere = useKeys(({ keys }) => keys?.has(drawn.secret?.stored ?? ""));
  const users = [...new Set(usersOf(document, id).map(nodeOf))];
  const Picture = PICTURES[drawn.kind];
  const half = drawn.kind === "tls" ? "certificate" : "public half";
  const { edit } = useTopology.getState();
  const rename = (to: string) => {
    const edits = ID.test(to) ? renameKey(document, id, to) : [];
    if (edits.length) edit(`Rename ${id}`, edits);
    else notify("warning", `${to} is no name for a key`, "It is taken, or not a-z, 0-9, _ and -.");
  };
  return (
    <li className="key-row">
      <Picture className="icon" aria-hidden />
      <TextInput label={`Name of the key ${id}`} isMono value={id} onChange={(name) => rename(name.trim())} />
      <span className="key-place" data-missing={(drawn.secret?.stored && isHere === false) || undefined}>
        {placeOf(drawn, isHere)}
      </span>
      {text ? (
        <IconButton
          small
          label={
            drawn.kind === "tls"
              ? `Copy the certificate ${id}`
              : `Copy the public half of ${id}, ${shortKey(text)}`
          }
          icon={<Copy className="icon" />}
          onClick={() => copyText(text, `The ${half} of ${id} is copied`)}
        />
      ) : (
        <span />
      )}
      <IconButton
        small
        label={`Take ${id} out of the drawing`}
        icon={<Trash2 className="icon" />}
        onClick={() => edit(`Remove the key ${id}`, removeKey(document, id))}
      />
      <span className="key-users">
        {drawn.username && <span className="quiet">user {drawn.username}</span>}
        {users.length === 0
          ? "not used"
          : users.map((node) => (
              <button
                key={node}
                type="button"
                className="text-button"
                onClick={() => useSelection.getState().select([{ kind: "node", id: node }])}
              >
                {node}
              </button>
            ))}
      </span>
    </li>
  );
}

function placeOf({ secret, kind }: KeyDocument, isHere: boolean | undefined): string {
  if (secret?.env) return `$${secret.env}`;
  if (secret?.stored) return isHere === false ? "missing" : isHere ? "on this machine" : "";
  return SOMEBODY_ELSES[kind];
}
