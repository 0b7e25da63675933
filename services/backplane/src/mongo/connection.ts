import { AppError } from "../ports/index.ts";
import mongoose from "mongoose";
import { SILENCE_MS } from "./store-guard.ts";

/** Pause between two signs of life of the server, in ms (the driver's least is 500). */
const HEARTBEAT_MS = 1_000;

/**
 * Connects, with the write concern that the delivery promise rests on.
 * @throws AppError `STORE_UNAVAILABLE` when no server answers.
 */
export async function connectMongo(url: string, onAlive: () => void): Promise<mongoose.Connection> {
  try {
    const connection = await mongoose
      .createConnection(url, {
        serverSelectionTimeoutMS: SILENCE_MS,
        // Often enough that a living server is never silent for as long as an absent one.
        heartbeatFrequencyMS: HEARTBEAT_MS,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        writeConcern: { w: "majority", journal: true },
        readConcern: { level: "majority" },
        appName: "lambda-lite",
      })
      .asPromise();
    connection.getClient().on("serverHeartbeatSucceeded", onAlive);
    return connection;
  } catch (cause) {
    throw new AppError("STORE_UNAVAILABLE", "MongoDB can't be reached", { cause });
  }
}
