/** Length of a leader's lease, in ms: how long nobody leads after a leader died. */
export const LEADER_LEASE_MS = 6_000;

/** One of several processes leads: whoever holds the lease of this name, judged by the database's clock. */
export interface LeaderLease {
  /** Takes a free lease, or prolongs the own one. False: somebody else holds it. */
  hold(name: string, holder: string): Promise<boolean>;
  /** Gives the own lease up, so that the next leader needn't wait. */
  resign(name: string, holder: string): Promise<void>;
}
