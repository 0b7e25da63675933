import type { ReactNode } from "react";

const TONES = {
  good: "text-good bg-good/10",
  bad: "text-bad bg-bad/10",
  busy: "text-busy bg-busy/10",
  idle: "text-idle bg-idle/10",
};

export type Tone = keyof typeof TONES;

/** A short word on its colour, with a dot that pulses while something goes on. */
export function Badge({ tone, pulsing = false, children }: { tone: Tone; pulsing?: boolean; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap ${TONES[tone]}`}
    >
      <span aria-hidden className={`size-1.5 rounded-full bg-current ${pulsing ? "animate-pulse" : ""}`} />
      {children}
    </span>
  );
}
