/** What a program of the harness inherits: enough to be found and to be cleaned up after, and no server's name. */
const inherited = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "LAMBDALITE_TEST_RUN"];

export function cleanEnvironment(processEnv: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => {
      const value = processEnv[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
