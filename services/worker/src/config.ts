import { DEFAULT_LIMITS, DEFAULT_POOL, DEFAULT_REDIS_PREFIX, FAULT_BUDGET, poolNameSchema } from "@lambda-lite/shared";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(1);
/** A day at most, in ms: timers count to 2^31 - 1, and one that is set for longer fires at once. */
const timerMs = count.max(86_400_000);

/** Every environment variable of the worker, and why its default is what it is. */
const environmentSchema = z.object({
  MONGO_URL: z.string().default("mongodb://127.0.0.1:27017/lambdalite"),
  REDIS_URL: z.string().default("redis://127.0.0.1:6379"),
  /** BullMQ's own default; the autoscaler reads these keys. */
  REDIS_PREFIX: z.string().min(1).default(DEFAULT_REDIS_PREFIX),
  /** The worker drives the engine of its own node. */
  DOCKER_HOST: z.string().default("unix:///var/run/docker.sock"),
  /** Default: what `npm run sandbox:build` makes (sandbox/javascript/image.json). */
  SANDBOX_IMAGE: z.string().optional(),
  /** A `docker save` archive of the image, for engines that reach no registry. */
  SANDBOX_ARCHIVE: z.string().optional(),
  /** Off: a worker shouldn't reach out to a registry unasked. */
  SANDBOX_PULL: z.stringbool().default(false),
  /** Name and namespace of its own pod, from the downward API; busy pods are then spared at scale-in. */
  POD_NAME: z.string().optional(),
  POD_NAMESPACE: z.string().optional(),
  WORKER_POOL: poolNameSchema.default(DEFAULT_POOL),
  /** Default: `<hostname>-<health port>`, stable over restarts and unique on a host. With port 0 there is none. */
  WORKER_ID: z.string().min(1).max(128).optional(),
  /** Jobs at once. Five 1-CPU sandboxes keep a four-core node busy while some of them wait. */
  WORKER_CONCURRENCY: count.max(1_000).default(5),
  /**
   * Fewest sandboxes of the usual limits that wait for a job, and most of all limits; the number between follows the
   * arrival rates. Default of the fewest: 1, or 0 where none may wait.
   */
  WARM_POOL_MIN: z.coerce.number().int().min(0).max(100).optional(),
  WARM_POOL_MAX: z.coerce.number().int().min(0).max(100).default(4),
  /** Memory that waiting sandboxes may be promised together, in MB; WARM_POOL_MIN must fit in. Default: WARM_POOL_MAX of the usual 512 MB. */
  WARM_POOL_MEMORY_MB: z.coerce.number().int().min(0).optional(),
  /** Starts per WORKER_RATE_LIMIT_DURATION_MS of this worker: about what one engine can start. */
  WORKER_RATE_LIMIT_MAX: count.default(10),
  WORKER_RATE_LIMIT_DURATION_MS: timerMs.default(1_000),
  /** Loopback, because metrics are nobody else's business; a pod sets 0.0.0.0. */
  HEALTH_HOST: z.string().default("127.0.0.1"),
  HEALTH_PORT: port.default(8081),
  /** From SIGTERM to the end: the longest job (300 s) and 30 s. Kubernetes' grace period must be as long. */
  SHUTDOWN_GRACE_MS: timerMs.default(330_000),
  /** Longest wait for Mongo and Redis at the start, in ms, a day at most: where everything starts at once, they come last. */
  START_PATIENCE_MS: z.coerce.number().int().min(0).max(86_400_000).default(60_000),
  /** Faults of the platform after which a job is given up. The same for API and workers. */
  FAULT_BUDGET: z.coerce.number().int().min(1).default(FAULT_BUDGET),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

type Environment = z.output<typeof environmentSchema>;

/** Whose default depends on others. */
interface Dependent {
  WORKER_ID: string;
  WARM_POOL_MIN: number;
}

export type WorkerConfig = Omit<Environment, keyof Dependent> & Dependent;

/**
 * Reads the environment once. An empty variable counts as unset.
 * @throws Error that names each wrong variable and what it should be.
 */
export function readConfig(env: NodeJS.ProcessEnv, hostname: string): WorkerConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) throw new Error(`Bad configuration\n${z.prettifyError(parsed.error)}`);
  const environment = parsed.data;
  const config = {
    ...environment,
    WORKER_ID: environment.WORKER_ID ?? `${hostname}-${environment.HEALTH_PORT}`,
    WARM_POOL_MIN: environment.WARM_POOL_MIN ?? Math.min(1, environment.WARM_POOL_MAX),
  };
  const conflicts = [...workerIdConflicts(environment), ...warmPoolConflicts(config)];
  if (conflicts.length > 0) throw new Error(`Bad configuration\n${conflicts.join("\n")}`);
  return config;
}

function workerIdConflicts({ HEALTH_PORT, WORKER_ID }: Environment): string[] {
  if (HEALTH_PORT !== 0 || WORKER_ID !== undefined) return [];
  // The system chooses the port: it can't tell workers of a host apart, who would end each other's leases.
  return ["HEALTH_PORT is 0: set WORKER_ID, to a name that no other worker has and that this one keeps"];
}

function warmPoolConflicts({ WARM_POOL_MIN, WARM_POOL_MAX, WARM_POOL_MEMORY_MB }: WorkerConfig): string[] {
  if (WARM_POOL_MIN > WARM_POOL_MAX) return ["WARM_POOL_MIN is more than WARM_POOL_MAX"];
  const neededMb = WARM_POOL_MIN * DEFAULT_LIMITS.memory;
  if (WARM_POOL_MEMORY_MB === undefined || WARM_POOL_MEMORY_MB >= neededMb) return [];
  return [
    `WARM_POOL_MEMORY_MB is less than WARM_POOL_MIN (${WARM_POOL_MIN}) sandboxes of ${DEFAULT_LIMITS.memory} MB need: ` +
      `set at least ${neededMb}, or a smaller WARM_POOL_MIN`,
  ];
}
