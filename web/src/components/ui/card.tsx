import type { ReactNode } from "react";

interface CardProps {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A titled region of the page. */
export function Card({ title, actions, children, className = "" }: CardProps) {
  return (
    <section
      aria-label={title}
      className={`bg-surface border-line flex min-w-0 flex-col overflow-hidden rounded-xl border shadow-xs ${className}`}
    >
      <header className="border-line flex min-h-12 items-center justify-between gap-3 border-b px-4">
        <h2 className="text-sm font-semibold">{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
