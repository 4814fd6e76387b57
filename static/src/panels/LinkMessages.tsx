// The last messages that arrived over a link, each with its frames.
import { RotateCw } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { LinkId } from "../model/topology";
import { clock, count, duration, octets } from "../model/units";
import { useInterface } from "../stores/interfaceStore";
import { type KeptMessage, linkMessages } from "../stores/peek";
import { useRun } from "../stores/runStore";
import { Button } from "../ui/Button";
import { FrameStack } from "./FrameStack";
import { TokenRow } from "./LastDelivered";

export function LinkMessages({ id }: { readonly id: LinkId }) {
  const run = useRun((state) => state.run);
  const [messages, setMessages] = useState<readonly KeptMessage[] | string>("Reading…");
  const load = useCallback(() => {
    if (run)
      linkMessages(id).then(setMessages, () => setMessages("The run keeps no messages of this link now."));
  }, [id, run]);
  useEffect(load, [load]);
  if (!run)
    return (
      <section className="panel-section">
        <p className="section-note">Press Run to see what passes.</p>
      </section>
    );
  return (
    <>
      <Opened id={id} />
      <section className="panel-section">
        <h3 className="section-title">
          {typeof messages === "string" ? "Messages" : `Last ${messages.length} messages`}
          <Button small look="plain" icon={<RotateCw className="icon" aria-hidden />} onClick={load}>
            Read again
          </Button>
        </h3>
        {typeof messages === "string" ? (
          <p className="section-note">{messages}</p>
        ) : (
          <ol className="kept-messages">
            {messages.toReversed().map((message) => (
              <li key={`${message.lane} ${message.connection} ${message.seq} ${message.t}`}>
                <div className="kept-head mono">
                  <b>#{count(message.seq)}</b>
                  <span>{clock(message.t)}</span>
                  <span>
                    {octets(message.octets ?? message.frames.reduce((sum, frame) => sum + frame.octets, 0))}
                  </span>
                </div>
                <FrameStack frames={message.frames} />
              </li>
            ))}
          </ol>
        )}
        {typeof messages !== "string" && messages.length === 0 && (
          <p className="section-note">0 messages so far.</p>
        )}
      </section>
    </>
  );
}

/** The message that was clicked on the canvas. */
function Opened({ id }: { readonly id: LinkId }) {
  const token = useInterface((state) => state.openedMessage);
  if (token?.link !== id) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        The message you clicked
        <small>waited {duration(token.waited_ms)}</small>
      </h3>
      <TokenRow
        key={`${token.lane} ${token.connection} ${token.seq}`}
        token={token}
        isOpen
        onToggle={() => useInterface.getState().set({ openedMessage: null })}
      />
    </section>
  );
}
