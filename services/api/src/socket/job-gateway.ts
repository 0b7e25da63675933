import type { Server as HttpServer } from "node:http";
import type { Clock, JobEvents, JobStore } from "@lambda-lite/backplane/ports";
import {
  ClientEvent,
  ServerEvent,
  jobSubscriptionSchema,
  jobsSubscriptionSchema,
  logsSubscriptionSchema,
} from "@lambda-lite/shared";
import type { Ack, ClientToServerEvents, JobSummary, ServerToClientEvents } from "@lambda-lite/shared";
import type { Logger } from "pino";
import { Server } from "socket.io";
import type { Socket } from "socket.io";
import type { JobService } from "../domain/job-service.ts";
import type { LogService } from "../domain/log-service.ts";
import type { Principal } from "../domain/principal.ts";
import { validate } from "../domain/schema-validation.ts";
import { bearerToken } from "../http/authenticate.ts";
import type { Authenticate } from "../http/authenticate.ts";
import type { OriginPolicy } from "../http/origin-policy.ts";
import { toAppError, toProblem } from "../http/problem.ts";
import { createListCoalescer } from "./list-coalescer.ts";
import { createLogFollowers } from "./log-followers.ts";
import { createWatchedJobs } from "../domain/watched-jobs.ts";

/** Client messages are a few hundred bytes. */
const MAX_MESSAGE_BYTES = 16 * 1024;

interface SocketData {
  principal: Principal;
}
type Io = Server<ClientToServerEvents, ServerToClientEvents, object, SocketData>;
export type JobSocket = Socket<ClientToServerEvents, ServerToClientEvents, object, SocketData>;

const jobRoom = (id: string) => `job:${id}`;
const listRoom = (owner: string) => `owner:${owner}`;

export interface JobGateway {
  /** Clients connected to this process. */
  clients(): number;
  close(): Promise<void>;
}

/**
 * Live job states over socket.io. Every API process listens to the events itself and tells its own
 * sockets only, never an older state after a newer one. A change while somebody subscribes arrives one way or the
 * other, or both; its `revision` tells the client which state is newer.
 */
export function createJobGateway(deps: {
  server: HttpServer;
  jobs: JobService;
  logs: LogService;
  store: Pick<JobStore, "findSummaries">;
  events: JobEvents;
  authenticate: Authenticate;
  origins: OriginPolicy;
  clock: Clock;
  logger: Logger;
}): JobGateway {
  const { server, jobs, logs, store, events, authenticate, origins, clock, logger } = deps;
  const io: Io = new Server(server, {
    // One request per connection: no sticky sessions needed behind a load balancer.
    transports: ["websocket"],
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    allowRequest(request, allow) {
      const { host, origin } = request.headers;
      allow(null, origins.allowsHost(host) && origins.allowsOrigin(origin, host));
    },
  });

  const lists = createListCoalescer((owner, changed) =>
    io.local.to(listRoom(owner)).emit(ServerEvent.JOBS_UPDATE, { jobs: changed }),
  );
  const { adapter } = io.of("/");
  /** Most jobs are nobody's business, and socket.io would encode a message before it looks for listeners. */
  const hasListeners = (room: string) => adapter.rooms.has(room);
  function tell(job: JobSummary): void {
    if (hasListeners(jobRoom(job.id))) io.local.to(jobRoom(job.id)).emit(ServerEvent.JOB_UPDATE, job);
    const { result: _result, ...item } = job;
    if (hasListeners(listRoom(job.owner))) lists.add(item);
  }
  const watchedJobs = createWatchedJobs({ watched: () => watchedIds(io), jobs: store, tell, clock, logger });
  watchedJobs.start();
  const unsubscribe = events.subscribe((job) => {
    if (!hasListeners(jobRoom(job.id)) || watchedJobs.isNews(job)) tell(job);
  });

  io.use((socket, next) => {
    try {
      const { token } = socket.handshake.auth as { token?: unknown };
      const header = bearerToken(socket.handshake.headers.authorization);
      socket.data.principal = authenticate(typeof token === "string" ? token : header);
      next();
    } catch (error) {
      // socket.io hands `data` to the client's connect_error.
      next(Object.assign(new Error("unauthenticated"), { data: toProblem(toAppError(error)) }));
    }
  });

  io.on("connection", (socket) => {
    const { principal } = socket.data;
    answer(socket, ClientEvent.JOB_SUBSCRIBE, logger, async (message) => {
      const { jobId } = validate(jobSubscriptionSchema, message);
      // Listened for before it's known whether the socket may hear it, so that nothing falls in between.
      const newest = keepNewest(events, jobId);
      try {
        const read = await jobs.getSummary(jobId, principal);
        await socket.join(jobRoom(jobId));
        const job = newest.orNewer(read);
        // Whoever watches it hears what was news to us, so that no event on its way is older than what somebody heard.
        if (watchedJobs.isNews(job)) tell(job);
        else socket.emit(ServerEvent.JOB_UPDATE, job);
        return { job };
      } finally {
        newest.stop();
      }
    });
    answer(socket, ClientEvent.JOB_UNSUBSCRIBE, logger, async (message) => {
      const { jobId } = validate(jobSubscriptionSchema, message);
      await socket.leave(jobRoom(jobId));
      return {};
    });
    const onFailure = (err: unknown) => logger.error({ err }, "a log can't be followed any more");
    const followers = createLogFollowers({ socket, logs, onFailure });
    answer(socket, ClientEvent.LOGS_SUBSCRIBE, logger, async (message) => {
      const { jobId, after } = validate(logsSubscriptionSchema, message);
      await followers.add(jobId, after);
      return {};
    });
    answer(socket, ClientEvent.LOGS_UNSUBSCRIBE, logger, async (message) => {
      const { jobId } = validate(jobSubscriptionSchema, message);
      followers.remove(jobId);
      return {};
    });
    answer(socket, ClientEvent.JOBS_SUBSCRIBE, logger, async (message) => {
      validate(jobsSubscriptionSchema, message);
      await socket.join(listRoom(principal.owner));
      return {};
    });
    answer(socket, ClientEvent.JOBS_UNSUBSCRIBE, logger, async (message) => {
      validate(jobsSubscriptionSchema, message);
      await socket.leave(listRoom(principal.owner));
      return {};
    });
  });

  return {
    clients: () => io.engine.clientsCount,
    async close() {
      unsubscribe();
      await watchedJobs.stop();
      lists.close();
      await io.close();
    },
  };
}

/** Hears of one job what is told of it meanwhile. */
function keepNewest(events: JobEvents, jobId: string) {
  let newest: JobSummary | undefined;
  const stop = events.subscribe((job) => {
    if (job.id === jobId && job.revision > (newest?.revision ?? 0)) newest = job;
  });
  const orNewer = (read: JobSummary) => (newest && newest.revision > read.revision ? newest : read);
  return { stop, orNewer };
}

function watchedIds(io: Io): string[] {
  const prefix = jobRoom("");
  const rooms = [...io.of("/").adapter.rooms.keys()];
  return rooms.filter((room) => room.startsWith(prefix)).map((room) => room.slice(prefix.length));
}

/** Handles one kind of message; whatever a client sends, it gets an acknowledgement or nothing at all. */
function answer(
  socket: JobSocket,
  event: keyof ClientToServerEvents,
  logger: Logger,
  handle: (message: unknown) => Promise<object>,
): void {
  const listener = async (...parts: unknown[]) => {
    const ack = parts.at(-1);
    const reply = (body: Ack) => {
      if (typeof ack === "function") ack(body);
    };
    try {
      const [message] = parts;
      const body = await handle(message === undefined || typeof message === "function" ? {} : message);
      reply({ ok: true, ...body });
    } catch (cause) {
      const error = toAppError(cause);
      if (error.code === "INTERNAL") logger.error({ err: cause, event }, "socket message failed");
      reply({ ok: false, problem: toProblem(error) });
    }
  };
  socket.on(event, listener as never);
}
