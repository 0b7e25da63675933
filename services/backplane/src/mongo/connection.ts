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
  return guardStore(() =>
    mongoose
      .createConnection(url, {
        serverSelectionTimeoutMS: OPERATION_TIMEOUT_MS,
        timeoutMS: OPERATION_TIMEOUT_MS,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        writeConcern: { w: "majority", journal: true },
        readConcern: { level: "majority" },
        appName: "lambda-lite",
      })
      .asPromise(),
  );
}

// By name, because the driver's classes may be loaded twice (mongoose brings its own copy).
const UNREACHABLE = /^(Mongo(Network|ServerSelection|Topology|NotConnected|Pool|ConnectionPool|OperationTimeout|WriteConcern)|MongooseServerSelection|MongooseError$)/;

/**
 * Runs a database operation and turns "can't be reached" into the error that clients are told.
 * @throws AppError `STORE_UNAVAILABLE`; anything else as it came.
 */
export async function guardStore<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof Error && UNREACHABLE.test(error.name)) {
      throw new AppError("STORE_UNAVAILABLE", undefined, { cause: error });
    }
    throw error;
  }
}
