import type { Redis } from "ioredis";
import type { Logger } from "pino";

/** This process's one ear at Redis: pub/sub needs a connection of its own, opened with the first listener. */
export interface Subscriptions {
  /** Calls `listener` for each message until the returned function is called. */
  listen(channel: string, listener: (text: string) => void): () => void;
  close(): void;
}

export function createSubscriptions(openConnection: () => Redis, logger: Logger): Subscriptions {
  const listeners = new Map<string, Set<(text: string) => void>>();
  let connection: Redis | undefined;

  function open(): Redis {
    const opened = openConnection();
    opened.on("message", (channel: string, text: string) => {
      for (const listener of listeners.get(channel) ?? []) listener(text);
    });
    return opened;
  }

  return {
    listen(channel, listener) {
      connection ??= open();
      const known = listeners.get(channel);
      const all = known ?? new Set();
      all.add(listener);
      if (!known) {
        listeners.set(channel, all);
        // ioredis subscribes again after each reconnect; the first try may meet an absent server.
        connection.subscribe(channel).catch((err) => logger.error({ err, channel }, "can't listen"));
      }
      return () => {
        all.delete(listener);
        if (all.size > 0 || listeners.get(channel) !== all) return;
        listeners.delete(channel);
        connection?.unsubscribe(channel).catch(() => undefined);
      };
    },
    close() {
      listeners.clear();
      connection?.disconnect();
    },
  };
}
