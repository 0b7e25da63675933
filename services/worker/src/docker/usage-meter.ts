import type { Usage } from "@lambda-lite/shared";
import type { UsageReader } from "../ports/usage-reader.ts";

const NOTHING: UsageReader = {
  read: async () => undefined,
  readRefusals: async () => ({ processes: undefined, memory: undefined }),
};

/**
 * Measures from now on, by the first of these readers that answers: what the runtime's own start took isn't the job's.
 * @returns a reader whose CPU time counts from now
 */
export async function startUsageMeter(readers: readonly UsageReader[]): Promise<UsageReader> {
  for (const reader of readers) {
    const before = await reader.read();
    if (before) return sinceThen(reader, before);
  }
  return NOTHING;
}

function sinceThen(reader: UsageReader, before: Usage): UsageReader {
  return {
    ...reader,
    async read() {
      const now = await reader.read();
      return now && { ...now, cpuTime: Math.max(0, now.cpuTime - before.cpuTime) };
    },
  };
}
