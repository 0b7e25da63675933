import { expect, test } from "vitest";
import { LABEL } from "./container-labels.ts";
import { isOrphan } from "./orphan-reaper.ts";

const own = { installationId: "here", workerId: "own", epoch: 5, engineId: "ENGINE" };
const lives = [
  { workerId: "own", epoch: 5 },
  { workerId: "other", epoch: 2 },
];
const labels = (workerId: string, epoch: number, engineId = "ENGINE") => ({
  [LABEL.INSTALLATION]: "here",
  [LABEL.WORKER]: workerId,
  [LABEL.EPOCH]: String(epoch),
  [LABEL.ENGINE]: engineId,
});

test.each([
  ["of this life", labels("own", 5), false],
  ["of an earlier life of this worker", labels("own", 4), true],
  ["of a life with a higher number, which is over: the numbers begin anew after a day", labels("own", 6), true],
  ["of another worker that lives", labels("other", 2), false],
  ["of another worker's earlier life", labels("other", 1), true],
  ["of another worker whose lease is over", labels("gone", 9), true],
  ["on another engine", labels("gone", 9, "ANOTHER"), false],
  ["of another installation", { ...labels("gone", 9), [LABEL.INSTALLATION]: "elsewhere" }, false],
])("a sandbox %s: %#", (_whose, found, orphan) => {
  expect(isOrphan(found, { own, lives })).toBe(orphan);
});
