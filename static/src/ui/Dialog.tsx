// A modal dialog on the browser's own: focus stays in it, Escape and a click beside it close it.
import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "./Button";

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly className?: string;
  onClose(): void;
}

export function Dialog({ title, children, footer, className, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className ?? ""}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div>
        <header>
          <h2>{title}</h2>
          <IconButton label="Close" icon={<X className="icon" />} onClick={onClose} />
        </header>
        <div className="dialog-body scroll">{children}</div>
        {footer && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}
