import {
  DEFAULT_LIMITS,
  DEFAULT_REDIS_PREFIX,
  FAULT_BUDGET,
  largestDocumentBytes,
  LIMIT_RANGES,
  MAX_DOCUMENT_BYTES,
} from "@lambda-lite/shared";
import type { ResourceLimits } from "@lambda-lite/shared";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
/** The most that a job may ask for; never less than what it gets unasked. */
const maximum = (name: keyof ResourceLimits, usual: number) =>
  z.coerce.number().min(DEFAULT_LIMITS[name]).max(LIMIT_RANGES[name][1]).default(usual);

/** Every environment variable of the API, and why its default is what it is. */
const environmentSchema = z.object({
  /** Loopback: an API that runs code must be opened to a network on purpose, and with a key. */
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: port.default(8000),
  /** Required unless HOST is loopback. Long enough that it can't be guessed. */
  API_KEY: z
    .string()
    .min(16, "must have at least 16 characters")
    // Anything else can't be sent in an Authorization header, so nobody could use it.
    .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces")
    .optional(),
  MONGO_URL: z.string().default("mongodb://127.0.0.1:27017/lambdalite"),
  REDIS_URL: z.string().default("redis://127.0.0.1:6379"),
  /** BullMQ's own default; the autoscaler reads these keys. */
  REDIS_PREFIX: z.string().min(1).default(DEFAULT_REDIS_PREFIX),
  /** The built page. Default: web/dist of this repository, where the image has it too. */
  WEB_DIR: z.string().optional(),
  /** Further origins whose pages may open a socket, comma separated: a development server, say. */
  ALLOWED_ORIGINS: z
    .string()
    .default("")
    .transform((text) => text.split(",").map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ""))
    // A browser sends an origin in its one normal form: no path, no final slash.
    .pipe(z.array(z.url("must be origins such as https://example.com").transform((url) => new URL(url).origin))),
  /** Longest time that a stopping API goes on answering on connections that clients keep open, in ms: each is told to go. */
  KEEP_ALIVE_GRACE_MS: z.coerce.number().int().min(0).max(30_000).default(2_000),
  /** How long jobs are kept after their end, in days; 0: for ever. Dead letters are kept until somebody purges them. */
  JOB_RETENTION_DAYS: z.coerce.number().min(0).max(36_500).default(30),
  /** Most that a job may ask for. A worker's engine must have as much for each of its slots. */
  MAX_CPUS: maximum("cpus", 2),
  MAX_MEMORY_MB: maximum("memory", 2_048),
  MAX_TIMEOUT_MS: maximum("timeout", LIMIT_RANGES.timeout[1]),
  MAX_LOG_BYTES: maximum("logBytes", 4 * 1024 * 1024),
  MAX_RESULT_BYTES: maximum("resultBytes", 4 * 1024 * 1024),
  MAX_PIDS: maximum("pids", 256),
  /** Longest wait for Mongo and Redis at the start, in ms, a day at most: where everything starts at once, they come last. */
  START_PATIENCE_MS: z.coerce.number().int().min(0).max(86_400_000).default(60_000),
  /** Faults of the platform after which a job is given up. The same for API and workers. */
  FAULT_BUDGET: z.coerce.number().int().min(1).default(FAULT_BUDGET),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type ApiConfig = z.output<typeof environmentSchema>;

/**
 * Reads the environment once. An empty variable counts as unset.
 * @throws Error that names each wrong variable and what it should be, or says why the API won't open.
 */
export function readConfig(env: NodeJS.ProcessEnv): ApiConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) throw new Error(`Bad configuration\n${z.prettifyError(parsed.error)}`);
  const config = parsed.data;
  if (!config.API_KEY && !isLoopback(config.HOST)) {
    throw new Error(
      `Refusing to listen on ${config.HOST} without a key: whoever reaches this address could run ` +
        "code here. Set API_KEY (at least 16 characters), or HOST=127.0.0.1.",
    );
  }
  assertDocumentFits(config);
  return config;
}

/** What this installation's operator allows. */
export function limitMaxima(config: ApiConfig): ResourceLimits {
  return {
    cpus: config.MAX_CPUS,
    memory: config.MAX_MEMORY_MB,
    timeout: config.MAX_TIMEOUT_MS,
    logBytes: config.MAX_LOG_BYTES,
    resultBytes: config.MAX_RESULT_BYTES,
    pids: config.MAX_PIDS,
  };
}

/** Whether only this machine can reach `host`. Names count by what they say, not by what they resolve to. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function assertDocumentFits(config: ApiConfig): void {
  const bytes = largestDocumentBytes(limitMaxima(config));
  if (bytes < MAX_DOCUMENT_BYTES) return;
  throw new Error(
    `Bad configuration\nA job at all of its limits would be ${bytes} bytes; Mongo takes ${MAX_DOCUMENT_BYTES}. ` +
      "Lower MAX_LOG_BYTES or MAX_RESULT_BYTES.",
  );
}
