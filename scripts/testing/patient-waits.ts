import { vi } from "vitest";

/** A second, Vitest's default, is short for real servers on a busy machine; a wait that succeeds takes no longer. */
const patienceMs = 10_000;

const waitFor = vi.waitFor;
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { timeout: patienceMs, ...options });
