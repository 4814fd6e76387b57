// One sampled message in full; when the run has let go of it, what travelled with the sample.
import { useEffect, useState } from "react";
import type { Token } from "../model/telemetry";
import { type KeptMessage, linkMessage } from "../stores/peek";
import { FrameStack } from "./FrameStack";

export function OpenedMessage({ token }: { readonly token: Token }) {
  const [message, setMessage] = useState<KeptMessage | "reading" | "gone">("reading");
  const { head, octets } = token;
  useEffect(() => {
    linkMessage(token).then(setMessage, () => setMessage("gone"));
  }, [token]);
  if (message === "reading") return <p className="section-note">Reading…</p>;
  if (message !== "gone") return <FrameStack frames={message.frames} />;
  const isWhole = head.length / 2 >= octets;
  return (
    <>
      <p className="section-note">
        The run has let go of its frames.{" "}
        {isWhole ? "All its octets, one frame behind the other:" : "Its first octets:"}
      </p>
      <FrameStack frames={[{ hex: head, octets, more: !isWhole }]} />
    </>
  );
}
