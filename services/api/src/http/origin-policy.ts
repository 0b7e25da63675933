import { isLoopback } from "../config.ts";

export interface OriginPolicy {
  /** Whether a request may be addressed to this `Host`. */
  allowsHost(host: string | undefined): boolean;
  /** Whether a page of this `Origin` may open a socket to this `Host`, or change anything there. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
}

/**
 * Keeps other people's pages out of a person's browser session with the API. Without a key, being on
 * loopback is the only protection, and a page anywhere could reach it in three ways: by a name that
 * resolves to 127.0.0.1 (so the Host must be a loopback name), by a websocket, to which the same-origin
 * policy doesn't apply, and by a request without a body, which is sent unasked (so the Origin must be ours).
 */
export function createOriginPolicy(options: { open: boolean; allowedOrigins: readonly string[] }): OriginPolicy {
  return {
    allowsHost: (host) => !options.open || isLoopback(hostName(host)),
    allowsOrigin(origin, host) {
      // Not a browser: browsers always send it with a websocket.
      if (origin === undefined) return true;
      if (options.allowedOrigins.includes(origin)) return true;
      const from = URL.canParse(origin) ? new URL(origin) : undefined;
      if (!from) return false;
      // Our own page, or in open mode another loopback port: the development server.
      return from.host === host || (options.open && isLoopback(hostName(from.host)));
    },
  };
}

/** `localhost:8000` → `localhost`, `[::1]:8000` → `::1`. */
function hostName(host: string | undefined): string {
  return (host ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
}
