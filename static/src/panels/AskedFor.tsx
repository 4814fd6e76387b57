// What a socket asks for: the subscriptions of a SUB, the groups that a DISH joins.
import { Plus, X } from "lucide-react";
import type { SocketDocument, Subscription } from "../model/topology";
import { useTopology } from "../stores/topologyStore";
import { Button, IconButton } from "../ui/Button";
import { TextInput } from "../ui/Field";
import { bytesText, readBytes } from "./OptionForm";

interface PartProps {
  readonly node: string;
  readonly role: string;
  readonly socket: SocketDocument;
}

export function AskedFor({ node, role, socket }: PartProps) {
  if (socket.type === "SUB") return <Subscriptions node={node} role={role} socket={socket} />;
  return socket.type === "DISH" ? <Groups node={node} role={role} socket={socket} /> : null;
}

function Subscriptions({ node, role, socket }: PartProps) {
  const subscriptions = socket.subscriptions ?? [];
  const put = (next: readonly Subscription[]) =>
    useTopology
      .getState()
      .edit("Change subscriptions", [
        { kind: "set", path: ["nodes", node, "sockets", role, "subscriptions"], value: next },
      ]);
  return (
    <TextList
      title="Subscriptions"
      one="Subscription"
      what={subscriptions.length ? "by beginning of the first frame" : "hears nothing"}
      placeholder="everything"
      first="Subscribe to everything"
      texts={subscriptions.map(bytesText)}
      onChange={(texts) => put(texts.map((text) => readBytes(text) as Subscription))}
    />
  );
}

function Groups({ node, role, socket }: PartProps) {
  const joins = socket.joins ?? [];
  const put = (next: readonly string[]) =>
    useTopology
      .getState()
      .edit("Change groups", [{ kind: "set", path: ["nodes", node, "sockets", role, "joins"], value: next }]);
  return (
    <TextList
      title="Groups"
      one="Group"
      what={joins.length ? "by whole name" : "hears nothing"}
      placeholder="the group without a name"
      first="Join the group all"
      texts={joins}
      onChange={put}
      newText={joins.length ? "" : "all"}
    />
  );
}

interface TextListProps {
  readonly title: string;
  readonly one: string;
  readonly what: string;
  readonly placeholder: string;
  /** What the button says while the list is empty. */
  readonly first: string;
  readonly texts: readonly string[];
  readonly newText?: string;
  onChange(texts: readonly string[]): void;
}

function TextList({ title, one, what, placeholder, first, texts, newText = "", onChange }: TextListProps) {
  return (
    <section className="panel-section">
      <h3 className="section-title">
        {title}
        <small>{what}</small>
      </h3>
      <div className="list-field">
        {texts.map((text, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an entry has no identity but its place
          <div className="list-item" key={i}>
            <TextInput
              label={`${one} ${i + 1}`}
              isMono
              placeholder={placeholder}
              value={text}
              onChange={(next) => onChange(texts.map((each, at) => (at === i ? next : each)))}
            />
            <IconButton
              small
              label={`Remove ${one.toLowerCase()} ${i + 1}`}
              icon={<X className="icon" />}
              onClick={() => onChange(texts.filter((_, at) => at !== i))}
            />
          </div>
        ))}
        <Button
          small
          look="plain"
          icon={<Plus className="icon" />}
          onClick={() => onChange([...texts, newText])}
        >
          {texts.length ? "Add" : first}
        </Button>
      </div>
    </section>
  );
}
