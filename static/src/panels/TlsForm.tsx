// What a socket shows over wss and whom it believes there; and who it is to its proxy.
import { BadgeCheck, Copy } from "lucide-react";
import {
  type KeyId,
  keysOf,
  putProxy,
  putTls,
  sealedSides,
  showCertificate,
  type TlsDocument,
} from "../model/security";
import { nodeOf, type SocketRef, socketAt, type TopologyDocument } from "../model/topology";
import { copyText } from "../stores/clipboard";
import { Button } from "../ui/Button";
import { Select } from "../ui/Field";
import { HelpLink } from "../ui/HelpLink";
import { ImportSecret } from "./ImportSecret";
import { KeyList } from "./KeyList";
import { choices, edit, makeHere, NONE } from "./keyChoices";
import { usePublic } from "./PublicKey";
import "./security.css";

interface Props {
  readonly document: TopologyDocument;
  readonly id: SocketRef;
}

interface PartProps extends Props {
  readonly tls: TlsDocument;
}

/** Nothing for a socket that has to do with neither wss nor a proxy. */
export function TlsForm({ document, id }: Props) {
  const socket = socketAt(document, id);
  const { binds, connects } = sealedSides(document, id);
  const tls = socket?.tls ?? {};
  const shows = binds || tls.key !== undefined;
  const believes = connects || tls.trust !== undefined;
  const hasProxy = Boolean(socket?.options?.socks_proxy) || socket?.proxy !== undefined;
  return (
    <>
      {(shows || believes) && (
        <section className="panel-section">
          <h3 className="section-title">
            <span className="with-help">
              TLS
              <HelpLink href="/reference/transport/wss" about="wss" title="WebSocket inside TLS" />
            </span>
            <small>for wss</small>
          </h3>
          {shows && <Shown document={document} id={id} tls={tls} />}
          {believes && <Believed document={document} id={id} tls={tls} />}
        </section>
      )}
      {hasProxy && <ProxyUser document={document} id={id} chosen={socket?.proxy} />}
    </>
  );
}

function Shown({ document, id, tls }: PartProps) {
  const base = nodeOf(id);
  return (
    <>
      <div className="plain-row">
        <span>Shows</span>
        <Select
          label="Certificate"
          isMono
          value={tls.key ?? NONE}
          options={choices(document, "tls", tls.key)}
          onChange={(key) => key && edit(`Show ${key}`, [putTls(id, { ...tls, key })])}
        />
        <p className="form-summary">
          {tls.key
            ? "Whoever connects has to believe this certificate."
            : "Where a socket binds over wss, it shows a certificate."}
        </p>
      </div>
      <div className="key-buttons">
        <Button
          small
          look={tls.key ? undefined : "primary"}
          icon={<BadgeCheck className="icon" />}
          title="For this machine alone: localhost, 127.0.0.1 and ::1"
          onClick={() => void makeHere(document, base, "tls", (key) => showCertificate(document, id, key))}
        >
          Make a certificate
        </Button>
        <ImportSecret
          document={document}
          base={base}
          kind="tls"
          use={(key) => showCertificate(document, id, key)}
        />
        {tls.key && <CopyCertificate document={document} id={tls.key} />}
      </div>
    </>
  );
}

function CopyCertificate({ document, id }: { readonly document: TopologyDocument; readonly id: KeyId }) {
  const text = usePublic(document, id);
  if (!text) return null;
  return (
    <Button
      small
      look="plain"
      icon={<Copy className="icon" />}
      onClick={() => copyText(text, "Certificate copied")}
    >
      Copy the certificate
    </Button>
  );
}

function Believed({ document, id, tls }: PartProps) {
  const trust = tls.trust ?? [];
  const more = Object.entries(keysOf(document)).flatMap(([name, { kind }]) =>
    kind === "tls" && !trust.includes(name) ? [name] : [],
  );
  const put = (next: readonly KeyId[]) =>
    edit("Change who is believed", [putTls(id, { ...tls, trust: next })]);
  return (
    <div className="admission">
      <div className="plain-row">
        <span>Believes</span>
        <span className="quiet">{trust.length ? "" : "no certificate yet"}</span>
      </div>
      <KeyList
        document={document}
        names={trust}
        more={more}
        dropping={(called) => `Believe ${called} no more`}
        adding="Believe one more"
        prompt="believe…"
        put={put}
      />
    </div>
  );
}

function ProxyUser({ document, id, chosen }: Props & { readonly chosen: KeyId | undefined }) {
  const take = (key: KeyId) => [putProxy(id, key)];
  return (
    <section className="panel-section">
      <h3 className="section-title">
        <span className="with-help">
          Proxy
          <HelpLink href="/reference/option/socks_proxy" about="socks_proxy" title="A SOCKS5 proxy" />
        </span>
        <small>who it is to its SOCKS5 proxy</small>
      </h3>
      <div className="plain-row">
        <span>User</span>
        <Select
          label="User of the proxy"
          isMono
          value={chosen ?? NONE}
          options={[
            { value: NONE, label: "nobody" },
            ...choices(document, "plain", chosen).filter(({ value }) => value !== NONE),
          ]}
          onChange={(key) => edit("Choose who it is to its proxy", [putProxy(id, key || undefined)])}
        />
      </div>
      <div className="key-buttons">
        <ImportSecret document={document} base="user" kind="plain" use={take} />
      </div>
    </section>
  );
}
