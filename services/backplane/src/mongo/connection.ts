import { AppError } from "../ports/index.ts";
import mongoose from "mongoose";
import { SILENCE_MS } from "./store-guard.ts";

/**
 * Connects, with the write concern that the delivery promise rests on.
 * @throws AppError `STORE_UNAVAILABLE` when no server answers.
 */
export async function connectMongo(url: string): Promise<mongoose.Connection> {
  try {
    return await mongoose
      .createConnection(url, {
        serverSelectionTimeoutMS: SILENCE_MS,
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
