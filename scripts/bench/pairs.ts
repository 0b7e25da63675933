import { setTimeout as sleep } from "node:timers/promises";

/** What was measured at about the same time, on the same machine. */
export type Pair<A, B> = readonly [plain: A, changed: B];

/**
 * Runs both once per pair. Which of them comes first changes from pair to pair, so that neither gains from its place,
 * and what else the machine does meets both.
 */
export async function measurePairs<A, B>(
  pairs: number,
  plain: () => Promise<A>,
  changed: () => Promise<B>,
): Promise<Array<Pair<A, B>>> {
  const measured: Array<Pair<A, B>> = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) {
      const first = await plain();
      measured.push([first, await changed()]);
    } else {
      const first = await changed();
      measured.push([await plain(), first]);
    }
  }
  return measured;
}

/** Before each measurement, in ms: what the kernel frees later, as control groups, is to be done by then. */
const REST_MS = 1_000;

/**
 * Runs each of these once per round, in one order and then in the other, so that none always comes after the same, and
 * what one leaves to be freed meets all.
 * @returns what each came to, by its name
 */
export async function measureRounds<Name extends string, T>(
  rounds: number,
  ways: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(ways) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await sleep(REST_MS);
      measured[name].push(await ways[name]());
    }
  }
  return measured;
}
