import { useId, useRef } from "react";
import type { KeyboardEvent, ReactNode } from "react";

interface TabsProps<K extends string> {
  label: string;
  tabs: ReadonlyArray<readonly [key: K, title: string]>;
  selected: K;
  onSelect: (key: K) => void;
  children: ReactNode;
}

/** Tabs by the ARIA pattern: one stop for the Tab key, arrows move between them. `children` is the selected panel. */
export function Tabs<K extends string>({ label, tabs, selected, onSelect, children }: TabsProps<K>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = tabs.findIndex(([key]) => key === selected);
    const next = (at + step + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (!tab) return;
    onSelect(tab[0]);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  }

  return (
    <div className="min-w-0">
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        className="border-line mb-4 flex gap-5 border-b"
      >
        {tabs.map(([key, title]) => (
          <button
            key={key}
            id={`${id}-${key}`}
            type="button"
            role="tab"
            aria-selected={key === selected}
            aria-controls={`${id}-panel`}
            tabIndex={key === selected ? 0 : -1}
            onClick={() => onSelect(key)}
            className={`-mb-px border-b-2 pb-2 text-sm ${key === selected ? "border-accent font-medium" : "text-muted hover:text-ink border-transparent"}`}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${selected}`}>
        {children}
      </div>
    </div>
  );
}
