/** How many of a life's lines are kept for those who ask late. */
const KEPT = 200;

/** The lines of one life of a program, for those who wait for one. */
export interface LinesSeen {
  push(line: string): void;
  /** The first that passes, also one that came before. */
  first(passes: (line: string) => boolean): Promise<string>;
}

export function createLinesSeen(): LinesSeen {
  const seen: string[] = [];
  const waiting = new Set<(line: string) => void>();
  return {
    push(line: string) {
      seen.push(line);
      if (seen.length > KEPT) seen.shift();
      for (const look of waiting) look(line);
    },
    first(passes: (line: string) => boolean): Promise<string> {
      const found = seen.find(passes);
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve) => {
        const look = (line: string) => {
          if (!passes(line)) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
      });
    },
  };
}
