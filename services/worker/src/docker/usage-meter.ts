import type { UsageReader, UsageReading } from "../ports/usage-reader.ts";

/** The use of one sandbox from a moment on. */
export interface UsageMeter {
  /** CPU time and counts since that moment. Undefined when they can't be known, or not any more. */
  read(): Promise<UsageReading | undefined>;
}

/** Measures from now on, by the first of these readers that answers: what the runtime's own start took isn't the job's. */
export async function startUsageMeter(readers: readonly UsageReader[]): Promise<UsageMeter> {
  for (const reader of readers) {
    const before = await reader.read();
    if (!before) continue;
    return {
      async read() {
        const now = await reader.read();
        return now && { ...now, cpuTime: Math.max(0, now.cpuTime - before.cpuTime) };
      },
    };
  }
  return { read: async () => undefined };
}
