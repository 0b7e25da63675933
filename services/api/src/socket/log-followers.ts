import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@lambda-lite/backplane/ports";
import { ServerEvent } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";
import type { LogService } from "../domain/log-service.ts";
import type { JobSocket } from "./job-gateway.ts";

/** Logs that one socket follows at once: a page shows one. */
const MAX_FOLLOWED = 20;
/** When it is looked whether a socket takes more, in ms: soon, and then ever later. */
const LOOK_MS = { first: 5, last: 100 };
/** A socket that takes nothing for so long is told so, and its logs are over, in ms. */
const STALL_MS = 30_000;

/** The logs that one socket follows. All end with it. */
export interface LogFollowers {
  /** Follows a job's log, instead of how it was followed before. @throws AppError when there is no such job. */
  add(jobId: string, after: string | undefined): Promise<void>;
  remove(jobId: string): void;
}

interface Following {
  stop: AbortController;
  after: string | undefined;
}

export function createLogFollowers(deps: {
  socket: JobSocket;
  logs: LogService;
  onFailure: (error: unknown) => void;
}): LogFollowers {
  const { socket, logs, onFailure } = deps;
  const followed = new Map<string, AbortController>();
  socket.once("disconnect", () => {
    for (const stop of followed.values()) stop.abort();
  });

  const tell = (jobId: string, message: LogMessage) => socket.emit(ServerEvent.JOB_LOG, { jobId, ...message });

  /** Sends no faster than the socket takes it. @returns false when it takes nothing any more */
  async function taken(signal: AbortSignal): Promise<boolean> {
    const deadline = performance.now() + STALL_MS;
    // Not writable while the last packet hasn't left this process.
    let pauseMs = LOOK_MS.first;
    while (!socket.conn.transport.writable && !signal.aborted) {
      if (performance.now() > deadline) return false;
      await sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LOOK_MS.last);
    }
    return true;
  }

  async function send(jobId: string, messages: AsyncGenerator<LogMessage, void>, { stop, after }: Following) {
    let cursor = after ?? "0-0";
    try {
      for await (const message of messages) {
        if (stop.signal.aborted) return;
        tell(jobId, message);
        ({ cursor } = message);
        if (await taken(stop.signal)) continue;
        tell(jobId, { type: "dropped", cursor });
        break;
      }
    } catch (error) {
      onFailure(error);
      // Else he would wait for ever.
      if (!stop.signal.aborted) tell(jobId, { type: "dropped", cursor });
    } finally {
      if (followed.get(jobId) === stop) followed.delete(jobId);
    }
  }

  return {
    async add(jobId, after) {
      followed.get(jobId)?.abort();
      if (!followed.has(jobId) && followed.size >= MAX_FOLLOWED) {
        throw new AppError("VALIDATION_FAILED", `One connection follows at most ${MAX_FOLLOWED} logs`);
      }
      const stop = new AbortController();
      followed.set(jobId, stop);
      try {
        const messages = await logs.follow(jobId, socket.data.principal, { after, signal: stop.signal });
        void send(jobId, messages, { stop, after });
      } catch (error) {
        if (followed.get(jobId) === stop) followed.delete(jobId);
        throw error;
      }
    },
    remove(jobId) {
      followed.get(jobId)?.abort();
      followed.delete(jobId);
    },
  };
}
