import { existsSync } from "node:fs";
import { join } from "node:path";

import { findProgram } from "../lib/find-program.ts";

/** Where systemd's hybrid mode mounts the second version's hierarchy beside the first's (systemd, CGROUP_DELEGATION). */
const UNIFIED_HIERARCHY = "/sys/fs/cgroup/unified";

/**
 * The command of an engine of our own. Sandboxes have no network, so the engine needs no bridge and changes nothing in the
 * host's packet filter. Where crun is installed, it's offered as a runtime beside runc.
 *
 * crun refuses a machine that mounts both versions of control groups ("cgroups in hybrid mode not supported"), though a
 * hierarchy without controllers does nothing; there the engine runs in a mount namespace that doesn't have it.
 */
export function dockerdCommand(runDir: string, dataRoot: string, more: readonly string[] = []): [string, ...string[]] {
  const crun = findProgram("crun");
  const dockerd: [string, ...string[]] = [
    findProgram("dockerd") ?? "dockerd",
    ...(crun ? [`--add-runtime=crun=${crun}`] : []),
    `--host=unix://${join(runDir, "docker.sock")}`,
    `--data-root=${dataRoot}`,
    `--exec-root=${join(runDir, "exec")}`,
    `--pidfile=${join(runDir, "docker.pid")}`,
    "--bridge=none",
    "--iptables=false",
    "--ip-forward=false",
    "--ip-masq=false",
    ...more,
  ];
  if (!crun || !existsSync(join(UNIFIED_HIERARCHY, "cgroup.procs"))) return dockerd;
  // Where it can't be unmounted, only crun is lost.
  const withoutIt = `umount ${UNIFIED_HIERARCHY}; exec "$@"`;
  return ["unshare", "--mount", "--propagation=private", "sh", "-c", withoutIt, "sh", ...dockerd];
}
