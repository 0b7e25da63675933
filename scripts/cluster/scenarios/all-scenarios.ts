import type { Scenario } from "../scenario.ts";
import { busySpared } from "./busy-spared.ts";
import { deletePod } from "./delete-pod.ts";
import { firstJob } from "./first-job.ts";
import { forceDelete } from "./force-delete.ts";
import { fromZero } from "./from-zero.ts";
import { helmTest } from "./helm-test.ts";
import { hostSocket } from "./host-socket.ts";
import { kedaLater } from "./keda-later.ts";
import { paused } from "./paused.ts";
import { prometheus } from "./prometheus.ts";
import { reinstall } from "./reinstall.ts";
import { restricted } from "./restricted.ts";
import { rollout } from "./rollout.ts";
import { scale } from "./scale.ts";
import { scaleIn } from "./scale-in.ts";
import { uninstall } from "./uninstall.ts";
import { upgrade } from "./upgrade.ts";
import { withoutKeda } from "./without-keda.ts";

/** The chart as it comes, on the cluster as it was found: maybe without KEDA. */
export const asFound: Scenario[] = [firstJob, withoutKeda];

/** The same release, once KEDA is there. */
export const plain: Scenario[] = [kedaLater, reinstall];

/** Another release, the strict one. By value, so that a run that is cut short has seen what matters most. */
export const strict: Scenario[] = [
  helmTest,
  scale,
  paused,
  restricted,
  scaleIn,
  busySpared,
  rollout,
  deletePod,
  forceDelete,
  prometheus,
  upgrade,
  fromZero,
  hostSocket,
  uninstall,
];
