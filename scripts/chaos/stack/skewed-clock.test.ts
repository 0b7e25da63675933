import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const run = promisify(execFile);

test("a program's wall clock is off, and dates work as before", async () => {
  const script = `
    const made = new Date();
    process.stdout.write(JSON.stringify({
      now: Date.now(), made: made.getTime(), text: Date.parse(Date() + ""), given: new Date(0).toISOString(),
      isDate: made instanceof Date && Object.prototype.toString.call(made) === "[object Date]",
      monotonicMs: performance.now(), utc: Date.UTC(2026, 0, 1),
    }));`;
  const { stdout } = await run(process.execPath, ["--import", `${import.meta.dirname}/skewed-clock.ts`, "-e", script], {
    env: { CHAOS_CLOCK_OFFSET_MS: "-300000" },
  });
  const said = JSON.parse(stdout) as Record<string, number>;
  const expected = Date.now() - 300_000;
  for (const name of ["now", "made", "text"]) expect(Math.abs((said[name] ?? 0) - expected)).toBeLessThan(20_000);
  expect(said).toMatchObject({ given: "1970-01-01T00:00:00.000Z", isDate: true, utc: Date.UTC(2026, 0, 1) });
  expect(said["monotonicMs"]).toBeLessThan(20_000);
});
