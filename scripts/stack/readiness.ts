import type { Setup } from "../lib/setup.ts";
import { waitUntil } from "../lib/wait-until.ts";

/** Long enough for a slow machine's first start; a program that dies ends the wait at once. */
const readyWithinMs = 60_000;

/** Waits until the URL answers with 2xx. */
export async function waitForUrl(setup: Setup, what: string, url: string): Promise<void> {
  await setup.screen.step(what, async (step) => {
    step.note(url);
    await setup.supervisor.whileAlive(
      waitUntil(what, () => mustBeOk(url), { timeoutMs: readyWithinMs, signal: setup.stop.signal }),
    );
  });
}

async function mustBeOk(url: string): Promise<void> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(5_000),
    headers: { accept: "text/html,application/json" },
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${body.slice(0, 200)}`);
}
