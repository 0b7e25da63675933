import { ClientEvent, ServerEvent } from "@lambda-lite/shared";
import type { Ack, ClientToServerEvents, JobListItem, JobSummary, ServerToClientEvents } from "@lambda-lite/shared";
import type { ManagerOptions, Socket, SocketOptions } from "socket.io-client";
import { io } from "socket.io-client";

/** A client's socket, and what it has heard. */
export interface TestSocket {
  socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  updates: JobSummary[];
  frames: JobListItem[][];
  /** Sends a message of any name and form, and waits for its acknowledgement. */
  ask(event: string, ...parts: unknown[]): Promise<Ack<{ job?: JobSummary }>>;
  subscribe(jobId: string): Promise<Ack<{ job?: JobSummary }>>;
}

const ACK_TIMEOUT_MS = 5_000;

/** @throws the `connect_error` when the server refuses. */
export async function openTestSocket(
  url: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<TestSocket> {
  const socket: TestSocket["socket"] = io(url, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  const updates: JobSummary[] = [];
  const frames: JobListItem[][] = [];
  socket.on(ServerEvent.JOB_UPDATE, (job) => void updates.push(job));
  socket.on(ServerEvent.JOBS_UPDATE, ({ jobs }) => void frames.push(jobs));
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", resolve);
    socket.on("connect_error", (error) => {
      socket.close();
      reject(error);
    });
  });
  const untyped = socket as unknown as Socket;
  const ask: TestSocket["ask"] = (event, ...parts) =>
    untyped.timeout(ACK_TIMEOUT_MS).emitWithAck(event, ...parts) as ReturnType<TestSocket["ask"]>;
  return { socket, updates, frames, ask, subscribe: (jobId) => ask(ClientEvent.JOB_SUBSCRIBE, { jobId }) };
}
