// The latest sampled messages of a link, as they pass; a click opens one to its frames.
import { useState } from "react";
import type { Token } from "../model/telemetry";
import type { LinkId } from "../model/topology";
import { count, octets } from "../model/units";
import { telemetry } from "../stores/telemetryStore";
import { headText } from "./FrameStack";
import { OpenedMessage } from "./OpenedMessage";

const SHOWN = 5;

export function LastDelivered({ id }: { readonly id: LinkId }) {
  const [opened, setOpened] = useState<string | null>(null);
  const tokens = telemetry.recentTokens(id).slice(-SHOWN).toReversed();
  if (tokens.length === 0) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">
        Last messages<small>open to see frames</small>
      </h3>
      <ol className="last-messages">
        {tokens.map((token) => {
          const key = `${token.lane} ${token.connection} ${token.seq}`;
          return (
            <li key={key}>
              <TokenRow
                token={token}
                isOpen={opened === key}
                onToggle={() => setOpened(opened === key ? null : key)}
              />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface TokenRowProps {
  readonly token: Token;
  readonly isOpen: boolean;
  onToggle(): void;
}

export function TokenRow({ token, isOpen, onToggle }: TokenRowProps) {
  return (
    <>
      <button type="button" className="message-row mono" aria-expanded={isOpen} onClick={onToggle}>
        <b>#{count(token.seq)}</b>
        <span>{octets(token.octets)}</span>
        <span className="clip">{headText(token.head)}</span>
      </button>
      {isOpen && <OpenedMessage token={token} />}
    </>
  );
}
