// Short messages in the corner, the one polite live region, and the banner of a lost live view.
import { CircleAlert, Info, TriangleAlert, Unplug, X } from "lucide-react";
import { useEffect, useState } from "react";
import { live } from "../stores/liveLink";
import { type Notice, type NoticeKind, useNotices } from "../stores/noticeStore";
import { isLive, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import { Button, IconButton } from "../ui/Button";

const PICTURES: Readonly<Record<NoticeKind, typeof Info>> = {
  info: Info,
  warning: TriangleAlert,
  error: CircleAlert,
};

export function Notices() {
  const notices = useNotices((state) => state.notices);
  const spoken = useNotices((state) => state.spoken);
  return (
    <>
      <div className="notices">
        {notices.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} />
        ))}
      </div>
      <div className="unseen" aria-live="polite" role="status">
        {spoken}
      </div>
    </>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const Picture = PICTURES[notice.kind];
  const dismiss = () => useNotices.getState().dismiss(notice.id);
  const { action, details } = notice;
  return (
    <div className={`notice ${notice.kind}`}>
      <Picture className="icon" aria-hidden />
      <strong>{notice.title}</strong>
      <IconButton small label="Dismiss" icon={<X className="icon" />} onClick={dismiss} />
      {notice.text && <p>{notice.text}</p>}
      {(action || details) && (
        <div className="notice-actions">
          {action && (
            <Button
              small
              onClick={() => {
                dismiss();
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          {details && (
            <Button small look="plain" onClick={() => void navigator.clipboard?.writeText(details)}>
              Copy details
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Shown only when the loss lasts: a short hiccup is nobody's concern. */
const PATIENCE_MS = 700;

export function LostBanner() {
  const link = useRun((run) => run.link);
  const state = useRun((run) => run.state);
  const [now, setNow] = useState(Date.now());
  const [isLate, setLate] = useState(false);
  const isLost = link.state !== "up";
  useEffect(() => {
    if (!isLost) {
      setLate(false);
      return;
    }
    const patience = setTimeout(() => setLate(true), PATIENCE_MS);
    const ticking = setInterval(() => setNow(Date.now()), 500);
    return () => {
      clearTimeout(patience);
      clearInterval(ticking);
    };
  }, [isLost]);
  if (!isLost || !isLate) return null;
  const seconds = Math.max(0, Math.ceil(((link.retryAt ?? now) - now) / 1000));
  const age = telemetry.receivedAt ? (performance.now() - telemetry.receivedAt) / 1000 : undefined;
  return (
    <div className="banner" role="alert">
      <Unplug className="icon" aria-hidden />
      <span>
        <b>Live view disconnected.</b> {isLive(state) && "The run continues on the server. "}
        {link.retryAt === null ? "Trying again." : `Retrying in ${seconds} s.`}
        {isLive(state) && age !== undefined && ` What you see is ${age.toFixed(0)} s old.`}
      </span>
      <Button small onClick={() => live.retryNow()}>
        Try now
      </Button>
    </div>
  );
}
