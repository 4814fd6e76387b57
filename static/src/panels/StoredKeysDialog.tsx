// The keys that this machine keeps, for whatever drawing: looked through, copied, and forgotten for good.
import { Copy, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { type KeyId, keysOf, usersOf } from "../model/security";
import { nodeOf, type TopologyDocument } from "../model/topology";
import { plural } from "../model/units";
import { copyText } from "../stores/clipboard";
import { useInterface } from "../stores/interfaceStore";
import { deleteKey, loadKeys, type StoredKey, useKeys } from "../stores/keyStore";
import { notifyRefusal } from "../stores/noticeStore";
import { isLive, useRun } from "../stores/runStore";
import { useTopology } from "../stores/topologyStore";
import { Button, IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { PICTURES } from "./KeysSection";
import "./security.css";

export function StoredKeysDialog() {
  const keys = useKeys((state) => state.keys);
  const document = useTopology((state) => state.document);
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    loadKeys().catch((error) => notifyRefusal("The keys could not be listed", error));
  }, []);
  const all = [...(keys?.values() ?? [])].toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <Dialog
      title="Keys of this machine"
      className="stored-keys"
      onClose={() => useInterface.getState().set({ dialog: null })}
    >
      <p className="form-summary">
        Every drawing on this machine may name them. Their secrets stay at the server; nobody gets one back
        here.
      </p>
      {keys && all.length === 0 && <p className="quiet">There are none yet.</p>}
      <ul className="stored-key-list">
        {all.map((key) => (
          <StoredRow
            key={key.name}
            stored={key}
            document={document}
            isAsked={asked === key.name}
            ask={(isAsked) => setAsked(isAsked ? key.name : null)}
          />
        ))}
      </ul>
    </Dialog>
  );
}

interface RowProps {
  readonly stored: StoredKey;
  readonly document: TopologyDocument;
  readonly isAsked: boolean;
  ask(isAsked: boolean): void;
}

const KINDS = { curve: "CURVE key", plain: "password", tls: "certificate" } as const;

function StoredRow({ stored, document, isAsked, ask }: RowProps) {
  const Picture = PICTURES[stored.kind];
  const { name, public: half } = stored;
  const named = namedBy(document, name);
  const users = [...new Set(named.flatMap((id) => usersOf(document, id).map(nodeOf)))];
  const halfWords = stored.kind === "tls" ? "certificate" : "public half";
  return (
    <li className="stored-key">
      <Picture className="icon" aria-hidden />
      <span className="mono clip">{name}</span>
      <span className="quiet">{KINDS[stored.kind]}</span>
      <span className="quiet">{madeOn(stored)}</span>
      {half ? (
        <IconButton
          small
          label={`Copy the ${halfWords} of ${name}`}
          icon={<Copy className="icon" />}
          onClick={() => copyText(half, `The ${halfWords} of ${name} is copied`)}
        />
      ) : (
        <span />
      )}
      <IconButton
        small
        label={`Delete the stored key ${name}`}
        icon={<Trash2 className="icon" />}
        aria-expanded={isAsked}
        onClick={() => ask(!isAsked)}
      />
      {!isAsked && named.length > 0 && <span className="stored-key-use">used by this drawing</span>}
      {isAsked && (
        <Question stored={stored} users={users} isNamed={named.length > 0} close={() => ask(false)} />
      )}
    </li>
  );
}

interface QuestionProps {
  readonly stored: StoredKey;
  readonly users: readonly string[];
  readonly isNamed: boolean;
  close(): void;
}

function Question({ stored, users, isNamed, close }: QuestionProps) {
  const isRunning = useRun((run) => isLive(run.state));
  const remove = async () => {
    try {
      await deleteKey(stored);
      close();
    } catch (error) {
      notifyRefusal("The key was not deleted", error);
    }
  };
  const words = !isNamed
    ? "Nobody can bring it back, and other drawings may use it."
    : users.length
      ? `Nobody can bring it back, and this drawing needs it (${users.join(", ")}): it will not run without.`
      : "Nobody can bring it back, and this drawing names it.";
  return (
    <div className="stored-key-question" role="alert">
      <p>
        {words}
        {isNamed && isRunning && " The run that goes on keeps it to its end."}
      </p>
      <div className="key-buttons">
        <Button small look="danger" onClick={() => void remove()}>
          Delete {stored.name} for good
        </Button>
        <Button small look="plain" onClick={close}>
          Keep it
        </Button>
      </div>
    </div>
  );
}

/** The keys of a drawing whose secret is stored under a name. */
function namedBy(document: TopologyDocument, stored: string): readonly KeyId[] {
  return Object.entries(keysOf(document)).flatMap(([id, { secret }]) =>
    secret?.stored === stored ? [id] : [],
  );
}

function madeOn({ made_at }: StoredKey): string {
  const days = Math.floor((Date.now() / 1000 - made_at) / 86_400);
  return days < 1 ? "made today" : `made ${plural(days, "day")} ago`;
}
