/** What one class of jobs could use. */
export interface PoolDemand {
  id: string;
  /** Memory that each of its sandboxes is promised, in MB. */
  memoryMb: number;
  /** Sandboxes that wait in any case, before any class gets more. */
  least: number;
  /** Sandboxes that its jobs would find a use for. */
  wanted: number;
}

/** What may wait in all. */
export interface PoolBudget {
  sandboxes: number;
  memoryMb: number;
}

/**
 * How many sandboxes of each class may wait, within the budget: first everybody's least, then in rounds, so that every
 * class gets its first before one gets its second; in each round those that stand first in `demands` come first. A class
 * that doesn't fit leaves what is left to smaller ones.
 * @returns by id; a class that gets none is in it as well
 */
export function planPools(demands: readonly PoolDemand[], budget: PoolBudget): Map<string, number> {
  const plan = new Map(demands.map(({ id }) => [id, 0]));
  let { sandboxes, memoryMb } = budget;
  const shareOf = ({ id }: PoolDemand) => plan.get(id) ?? 0;

  function giveUpTo(count: number, demand: PoolDemand): void {
    while (shareOf(demand) < count && sandboxes >= 1 && memoryMb >= demand.memoryMb) {
      plan.set(demand.id, shareOf(demand) + 1);
      sandboxes -= 1;
      memoryMb -= demand.memoryMb;
    }
  }

  for (const demand of demands) giveUpTo(demand.least, demand);
  const most = Math.min(budget.sandboxes, Math.max(0, ...demands.map(({ wanted }) => wanted)));
  for (let round = 1; round <= most; round += 1) {
    for (const demand of demands) giveUpTo(Math.min(round, demand.wanted), demand);
  }
  return plan;
}
