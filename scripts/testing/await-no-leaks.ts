import { setTimeout as sleep } from "node:timers/promises";

import { findLeaks } from "../lib/leak-check.ts";
import type { Inventory } from "../lib/leak-check.ts";
import { takeInventory } from "./inventory.ts";
import type { InventorySources } from "./inventory.ts";

/** Removing a container and ending a process take a moment after the test that asked for it. */
const graceMs = 8_000;

/** What is still there when the grace is over; empty as soon as nothing is. */
export async function awaitNoLeaks(before: Inventory, sources: InventorySources): Promise<string[]> {
  const deadline = performance.now() + graceMs;
  for (;;) {
    const leaks = findLeaks(before, await takeInventory(sources));
    if (leaks.length === 0 || performance.now() > deadline) return leaks;
    await sleep(500);
  }
}
