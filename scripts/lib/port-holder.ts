import { readdir, readFile, readlink } from "node:fs/promises";

import { commandOf } from "./process-identity.ts";

/** Kernel state of a listening socket: `TCP_LISTEN` in include/net/tcp_states.h. */
const listening = "0A";

/** Socket inodes that listen on the port, from the text of /proc/net/tcp or tcp6 (proc(5)). */
export function listeningInodes(table: string, port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  return table
    .split("\n")
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === listening)
    .flatMap((fields) => fields[9] ?? []);
}

/** `redis-server *:6379 (pid 4178)`; undefined when /proc doesn't say (another user's process, not Linux). */
export async function findPortHolder(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsOneOf(pid, sockets)) return `${await commandOf(Number(pid))} (pid ${pid})`;
  }
  return undefined;
}

async function holdsOneOf(pid: string, sockets: Set<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
    if (sockets.has(target)) return true;
  }
  return false;
}
