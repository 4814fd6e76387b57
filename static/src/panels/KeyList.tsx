// The keys that a socket lets in, or believes: each can be taken off the list, and one more put on it.
import { X } from "lucide-react";
import { calledKey, type KeyId } from "../model/security";
import type { TopologyDocument } from "../model/topology";
import { IconButton } from "../ui/Button";
import { Select } from "../ui/Field";
import { NONE } from "./keyChoices";

interface Props {
  readonly document: TopologyDocument;
  readonly names: readonly KeyId[];
  /** Those that can be put on the list. */
  readonly more: readonly KeyId[];
  /** What taking one off is called. */
  readonly dropping: (called: string) => string;
  /** What putting one on is called, and what stands there until one is chosen. */
  readonly adding: string;
  readonly prompt: string;
  put(names: readonly KeyId[]): void;
}

export function KeyList({ document, names, more, dropping, adding, prompt, put }: Props) {
  return (
    <>
      <ul className="chips">
        {names.map((name) => (
          <li key={name} className="chip mono">
            <span className="clip">{calledKey(document, name)}</span>
            <IconButton
              small
              label={dropping(calledKey(document, name))}
              icon={<X className="icon" />}
              onClick={() => put(names.filter((each) => each !== name))}
            />
          </li>
        ))}
      </ul>
      {more.length > 0 && (
        <Select
          label={adding}
          isMono
          value={NONE}
          options={[
            { value: NONE, label: prompt },
            ...more.map((name) => ({ value: name, label: calledKey(document, name) })),
          ]}
          onChange={(name) => name && put([...names, name])}
        />
      )}
    </>
  );
}
