import { createHash } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The checkout. Every other path follows from it, so two checkouts never share anything but the tool cache. */
export const root = resolve(import.meta.dirname, "../..");

/** Git-ignored. What is in it survives a restart; deleting it is the way to begin anew. */
export const stateDir = join(root, ".lambda-lite");

/** Names this checkout where a path of its own would be too long or not possible (sockets, container names). */
export const checkoutId = createHash("sha256").update(root).digest("hex").slice(0, 10);

/** Tools that are slow to build and the same for every checkout. */
export function toolCacheDir(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "lambda-lite");
}

/**
 * Sockets and pid files of the engine. A unix socket's path is limited to 107 bytes (unix(7)), which a deep
 * checkout would exceed, so they don't live below the checkout.
 */
export function runtimeDir(env: NodeJS.ProcessEnv, isRoot: boolean): string {
  return join(isRoot ? "/run" : env["XDG_RUNTIME_DIR"] || tmpdir(), "lambda-lite", checkoutId);
}
