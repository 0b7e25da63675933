/** What has a place in the order of a job's states. */
interface Revised {
  id: string;
  revision: number;
}

/**
 * Answers and events overtake each other. Of two states of one job the one with more transitions behind it is
 * the newer; of equals the later one to arrive, which may carry more.
 */
export function newest<T extends Revised>(known: T | undefined, arrived: T): T {
  if (!known || known.id !== arrived.id) return arrived;
  return arrived.revision >= known.revision ? arrived : known;
}

/**
 * What was read, with what an event told since. An event carries less than an answer (no code, no logs), so of
 * equals the answer wins, and what only the answer has stays.
 */
export function withLive<T extends Revised, L extends Revised>(read: T, live: L | undefined): T | (T & L) {
  if (!live || live.id !== read.id || live.revision <= read.revision) return read;
  return { ...read, ...live };
}

/** The list with these changes in it: newest job first, at most `size`. */
export function mergeIntoList<T extends Revised & { createdAt: string }>(
  list: readonly T[],
  changes: readonly T[],
  size: number,
): T[] {
  const jobs = new Map(list.map((job) => [job.id, job]));
  for (const job of changes) jobs.set(job.id, newest(jobs.get(job.id), job));
  return [...jobs.values()]
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
    .slice(0, size);
}
