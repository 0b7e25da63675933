/**
 * A way to come by a server. `find` answers with what was found, or undefined when this way isn't open.
 * Rungs are asked in order, each at most once, and none below the first that is open.
 */
export interface Rung<T> {
  name: string;
  find(): Promise<T | undefined>;
}

export interface Choice<T> {
  name: string;
  found: T;
}

/**
 * The first rung that is open. `previous` is asked first: data belongs to the kind of server that wrote it,
 * so a server that appears later on a higher rung must not make yesterday's data disappear.
 */
export async function climb<T>(rungs: readonly Rung<T>[], previous?: string): Promise<Choice<T> | undefined> {
  const usual = rungs.filter((rung) => rung.name === previous);
  for (const rung of [...usual, ...rungs.filter((other) => other.name !== previous)]) {
    const found = await rung.find();
    if (found !== undefined) return { name: rung.name, found };
  }
  return undefined;
}
