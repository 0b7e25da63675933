import { setTimeout as sleep } from "node:timers/promises";
import mongoose from "mongoose";
import type { Logger } from "pino";
import { AppError } from "../ports/index.ts";
import { isUnreachable, SILENCE_MS } from "./store-guard.ts";

/** Pause between two signs of life of the server, in ms (the driver's least is 500). */
const HEARTBEAT_MS = 1_000;
/** Pause between two tries to reach a server that isn't there yet, in ms. */
const RETRY_MS = 250;

export interface MongoOptions {
  /** How long a server may take to come, in ms: where everything starts at once, the database isn't first. */
  patienceMs: number;
  /** Called at each sign of life. */
  onAlive: () => void;
  logger: Logger;
}

/**
 * Connects, with the write concern that the delivery promise rests on.
 * @throws AppError `STORE_UNAVAILABLE` when no server answers in time, or at once when one refuses.
 */
export async function connectMongo(url: string, options: MongoOptions): Promise<mongoose.Connection> {
  const { patienceMs, onAlive, logger } = options;
  const startedMs = performance.now();
  for (let waiting = false; ; waiting = true) {
    try {
      const connection = await connectOnce(url);
      connection.getClient().on("serverHeartbeatSucceeded", onAlive);
      return connection;
    } catch (err) {
      if (!isUnreachable(err) || performance.now() - startedMs >= patienceMs)
        throw new AppError("STORE_UNAVAILABLE", "MongoDB can't be reached", { cause: err });
      const { message } = err as Error;
      if (!waiting) logger.warn({ message, patienceMs }, "MongoDB isn't there yet; waiting for it");
      await sleep(RETRY_MS);
    }
  }
}

async function connectOnce(url: string): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(url, {
    serverSelectionTimeoutMS: SILENCE_MS,
    // Often enough that a living server is never silent for as long as an absent one.
    heartbeatFrequencyMS: HEARTBEAT_MS,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    writeConcern: { w: "majority", journal: true },
    readConcern: { level: "majority" },
    // Whatever the URL says: who lives isn't to be judged by a secondary that lags.
    readPreference: "primary",
    appName: "lambda-lite",
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.destroy().catch(() => undefined);
    throw error;
  }
}
