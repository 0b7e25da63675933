import { expect, test } from "vitest";
import { LABEL } from "./container-labels.ts";
import { isOrphan } from "./orphan-reaper.ts";

const own = { installationId: "here", workerId: "own", epoch: 5, engineId: "ENGINE" };
const lives = [
  { workerId: "own", epoch: 5 },
  { workerId: "other", epoch: 2 },
];
const labels = (workerId: string, epoch: number, engineId = "ENGINE", deadline = 2_000) => ({
  [LABEL.INSTALLATION]: "here",
  [LABEL.WORKER]: workerId,
  [LABEL.EPOCH]: String(epoch),
  [LABEL.ENGINE]: engineId,
  [LABEL.DEADLINE]: String(deadline),
});

test.each([
  ["of this life", labels("own", 5), false],
  ["of this life, past any use", labels("own", 5, "ENGINE", 999), true],
  ["of an earlier life of this worker", labels("own", 4), true],
  ["of a later life of this worker: another process has its name now", labels("own", 6), false],
  ["of another worker that lives", labels("other", 2), false],
  ["of another worker's earlier life", labels("other", 1), true],
  ["of another worker whose lease is over", labels("gone", 9), true],
  ["of another worker, past any use by this worker's clock", labels("other", 2, "ENGINE", 1), false],
  ["on another engine", labels("gone", 9, "ANOTHER"), false],
  ["of another installation", { ...labels("gone", 9), [LABEL.INSTALLATION]: "elsewhere" }, false],
])("a sandbox %s: %#", (_whose, found, orphan) => {
  expect(isOrphan(found, { own, lives, nowMs: 1_000 })).toBe(orphan);
});
