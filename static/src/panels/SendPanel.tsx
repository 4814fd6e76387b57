// The manual node: type a message of one or more frames, send it, read what has come.
import { Plus, Send, X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { type NodeDocument, type NodeId, socketsOf } from "../model/topology";
import { useCatalogue } from "../stores/catalogueStore";
import { notifyRefusal } from "../stores/noticeStore";
import { type FrameToSend, type ManualMessage, manualMessages, sendManual } from "../stores/peek";
import { useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { Button, IconButton } from "../ui/Button";
import { Select } from "../ui/Field";
import { FrameStack } from "./FrameStack";

interface SendPanelProps {
  readonly id: NodeId;
  readonly node: NodeDocument;
}

export function SendPanel({ id, node }: SendPanelProps) {
  const isRunning = useRun((run) => run.state === "running");
  const types = useCatalogue(({ catalogue }) => catalogue.types);
  const senders = Object.entries(socketsOf(node))
    .filter(([, { type }]) => types.find(({ name }) => name === type)?.sends ?? true)
    .map(([role]) => role);
  const [role, setRole] = useState("");
  const [frames, setFrames] = useState<readonly string[]>(["hello"]);
  const [messages, reload] = useManualMessages(id, isRunning);
  const socket = senders.includes(role) ? role : (senders[0] ?? "");
  const send = async () => {
    try {
      await sendManual(id, socket, frames.map(asFrame));
      reload();
    } catch (error) {
      notifyRefusal("The message was not sent", error);
    }
  };
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Send<small>{isRunning ? "Ctrl Enter" : "while it runs"}</small>
      </h3>
      {senders.length > 1 && (
        <Select
          label="Socket to send on"
          isMono
          value={socket}
          options={senders.map((value) => ({ value, label: value }))}
          onChange={setRole}
        />
      )}
      {senders.length > 0 && (
        <form
          className="send-form"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          {frames.map((frame, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a frame has no identity but its place
            <div className="list-item" key={i}>
              <input
                className="input mono"
                aria-label={`Frame ${i + 1}`}
                placeholder="empty frame"
                value={frame}
                onChange={(event) =>
                  setFrames(frames.map((each, at) => (at === i ? event.target.value : each)))
                }
              />
              <IconButton
                small
                label={`Remove frame ${i + 1}`}
                icon={<X className="icon" />}
                disabled={frames.length === 1}
                onClick={() => setFrames(frames.filter((_, at) => at !== i))}
              />
            </div>
          ))}
          <div className="send-actions">
            <Button
              small
              look="plain"
              icon={<Plus className="icon" />}
              onClick={() => setFrames([...frames, ""])}
            >
              Frame
            </Button>
            <Button
              small
              look="primary"
              type="submit"
              icon={<Send className="icon" aria-hidden />}
              disabled={!isRunning}
            >
              Send
            </Button>
          </div>
        </form>
      )}
      <Arrived messages={messages} isRunning={isRunning} />
    </section>
  );
}

/** `0x…` sends octets, everything else is text. */
function asFrame(text: string): FrameToSend {
  const hex = /^0x((?:[0-9a-f]{2})*)$/i.exec(text.trim())?.[1];
  return hex === undefined ? { text } : { hex };
}

function Arrived({
  messages,
  isRunning,
}: {
  readonly messages: readonly ManualMessage[];
  readonly isRunning: boolean;
}) {
  if (messages.length === 0)
    return isRunning ? <p className="section-note">Nothing has arrived yet.</p> : null;
  return (
    <ol className="manual-messages">
      {messages.toReversed().map(({ seq, direction, socket, frames }) => (
        <li key={`${direction} ${seq}`}>
          <span className="quiet">
            {direction === "sent" ? "sent on" : "received on"} <span className="mono">{socket}</span>
          </span>
          <FrameStack frames={frames} />
        </li>
      ))}
    </ol>
  );
}

/** Asked for again when the node's own counters have moved, never by the clock alone. */
function useManualMessages(id: NodeId, isRunning: boolean): readonly [readonly ManualMessage[], () => void] {
  const [messages, setMessages] = useState<readonly ManualMessage[]>([]);
  const load = useCallback(() => {
    if (!useRun.getState().run) return;
    manualMessages(id).then(setMessages, () => undefined);
  }, [id]);
  useEffect(() => {
    if (!isRunning) return;
    load();
    let seen = "";
    return telemetry.onText(() => {
      const moved = JSON.stringify(telemetry.pipesOf(id).map((row) => telemetry.moved(row)));
      if (moved === seen) return;
      seen = moved;
      load();
    });
  }, [id, isRunning, load]);
  return [messages, load];
}
