import type { ClientToServerEvents, ServerToClientEvents } from "@lambda-lite/shared";
import { io } from "socket.io-client";
import type { Socket } from "socket.io-client";
import { apiKey } from "./api-key.ts";

export type JobSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** One connection for the whole page. It connects again by itself; who subscribed subscribes again. */
export const socket: JobSocket = io({
  transports: ["websocket"],
  // A function, because it is asked again with every try: the key may have come meanwhile.
  auth: (answer) => answer({ token: apiKey.get() }),
  reconnectionDelayMax: 2_000,
});

// The one case in which socket.io gives up: the server itself closed this connection, and may be back already.
socket.on("disconnect", (reason) => {
  if (reason === "io server disconnect") socket.connect();
});

/**
 * Joins now and after every reconnect, because the server forgets who it lost.
 * @returns what leaves again.
 */
export function keepJoined(join: () => void, leave: () => void): () => void {
  socket.on("connect", join);
  if (socket.connected) join();
  return () => {
    socket.off("connect", join);
    // Unconnected, the message would wait and leave a room that somebody joined again meanwhile.
    if (socket.connected) leave();
  };
}
