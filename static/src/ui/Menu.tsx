// Menus: a list of actions at a point, walked with arrows and letters, closed by Escape, a choice or a click beside it.
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from "react";

export type MenuEntry =
  | {
      readonly kind: "item";
      readonly key: string;
      readonly label: string;
      readonly icon?: ReactNode;
      readonly keys?: string | undefined;
      readonly look?: "danger" | undefined;
      readonly disabled?: boolean;
      readonly hint?: string | undefined;
      run(): void;
    }
  | { readonly kind: "line"; readonly key: string }
  | { readonly kind: "title"; readonly key: string; readonly label: string };

interface MenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Page px of its top left corner; it is moved to stay on the page. */
  readonly x: number;
  readonly y: number;
  onClose(): void;
}

export function Menu({ label, entries, x, y, onClose }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useFloating(ref, x, y, onClose);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.querySelector<HTMLElement>('[role="menuitem"]:not(:disabled)')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div
      ref={ref}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      className="floating menu"
      onKeyDown={walk(onClose)}
    >
      {entries.map((entry) => {
        if (entry.kind === "line") return <hr key={entry.key} className="menu-line" aria-hidden />;
        if (entry.kind === "title")
          return (
            <div key={entry.key} className="menu-title">
              {entry.label}
            </div>
          );
        return (
          <button
            key={entry.key}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={`menu-item ${entry.look ?? ""}`}
            disabled={entry.disabled}
            title={entry.hint}
            onClick={() => {
              onClose();
              entry.run();
            }}
          >
            {entry.icon}
            <span className="clip">{entry.label}</span>
            {entry.keys && <span className="kbd">{entry.keys}</span>}
          </button>
        );
      })}
    </div>
  );
}

/** Keep a floating thing on the page at a point, and close it on a press outside. */
export function useFloating(
  ref: { readonly current: HTMLElement | null },
  x: number,
  y: number,
  onClose: () => void,
): void {
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  }, [ref, x, y]);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const outside = (event: Event) => {
      if (!ref.current?.contains(event.target as Node)) close.current();
    };
    const leave = () => close.current();
    window.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", leave);
    return () => {
      window.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("resize", leave);
    };
  }, [ref]);
}

function walk(onClose: () => void) {
  return (event: KeyboardEvent<HTMLDivElement>) => {
    event.stopPropagation();
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)')];
    const i = items.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
    } else if (target !== undefined) {
      event.preventDefault();
      items.at(target % (items.length || 1))?.focus();
    } else if (event.key.length === 1 && /\S/.test(event.key)) {
      const letter = event.key.toLowerCase();
      const after = [...items.slice(i + 1), ...items.slice(0, i + 1)];
      after.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    }
  };
}
