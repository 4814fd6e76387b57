// A socket's security: which mechanism, which side of it, what it shows, whom it lets in.
import { KeyRound, Lock, LockOpen, X } from "lucide-react";
import { useEffect } from "react";
import {
  become,
  calledKey,
  type KeyId,
  type Kind,
  keysOf,
  type Mechanism,
  put,
  type Role,
  type SecurityDocument,
  securityAt,
  speak,
} from "../model/security";
import { nodeOf, type SocketRef, type TopologyDocument } from "../model/topology";
import { freshName, loadKeys, makeKey, useKeys } from "../stores/keyStore";
import { notifyRefusal } from "../stores/noticeStore";
import { useTopology } from "../stores/topologyStore";
import { Button, IconButton } from "../ui/Button";
import { Select } from "../ui/Field";
import { ImportSecret } from "./ImportSecret";
import { PublicKey } from "./PublicKey";
import "./security.css";

interface Props {
  readonly document: TopologyDocument;
  readonly id: SocketRef;
}

interface PartProps extends Props {
  readonly security: SecurityDocument;
  readonly kind: Kind;
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

/** What was chosen stands for "none yet", or for another that is to be made. */
const NONE = "";

export function SecurityForm({ document, id }: Props) {
  const security = securityAt(document, id);
  const { mechanism } = security;
  useEffect(() => {
    if (useKeys.getState().keys === undefined) void loadKeys().catch(() => undefined);
  }, []);
  const kind = mechanism === "null" ? undefined : mechanism;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Security
        <small className="secured">
          {mechanism === "curve" ? (
            <Lock className="icon" aria-hidden />
          ) : (
            <LockOpen className="icon" aria-hidden />
          )}
          {mechanism === "curve" ? "encrypted" : "in the clear"}
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
        <p className="form-summary">{SUMMARIES[mechanism]}</p>
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

const edit = (label: string, edits: Parameters<ReturnType<typeof useTopology.getState>["edit"]>[1]) =>
  useTopology.getState().edit(label, edits);

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

/** The keys of one kind, and the one that is chosen even if it is not there. */
function choices(document: TopologyDocument, kind: Kind, chosen: KeyId | undefined) {
  const names = Object.entries(keysOf(document)).flatMap(([name, key]) => (key.kind === kind ? [name] : []));
  const all = chosen && !names.includes(chosen) ? [...names, chosen] : names;
  const options = all.map((name) => ({ value: name, label: calledKey(document, name) }));
  return chosen ? options : [{ value: NONE, label: options.length ? "choose" : "none yet" }, ...options];
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

/** Make a key on this machine and name it in the drawing; one step to undo. */
async function makeHere(
  document: TopologyDocument,
  base: string,
  kind: Kind,
  use: (key: KeyId) => ReturnType<typeof speak>,
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
  const known = Object.entries(keysOf(document)).filter(
    ([name, key]) => key.kind === kind && !allow.includes(name) && name !== security.key,
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
            onChange={(next) => let_in(next === "any" ? undefined : known.map(([name]) => name))}
          />
        ) : (
          <span className="quiet">{allow.length ? "" : "nobody yet"}</span>
        )}
      </div>
      {!isOpen && (
        <ul className="chips">
          {allow.map((name) => (
            <li key={name} className="chip mono">
              <span className="clip">{calledKey(document, name)}</span>
              <IconButton
                small
                label={`Turn ${calledKey(document, name)} away`}
                icon={<X className="icon" />}
                onClick={() => let_in(allow.filter((each) => each !== name))}
              />
            </li>
          ))}
        </ul>
      )}
      {!isOpen && known.length > 0 && (
        <Select
          label="Let in one more"
          isMono
          value={NONE}
          options={[
            { value: NONE, label: "let in…" },
            ...known.map(([name]) => ({ value: name, label: calledKey(document, name) })),
          ]}
          onChange={(name) => name && let_in([...allow, name])}
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
