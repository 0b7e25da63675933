import type { Scenario } from "../scenario.ts";
import { deletePod } from "./delete-pod.ts";
import { firstJob } from "./first-job.ts";
import { forceDelete } from "./force-delete.ts";
import { fromZero } from "./from-zero.ts";
import { helmTest } from "./helm-test.ts";
import { hostSocket } from "./host-socket.ts";
import { prometheus } from "./prometheus.ts";
import { restricted } from "./restricted.ts";
import { rollout } from "./rollout.ts";
import { scale } from "./scale.ts";
import { scaleIn } from "./scale-in.ts";
import { uninstall } from "./uninstall.ts";
import { upgrade } from "./upgrade.ts";

/** By value, so that a run that is cut short has seen what matters most. They share one release. */
export const allScenarios: Scenario[] = [
  firstJob,
  helmTest,
  scale,
  restricted,
  scaleIn,
  rollout,
  deletePod,
  forceDelete,
  prometheus,
  upgrade,
  fromZero,
  hostSocket,
  uninstall,
];
