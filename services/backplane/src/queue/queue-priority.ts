/** Bands of priority: the job's own, 0 (first) … 7. */
const BAND_BITS = 18;
/** Place within a band. Until owners share fairly, all stand at the same place: first in, first out. */
const SAME_PLACE = 1;

/**
 * BullMQ's priority for a job's. Never 0: BullMQ empties `wait` before it looks at `prioritized`, so a
 * job without a priority would overtake all others. At most 2^21 − 1, BullMQ's limit.
 */
export function queuePriority(jobPriority: number): number {
  return jobPriority * 2 ** BAND_BITS + SAME_PLACE;
}
