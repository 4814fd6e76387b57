// A row of tabs: one tab stop, arrows move, what is chosen is shown at once.
import type { KeyboardEvent, ReactNode } from "react";

export interface TabItem<K extends string> {
  readonly key: K;
  readonly label: string;
  readonly badge?: ReactNode;
  readonly look?: "warning" | "error" | undefined;
}

interface TabsProps<K extends string> {
  readonly label: string;
  readonly tabs: readonly TabItem<K>[];
  readonly current: K;
  readonly panelId: string;
  readonly children?: ReactNode;
  onChange(key: K): void;
}

export function Tabs<K extends string>({ label, tabs, current, panelId, children, onChange }: TabsProps<K>) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const i = tabs.findIndex(({ key }) => key === current);
    const next = tabs[(i + by + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.key);
    const buttons = event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]');
    buttons[tabs.indexOf(next)]?.focus();
  };
  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            className="tab"
            aria-selected={tab.key === current}
            aria-controls={panelId}
            tabIndex={tab.key === current ? 0 : -1}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
            {tab.badge !== undefined && <span className={`badge ${tab.look ?? ""}`}>{tab.badge}</span>}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}
