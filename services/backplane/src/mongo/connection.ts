import { AppError } from "../ports/index.ts";
import mongoose from "mongoose";

/**
 * Longest wait for the database, in ms: a client must hear 503 in under two seconds, so each
 * operation gives up before that.
 */
const OPERATION_TIMEOUT_MS = 1_800;

/**
 * Connects, with the write concern that the delivery promise rests on.
 * @throws AppError `STORE_UNAVAILABLE` when no server answers.
 */
export async function connectMongo(url: string): Promise<mongoose.Connection> {
  try {
    return await mongoose
      .createConnection(url, {
        serverSelectionTimeoutMS: OPERATION_TIMEOUT_MS,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        writeConcern: { w: "majority", journal: true },
        readConcern: { level: "majority" },
        appName: "lambda-lite",
      })
      .asPromise();
  } catch (cause) {
    throw new AppError("STORE_UNAVAILABLE", "MongoDB can't be reached", { cause });
  }
}

// By name, because the driver's classes may be loaded twice (mongoose brings its own copy).
const UNREACHABLE =
  /^(Mongo(Network|ServerSelection|Topology|NotConnected|Pool|ConnectionPool|WriteConcern)|MongooseServerSelection|MongooseError$)/;

/**
 * Runs a database operation and turns "can't be reached", or no answer in time, into the error that
 * clients are told. An operation without an answer may have been committed all the same.
 * @throws AppError `STORE_UNAVAILABLE`; anything else as it came.
 */
export async function guardStore<T>(operation: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new AppError("STORE_UNAVAILABLE", "The job store doesn't answer in time")),
    OPERATION_TIMEOUT_MS,
  );
  try {
    return await Promise.race([operation(), late.promise]);
  } catch (error) {
    if (error instanceof Error && UNREACHABLE.test(error.name)) {
      throw new AppError("STORE_UNAVAILABLE", undefined, { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
