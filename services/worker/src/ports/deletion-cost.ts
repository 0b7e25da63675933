/** How much it would hurt to delete this worker; the orchestrator removes the cheapest first. */
export interface DeletionCost {
  /** @throws when it couldn't be told. */
  set(cost: number): Promise<void>;
}
