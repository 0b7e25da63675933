import type { Subscriptions } from "./subscriptions.ts";

/** One channel. Each message is read once, whatever the number of listeners. */
export interface Topic<T> {
  /** Calls `listener` for each message until the returned function is called. */
  subscribe(listener: (message: T) => void): () => void;
  listeners(): number;
}

export function createTopic<T>(
  subscriptions: Subscriptions,
  channel: string,
  /** Undefined for what is no message. */
  parse: (text: string) => T | undefined,
): Topic<T> {
  const listeners = new Set<(message: T) => void>();
  let stop: (() => void) | undefined;

  function onMessage(text: string): void {
    const message = parse(text);
    if (message === undefined) return;
    for (const listener of listeners) listener(message);
  }

  return {
    subscribe(listener) {
      // The connection is opened with the first listener: a process that only publishes needs none.
      stop ??= subscriptions.listen(channel, onMessage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    listeners: () => listeners.size,
  };
}
