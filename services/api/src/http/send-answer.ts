import type { Response } from "express";
import type { ApiResponse, StreamedText } from "./handler.ts";

/** Proxies end connections that are silent for a minute, mostly, in ms. */
const HEARTBEAT_MS = 15_000;
/** A reader who takes nothing for so long is told so and left, in ms. */
const STALL_MS = 30_000;

/** Sends a handler's answer. Resolves when it is sent, or the client has gone. */
export async function sendAnswer(response: Response, answer: ApiResponse): Promise<void> {
  response.status(answer.status).set({ "cache-control": "no-store", ...answer.headers });
  if (answer.stream) await sendStream(response, answer.stream);
  else if (answer.text !== undefined) response.end(answer.text);
  else if (answer.body) response.json(answer.body);
  else response.end();
}

async function sendStream(response: Response, { chunks, beginning, heartbeat, stalled }: StreamedText): Promise<void> {
  response.flushHeaders();
  if (beginning) response.write(beginning);
  const beat = setInterval(() => {
    // To one who doesn't read, it would only be more to keep.
    if (heartbeat && !response.writableNeedDrain) response.write(heartbeat);
  }, HEARTBEAT_MS);
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) break;
      if (chunk.length === 0 || response.write(chunk)) continue;
      if (await isTaken(response)) continue;
      response.write(stalled());
      break;
    }
  } finally {
    clearInterval(beat);
    endPatiently(response);
  }
}

/** Whoever takes nothing of what is left for him isn't waited for. */
function endPatiently(response: Response): void {
  let left = -1;
  const timer = setInterval(() => {
    const { writableLength = 0 } = response.socket ?? {};
    if (writableLength === left) response.destroy();
    left = writableLength;
  }, STALL_MS).unref();
  response.once("close", () => clearInterval(timer));
  response.end();
}

/** Whether the reader went on, or away, before his time was over. */
async function isTaken(response: Response): Promise<boolean> {
  if (response.destroyed) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const goesOn = () => resolve(true);
  const timer = setTimeout(resolve, STALL_MS, false);
  response.once("drain", goesOn).once("close", goesOn);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    response.off("drain", goesOn).off("close", goesOn);
  }
}
