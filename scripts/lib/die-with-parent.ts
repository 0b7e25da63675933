import { findProgram } from "./find-program.ts";

/**
 * The same command, but the kernel ends it when we die, even of SIGKILL (PR_SET_PDEATHSIG, prctl(2)), where util-linux
 * has setpriv. Elsewhere the pid files let the next start clean up.
 */
export function dieWithParent(command: [string, ...string[]]): [string, ...string[]] {
  const setpriv = process.platform === "linux" ? findProgram("setpriv") : undefined;
  return setpriv ? [setpriv, "--pdeathsig", "TERM", ...command] : command;
}
