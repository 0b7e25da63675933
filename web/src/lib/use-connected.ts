import { useSyncExternalStore } from "react";
import { socket } from "./socket.ts";

function subscribe(onChange: () => void): () => void {
  socket.on("connect", onChange);
  socket.on("disconnect", onChange);
  return () => {
    socket.off("connect", onChange);
    socket.off("disconnect", onChange);
  };
}

/** Whether live updates come. */
export function useConnected(): boolean {
  return useSyncExternalStore(subscribe, () => socket.connected);
}
