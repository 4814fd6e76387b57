// Sampled messages as they pass: to be filtered, held still, and opened to their frames.
import { useEffect, useState } from "react";
import type { Token } from "../model/telemetry";
import { linkLabel, type TopologyDocument } from "../model/topology";
import { clock, count, duration, octets } from "../model/units";
import { telemetry } from "../stores/telemetryStore";
import { useTopology } from "../stores/topologyStore";
import { useText } from "../stores/useText";
import { headText } from "./FrameStack";
import { OpenedMessage } from "./OpenedMessage";

const SHOWN = 100;

interface MessageListProps {
  readonly filter: string;
  readonly isHeld: boolean;
}

export function MessageList({ filter, isHeld }: MessageListProps) {
  const document = useTopology((state) => state.document);
  const fresh = useText(() => telemetry.recentTokens());
  const [held, setHeld] = useState(fresh);
  useEffect(() => {
    if (!isHeld) setHeld(fresh);
  }, [fresh, isHeld]);
  const tokens = isHeld ? held : fresh;
  const wanted = filter.trim().toLowerCase();
  const shown = tokens
    .filter((token) => !wanted || textOf(document, token).includes(wanted))
    .slice(-SHOWN)
    .toReversed();
  const [opened, setOpened] = useState<string | null>(null);
  if (shown.length === 0)
    return (
      <p className="dock-none">
        {wanted
          ? `0 of ${count(tokens.length)} messages match “${filter}”.`
          : "Sampled messages appear here when it runs."}
      </p>
    );
  return (
    <ol className="log">
      {shown.map((token) => {
        const key = `${token.link} ${token.lane} ${token.seq} ${token.at}`;
        return (
          <MessageRow
            key={key}
            token={token}
            name={linkLabel(document, token.link, token.lane)}
            isOpen={opened === key}
            onToggle={() => setOpened(opened === key ? null : key)}
          />
        );
      })}
      {telemetry.thinned > 0 && (
        <li className="log-gap">Thinned: {count(telemetry.thinned)} samples were left out.</li>
      )}
    </ol>
  );
}

const textOf = (document: TopologyDocument, token: Token): string =>
  `${linkLabel(document, token.link, token.lane)} #${token.seq} ${headText(token.head)} ${token.head}`.toLowerCase();

interface MessageRowProps {
  readonly token: Token;
  readonly name: string;
  readonly isOpen: boolean;
  onToggle(): void;
}

function MessageRow({ token, name, isOpen, onToggle }: MessageRowProps) {
  return (
    <li>
      <button type="button" className="log-row message" aria-expanded={isOpen} onClick={onToggle}>
        <span className="log-time num">{clock(token.t_s)}</span>
        <span className="log-where clip">{name}</span>
        <b className="num">#{count(token.seq)}</b>
        <span className="log-what clip mono">{headText(token.head)}</span>
        <span className="log-count num">
          {octets(token.octets)}, waited {duration(token.waited_ms)}
        </span>
      </button>
      {isOpen && (
        <div className="log-open">
          <OpenedMessage token={token} />
        </div>
      )}
    </li>
  );
}
