/** What exists on the servers and the machine that the tests could have made. */
export interface Inventory {
  /** Ids of containers labelled `lambdalite`, with their names. */
  containers: string[];
  redisKeys: string[];
  databases: string[];
  /** Processes that descend from the test run: `pid command`. */
  processes: string[];
}

/**
 * Keys that a queue keeps as long as it exists. They are of constant number and size per queue, whatever the number
 * of jobs, so they are no leak; everything else that a job makes has to go with the job.
 */
const allowedRedisKeys: readonly RegExp[] = [
  /:meta$/, // BullMQ: options of the queue (concurrency, paused, length of the event stream)
  /:marker$/, // BullMQ: wakes blocked workers
  /:stalled-check$/, // BullMQ: lock of the periodic search for stalled jobs; expires by itself
  /:events$/, // BullMQ: event stream, trimmed to a fixed length
  /:id$/, // BullMQ: counter of job ids
  /:pc$/, // BullMQ: counter that keeps the order within a priority
  /:job-logs:[0-9a-f]{24}$/, // what a running job has printed; expires by itself, seconds after the job's end
];

export function isAllowedRedisKey(key: string): boolean {
  return allowedRedisKeys.some((allowed) => allowed.test(key));
}

/** Only these are tests' own; others on a server that somebody named are none of our business. */
const testDatabase = /^test_/;

/** What is there now, wasn't there before and isn't allowed to stay. One line each, empty when nothing leaked. */
export function findLeaks(before: Inventory, after: Inventory): string[] {
  return [
    ...added(before.containers, after.containers).map((name) => `container ${name}`),
    ...added(before.redisKeys, after.redisKeys)
      .filter((key) => !isAllowedRedisKey(key))
      .map((key) => `Redis key ${key}`),
    ...added(before.databases, after.databases)
      .filter((name) => testDatabase.test(name))
      .map((name) => `Mongo database ${name}`),
    ...added(before.processes, after.processes).map((process) => `process ${process}`),
  ];
}

function added(before: string[], after: string[]): string[] {
  const known = new Set(before);
  return after.filter((item) => !known.has(item));
}
