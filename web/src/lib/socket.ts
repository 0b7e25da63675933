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
