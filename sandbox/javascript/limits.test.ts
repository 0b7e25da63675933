import { describe, expect, test } from "vitest";

import { runCode, valueOf } from "./testing/run-code.ts";

const bytes = (text: string | undefined) => Buffer.byteLength(text ?? "");

describe.concurrent("the log", () => {
  test("is cut at its limit with a note, and the job goes on", async () => {
    const run = await runCode(
      "const main = () => { for (let i = 0; i < 1000; i++) console.log('line ' + i); console.error('dropped'); return 'done' }",
      { limits: { logBytes: 100 } },
    );
    expect(valueOf(run)).toBe("done");
    expect(run.stderr).toBe("[output truncated at 100 bytes]\n");
    expect(bytes(run.stdout)).toBe(100);
    expect(run.stdout.startsWith("line 0\nline 1\n")).toBe(true);
    expect(run.frames.filter(({ t }) => t === "log").at(-1)).toMatchObject({ c: "stderr" });
  });

  test("of exactly the limit is whole", async () => {
    const run = await runCode("const main = () => { console.log('123'); console.log('567') }", {
      limits: { logBytes: 8 },
    });
    expect(run.stdout).toBe("123\n567\n");
    expect(run.stderr).toBe("");
  });

  test("is cut between characters", async () => {
    const run = await runCode("const main = () => console.log('€€€€')", { limits: { logBytes: 9 } });
    expect(run.stdout).toBe("€€\n");
  });

  test("has long lines cut with a mark, and the next line whole", async () => {
    const run = await runCode("const main = () => console.log('ä'.repeat(1000) + '\\nshort')", {
      limits: { logLineBytes: 100 },
    });
    const [long, short] = run.stdout.split("\n");
    expect(long).toMatch(/^ä+ \[line truncated\]$/);
    expect(bytes(`${long}\n`)).toBeLessThanOrEqual(100);
    expect(bytes(`${long}\n`)).toBeGreaterThan(97);
    expect(short).toBe("short");
  });

  test("has no frame with more text than a line may have", async () => {
    const run = await runCode(
      "const main = () => console.log(Array.from({ length: 100 }, (_, i) => 'line ' + i).join('\\n'))",
      { limits: { logLineBytes: 64 } },
    );
    const logs = run.frames.filter(({ t }) => t === "log");
    expect(logs.length).toBeGreaterThan(10);
    for (const { d } of logs) expect(bytes(d)).toBeLessThanOrEqual(64);
    expect(run.stdout.split("\n")).toHaveLength(101);
  });

  test("of one enormous line is cut, not refused", async () => {
    const run = await runCode("const main = () => { console.log('x'.repeat(2 ** 28)); return 1 }");
    expect(valueOf(run)).toBe(1);
    expect(bytes(run.stdout)).toBe(65_536);
  });

  test("keeps the order of stdout and stderr", async () => {
    const run = await runCode("const main = () => { console.log(1); console.error(2); console.log(3) }");
    expect(run.frames.slice(0, 3).map(({ c, d }) => `${c} ${d}`)).toEqual(["stdout 1\n", "stderr 2\n", "stdout 3\n"]);
  });
});

describe.concurrent("a result", () => {
  test("of exactly the limit is delivered", async () => {
    expect(valueOf(await runCode("const main = () => 'é'.repeat(4)", { limits: { resultBytes: 10 } }))).toBe("éééé");
  });

  test.each(["'é'.repeat(4) + '1'", "'x'.repeat(2 ** 28)"])(
    "beyond the limit (%s) is OUTPUT_LIMIT",
    async (expression) => {
      const run = await runCode(`const main = () => ${expression}`, { limits: { resultBytes: 10 } });
      expect(run.result).toMatchObject({
        ok: false,
        reason: "OUTPUT_LIMIT",
        error: "The result is too large: at most 10 bytes of JSON are allowed.",
      });
      expect(run.exitCode).toBe(0);
    },
  );
});

test("an error text is cut at its limit, between characters", async () => {
  const run = await runCode("const main = () => { throw new Error('€'.repeat(10000)) }", {
    limits: { errorBytes: 100 },
  });
  expect(run.result?.error).toBe(`Error: ${"€".repeat(31)}`);
});
