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
