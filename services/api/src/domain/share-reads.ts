/**
 * Reads once for all who ask for the same while that read is under way. Not for whoever must see all that was written
 * before he asked: a read that has begun may be older.
 */
export function shareReads<Key extends string[], T>(read: (...key: Key) => Promise<T>): (...key: Key) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (...key) => {
    const name = JSON.stringify(key);
    const begun = underWay.get(name) ?? read(...key).finally(() => underWay.delete(name));
    underWay.set(name, begun);
    return begun;
  };
}
