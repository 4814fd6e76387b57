// A key's public half, to be copied; and whether its secret is here.
import { Copy } from "lucide-react";
import { type KeyId, keysOf } from "../model/security";
import type { TopologyDocument } from "../model/topology";
import { copyText } from "../stores/clipboard";
import { useKeys } from "../stores/keyStore";
import { IconButton } from "../ui/Button";

/** The public half as the drawing has it, or else as it follows from the secret here. */
export function usePublic(document: TopologyDocument, id: KeyId): string | undefined {
  const key = keysOf(document)[id];
  const stored = useKeys(({ keys }) => keys?.get(key?.secret?.stored ?? ""));
  return key?.public ?? stored?.public ?? undefined;
}

export function PublicKey({ document, id }: { readonly document: TopologyDocument; readonly id: KeyId }) {
  const text = usePublic(document, id);
  if (!text) return null;
  return (
    <div className="public-key">
      <code className="mono" title={`The public half of ${id}: may be given to anybody`}>
        {text}
      </code>
      <IconButton
        small
        label={`Copy the public half of ${id}`}
        icon={<Copy className="icon" />}
        onClick={() => copyText(text, "Public key copied", text)}
      />
    </div>
  );
}
