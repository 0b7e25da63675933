import { setTimeout as sleep } from "node:timers/promises";

import { afterAll } from "vitest";

/** What keeps a process from ending. Idle keep-alive connections and unref'd timers don't, and aren't listed by Node. */
const handleKinds = ["TCPSocketWrap", "TCPServerWrap", "PipeWrap", "ProcessWrap", "UDPWrap", "FSEventWrap", "Timeout"];

/** Closing a connection takes a round trip or two after the test that asked for it. */
const graceMs = 3_000;

// Node opens the standard streams when somebody first looks at them; they are nobody's leak.
void [process.stdin, process.stdout, process.stderr];

/** Vitest's own: its channel to the main process. */
const before = countHandles();

/**
 * Runs after everything else in each test file, because it is registered first: a file that leaves a server, a
 * connection, a child or a timer fails.
 */
afterAll(async () => {
  const deadline = performance.now() + graceMs;
  for (;;) {
    const leaked = handleKinds.filter((kind) => (countHandles().get(kind) ?? 0) > (before.get(kind) ?? 0));
    if (leaked.length === 0) return;
    if (performance.now() > deadline) throw new Error(`This file leaves handles open: ${leaked.join(", ")}`);
    await sleep(50, undefined, { ref: false });
  }
}, graceMs + 2_000);

function countHandles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
