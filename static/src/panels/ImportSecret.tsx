// A secret that a person has already: typed or pasted once, sent to this machine's store, and shown nowhere again.
import { Download } from "lucide-react";
import { useState } from "react";
import { freshId } from "../model/drafting";
import type { Edit } from "../model/edits";
import { type KeyId, type Kind, keysOf } from "../model/security";
import type { TopologyDocument } from "../model/topology";
import { freshName, loadKeys, makeKey } from "../stores/keyStore";
import { notifyRefusal } from "../stores/noticeStore";
import { useTopology } from "../stores/topologyStore";
import { Button } from "../ui/Button";

interface Props {
  readonly document: TopologyDocument;
  /** What the key is called unless a person says otherwise. */
  readonly base: string;
  readonly kind: Kind;
  /** Edits that use the key once it is here. */
  use(key: KeyId): readonly Edit[];
}

/** How a person is asked for a secret of each kind. */
const WORDS: Readonly<Record<Kind, Readonly<Record<"open" | "name" | "secret" | "hint", string>>>> = {
  curve: {
    open: "Import a secret key…",
    name: "Name of the key",
    secret: "Secret key",
    hint: "secret key, 40 characters of Z85",
  },
  plain: { open: "Add a user…", name: "User name", secret: "Password", hint: "password" },
  tls: {
    open: "Import a certificate…",
    name: "Name of the certificate",
    secret: "Private key and certificate",
    hint: "-----BEGIN PRIVATE KEY----- …\n-----BEGIN CERTIFICATE----- …\nPEM text: both, one after the other",
  },
};

export function ImportSecret({ document, base, kind, use }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const words = WORDS[kind];
  if (!isOpen)
    return (
      <Button small look="plain" icon={<Download className="icon" />} onClick={() => setOpen(true)}>
        {words.open}
      </Button>
    );
  const keep = async () => {
    try {
      await loadKeys();
      const stored = freshName(freshId({}, name.trim() || base), keysOf(document));
      await makeKey(stored, kind, secret);
      const username = kind === "plain" && name.trim() && name.trim() !== stored ? name.trim() : undefined;
      const value = { kind, ...(username ? { username } : {}), secret: { stored } };
      useTopology
        .getState()
        .edit(`Import ${stored}`, [{ kind: "set", path: ["keys", stored], value }, ...use(stored)]);
      close();
    } catch (error) {
      notifyRefusal("The secret was not taken", error);
    }
  };
  const close = () => {
    setSecret("");
    setName("");
    setOpen(false);
  };
  return (
    <form
      className="import-secret"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <input
        className="input mono"
        aria-label={words.name}
        placeholder={kind === "plain" ? "user name" : base}
        value={name}
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: it was opened to be typed into
        autoFocus
        onChange={({ target }) => setName(target.value)}
      />
      {kind === "tls" ? (
        <textarea
          className="input mono pem"
          aria-label={words.secret}
          placeholder={words.hint}
          rows={5}
          value={secret}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => setSecret(target.value)}
        />
      ) : (
        <input
          className="input mono"
          type="password"
          aria-label={words.secret}
          placeholder={words.hint}
          value={secret}
          autoComplete="new-password"
          onChange={({ target }) => setSecret(target.value)}
        />
      )}
      <p className="form-summary">It goes to this machine's key store, and is never shown again.</p>
      <div className="key-buttons">
        <Button small look="primary" type="submit" disabled={!secret}>
          Keep it
        </Button>
        <Button small look="plain" onClick={close}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
