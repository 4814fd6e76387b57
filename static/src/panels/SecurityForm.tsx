// A socket's security: which mechanism, which side of it, what it shows, whom it lets in.
import { KeyRound, Lock, LockOpen } from "lucide-react";
import { useEffect } from "react";
import {
  become,
  isSealed,
  type KeyId,
  keysOf,
  type Mechanism,
  put,
  type Role,
  type SecurityDocument,
  type Spoken,
  sealedSides,
  securityAt,
  speak,
} from "../model/security";
import { nodeOf, type SocketRef, type TopologyDocument } from "../model/topology";
import { loadKeys, useKeys } from "../stores/keyStore";
import { Button } from "../ui/Button";
import { Select } from "../ui/Field";
import { ImportSecret } from "./ImportSecret";
import { KeyList } from "./KeyList";
import { choices, edit, makeHere, NONE } from "./keyChoices";
import { PublicKey } from "./PublicKey";
import "./security.css";

interface Props {
  readonly document: TopologyDocument;
  readonly id: SocketRef;
}

interface PartProps extends Props {
  readonly security: SecurityDocument;
  readonly kind: Spoken;
}

const MECHANISMS: readonly { readonly value: Mechanism; readonly label: string }[] = [
  { value: "null", label: "NULL" },
  { value: "plain", label: "PLAIN" },
  { value: "curve", label: "CURVE" },
];

const SUMMARIES: Readonly<Record<Mechanism, string>> = {
  null: "Whoever reaches it is let in, and everything goes in the clear.",
  plain: "A user name and a password, which go in the clear, as do the messages.",
  curve: "Both sides prove their keys, and every octet is encrypted.",
};
/** The same where TLS is around it. */
const SEALED: Readonly<Record<Mechanism, string>> = {
  null: "Whoever reaches it is let in; wss encrypts what passes.",
  plain: "A user name and a password; wss encrypts them, and the messages.",
  curve: "Both sides prove their keys, and every octet is encrypted, once more by wss.",
};

export function SecurityForm({ document, id }: Props) {
  const security = securityAt(document, id);
  const { mechanism } = security;
  useEffect(() => {
    if (useKeys.getState().keys === undefined) void loadKeys().catch(() => undefined);
  }, []);
  const kind = mechanism === "null" ? undefined : mechanism;
  const isOverTls = isSealed(document, id);
  const { binds, connects } = sealedSides(document, id);
  const isPartly = (binds || connects) && !isOverTls;
  const isClosed = isOverTls || mechanism === "curve";
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Security
        <small className="secured">
          {isClosed ? <Lock className="icon" aria-hidden /> : <LockOpen className="icon" aria-hidden />}
          {isClosed ? "encrypted" : "in the clear"}
        </small>
      </h3>
      <div className="plain-row">
        <span>Mechanism</span>
        <Select
          label="Mechanism"
          isMono
          value={mechanism}
          options={MECHANISMS}
          onChange={(next) => edit(`Speak ${next.toUpperCase()}`, speak(document, id, next as Mechanism))}
        />
        <p className="form-summary">
          {(isOverTls ? SEALED : SUMMARIES)[mechanism]}
          {isPartly && mechanism !== "curve" && " But not over wss."}
        </p>
      </div>
      {kind && <Sides document={document} id={id} security={security} kind={kind} />}
      {kind && (kind === "curve" || security.role === "client") && (
        <OwnKey document={document} id={id} security={security} kind={kind} />
      )}
      {kind === "curve" && security.role === "client" && (
        <ServerKey document={document} id={id} security={security} kind={kind} />
      )}
      {kind && security.role === "server" && (
        <Admission document={document} id={id} security={security} kind={kind} />
      )}
    </section>
  );
}

function Sides({ document, id, security }: PartProps) {
  return (
    <div className="plain-row">
      <span>Side</span>
      <Select
        label="Side"
        value={security.role ?? NONE}
        options={[
          ...(security.role ? [] : [{ value: NONE, label: "choose" }]),
          { value: "server", label: "server" },
          { value: "client", label: "client" },
        ]}
        onChange={(role) => role && edit(`Be the ${role}`, become(document, id, role as Role))}
      />
    </div>
  );
}

function OwnKey({ document, id, security, kind }: PartProps) {
  const what = kind === "curve" ? "Key" : "User";
  const take = (key: KeyId) => put(id, { ...security, key });
  const base = nodeOf(id);
  return (
    <>
      <div className="plain-row">
        <span>{what}</span>
        <Select
          label={what}
          isMono
          value={security.key ?? NONE}
          options={choices(document, kind, security.key)}
          onChange={(key) => key && edit(`Show ${key}`, [take(key)])}
        />
      </div>
      {security.key && kind === "curve" && <PublicKey document={document} id={security.key} />}
      <div className="key-buttons">
        {kind === "curve" && (
          <Button
            small
            look={security.key ? undefined : "primary"}
            icon={<KeyRound className="icon" />}
            onClick={() => void makeHere(document, base, kind, (key) => [take(key)])}
          >
            Make a key
          </Button>
        )}
        <ImportSecret document={document} base={base} kind={kind} use={(key) => [take(key)]} />
      </div>
    </>
  );
}

function ServerKey({ document, id, security }: PartProps) {
  return (
    <>
      <div className="plain-row">
        <span>Server's key</span>
        <Select
          label="Server's key"
          isMono
          value={security.server_key ?? NONE}
          options={choices(document, "curve", security.server_key)}
          onChange={(key) => key && edit(`Expect ${key}`, [put(id, { ...security, server_key: key })])}
        />
      </div>
      {security.server_key && <PublicKey document={document} id={security.server_key} />}
    </>
  );
}

function Admission({ document, id, security, kind }: PartProps) {
  const allow = security.allow ?? [];
  const known = Object.entries(keysOf(document)).flatMap(([name, key]) =>
    key.kind === kind && !allow.includes(name) && name !== security.key ? [name] : [],
  );
  const let_in = (next: readonly KeyId[] | undefined) =>
    edit("Change who is let in", [put(id, { ...security, allow: next })]);
  const isOpen = kind === "curve" && security.allow === undefined;
  return (
    <div className="admission">
      <div className="plain-row">
        <span>Lets in</span>
        {kind === "curve" ? (
          <Select
            label="Lets in"
            value={isOpen ? "any" : "list"}
            options={[
              { value: "any", label: "whoever knows its key" },
              { value: "list", label: "these keys" },
            ]}
            onChange={(next) => let_in(next === "any" ? undefined : known)}
          />
        ) : (
          <span className="quiet">{allow.length ? "" : "nobody yet"}</span>
        )}
      </div>
      {!isOpen && (
        <KeyList
          document={document}
          names={allow}
          more={known}
          dropping={(called) => `Turn ${called} away`}
          adding="Let in one more"
          prompt="let in…"
          put={let_in}
        />
      )}
      {kind === "plain" && (
        <div className="key-buttons">
          <ImportSecret
            document={document}
            base="user"
            kind={kind}
            use={(name) => [put(id, { ...security, allow: [...allow, name] })]}
          />
        </div>
      )}
    </div>
  );
}
