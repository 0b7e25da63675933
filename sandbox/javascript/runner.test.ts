import { describe, expect, test } from "vitest";

import { NONCE, runCode, runInput, valueOf } from "./testing/run-code.ts";

describe.concurrent("main", () => {
  const forms = {
    "a function": "function main(a, b) { return a + b }",
    "an async function": "async function main(a, b) { await null; return a + b }",
    "a const arrow": "const main = (a, b) => a + b",
    "an async const arrow": "const main = async (a, b) => a + b",
    "a let": "let main; main = (a, b) => a + b",
    "a property of the global object": "globalThis.main = (a, b) => a + b",
    "strict code": '"use strict";\nconst main = (a, b) => a + b',
    "code ending in a comment": "const main = (a, b) => a + b // done",
  };
  test.each(Object.entries(forms))("may be %s", async (_name, code) => {
    const run = await runCode(code, { args: [2, 3] });
    expect(valueOf(run)).toBe(5);
    expect(run.exitCode).toBe(0);
    expect(run.processErrors).toBe("");
  });

  test.each(["const x = 1", "const main = 5", "// nothing"])(
    "may be missing (%s): null and a warning",
    async (code) => {
      const run = await runCode(code);
      expect(valueOf(run)).toBeNull();
      expect(run.stderr).toContain("No function named main is defined");
    },
  );

  test("gets its arguments as values of its own realm", async () => {
    const run = await runCode(
      "const main = (list, map) => [list instanceof Array, map instanceof Object, list.concat(map.a)]",
      { args: [[1], { a: 2 }] },
    );
    expect(valueOf(run)).toEqual([true, true, [1, 2]]);
  });
});

describe.concurrent("a result", () => {
  const values: [string, unknown][] = [
    ["undefined", null],
    ["null", null],
    ["{ a: undefined, b: [undefined], c() {} }", { b: [null] }],
    ["new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["({ toJSON: () => 7 })", 7],
    ["NaN", null],
    ["'\\ud800'", "\ud800"],
    ["Promise.resolve(Promise.resolve(3))", 3],
  ];
  test.each(values)("of %s", async (expression, expected) => {
    expect(valueOf(await runCode(`const main = () => (${expression})`))).toEqual(expected);
  });

  const invalid: [string, string][] = [
    ["10n", "BigInt"],
    ["(() => { const a = {}; a.self = a; return a })()", "circular"],
    ["() => 1", "returned a function"],
    ["Symbol('x')", "returned a symbol"],
    ["({ toJSON() { throw new Error('no JSON today') } })", "no JSON today"],
    ["nest(5001)", "nested too deeply"],
    ["nest(1e6)", "nested too deeply"],
  ];
  test.each(invalid)("of %s is INVALID_RESULT: %s", async (expression, text) => {
    const { result } = await runCode(
      `const nest = (n) => { let a = []; while (--n) a = [a]; return a }; const main = () => (${expression})`,
    );
    expect(result).toMatchObject({ ok: false, reason: "INVALID_RESULT", error: expect.stringContaining(text) });
  });

  test("may be nested 5000 levels deep", async () => {
    const { result } = await runCode(
      "const main = () => { let a = []; for (let i = 1; i < 5000; i++) a = [a]; return a }",
    );
    expect(result).toMatchObject({ ok: true, value: "[".repeat(5000) + "]".repeat(5000) });
  });

  test("with 5001 brackets in its strings isn't deep", async () => {
    expect(valueOf(await runCode("const main = () => ['\"\\\\' + '['.repeat(12000)]"))).toEqual([
      `"\\${"[".repeat(12000)}`,
    ]);
  });
});

describe.concurrent("an error", () => {
  test("shows the user's own lines only", async () => {
    const { result } = await runCode(
      "function helper() {\n  throw new TypeError('no');\n}\nasync function main() {\n  await null;\n  helper();\n}",
    );
    expect(result).toMatchObject({ ok: false, reason: "USER_ERROR" });
    expect(result?.error).toBe("TypeError: no\n    at helper (main.js:2:9)\n    at main (main.js:6:3)");
  });

  test("while loading has its line too", async () => {
    const { result } = await runCode("\nnull.x;\nconst main = () => 1");
    expect(result?.error).toBe("TypeError: Cannot read properties of null (reading 'x')\n    at main.js:2:6");
  });

  test("keeps its place when the source names another file", async () => {
    const { result } = await runCode("const main = () => { throw new Error('x') }\n//# sourceURL=/etc/passwd");
    expect(result?.error).toBe("Error: x\n    at main (main.js:1:28)");
  });

  test("shows its causes", async () => {
    const { result } = await runCode(
      "const main = () => { throw new Error('outer', { cause: new Error('inner', { cause: 5 }) }) }",
    );
    expect(result?.error).toMatch(/^Error: outer\n.*\n {2}\[cause\]: Error: inner\n.*\n {2}\[cause\]: 5$/);
  });

  const thrown: [string, string][] = [
    ["5", "Thrown: 5 (not an Error"],
    ["null", "Thrown: null"],
    ["undefined", "Thrown: undefined"],
    ["'text'", "Thrown: 'text'"],
    ["Symbol('s')", "Thrown: Symbol(s)"],
    ["{ code: 7 }", "Thrown: { code: 7 }"],
    [
      "new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 }, getPrototypeOf() { throw 3 } })",
      "Thrown: [object that can't be shown]",
    ],
    ["new Proxy(new Error('p'), {})", "Thrown: "],
    ["Object.defineProperty(new Error('g'), 'stack', { get() { throw 1 } })", "Error: g"],
    ["Object.assign(new Error('n'), { name: Symbol('n') })", "Error: (its name or message can't be read)"],
    ["Object.assign(new Error('own'), { stack: 5 })", "Error: own"],
    ["Object.setPrototypeOf(new Error('bare'), null)", "Error: bare"],
  ];
  test.each(thrown)("thrown as %s reads %s", async (expression, text) => {
    const { result } = await runCode(`const main = () => { throw ${expression} }`);
    expect(result).toMatchObject({ ok: false, reason: "USER_ERROR", error: expect.stringContaining(text) });
  });

  const unsettled: [string, string][] = [
    ["thrown in a timer", "const main = () => new Promise(() => setTimeout(() => { throw new Error('late') }, 5))"],
    [
      "rejected and unhandled",
      "const main = () => { (async () => { throw new Error('late') })(); return new Promise(() => {}) }",
    ],
    [
      "thrown in a microtask",
      "const main = () => { queueMicrotask(() => { throw new Error('late') }); return new Promise(() => {}) }",
    ],
  ];
  test.each(unsettled)("%s ends the job", async (_name, code) => {
    expect((await runCode(code)).result).toMatchObject({
      ok: false,
      reason: "USER_ERROR",
      error: expect.stringMatching(/^Error: late\n {4}at .*main\.js:1:/),
    });
  });

  test("by endless recursion is the user's", async () => {
    const { result } = await runCode("const main = () => main()");
    expect(result).toMatchObject({
      reason: "USER_ERROR",
      error: expect.stringContaining("RangeError: Maximum call stack size exceeded"),
    });
  });
});

describe.concurrent("a syntax error", () => {
  test("has message, place and the line", async () => {
    const { result } = await runCode("const a = 1;\nconst main = () => {\n  return a +;\n}");
    expect(result).toMatchObject({ ok: false, reason: "SYNTAX_ERROR" });
    expect(result?.error).toBe(
      "SyntaxError: Unexpected token ';'\n    at main.js:3:13\n\n  return a +;\n            ^",
    );
  });

  test.each([
    "}); process.exit(); (() => {",
    "}})",
    "`",
    "/*",
    "return 1",
    "await 1",
    "export const main = 1",
    "import x from 'fs'",
  ])("is %s", async (code) => {
    expect((await runCode(code)).result).toMatchObject({
      ok: false,
      reason: "SYNTAX_ERROR",
      error: expect.stringMatching(/at main\.js:1/),
    });
  });
});

describe.concurrent("time", () => {
  test("passes in real milliseconds, in the order of due times", async () => {
    const run = await runCode(`const main = async () => {
      const order = [], start = Date.now();
      const wait = (ms) => new Promise((done) => setTimeout((value) => { order.push(value); done() }, ms, ms));
      await Promise.all([wait(60), wait(20), wait(40), wait(0)]);
      return { order, elapsed: Date.now() - start };
    }`);
    const { order, elapsed } = valueOf(run) as { order: number[]; elapsed: number };
    expect(order).toEqual([0, 20, 40, 60]);
    expect(elapsed).toBeGreaterThanOrEqual(59);
    expect(elapsed).toBeLessThan(1000);
  });

  test("setInterval repeats until it is cleared, setImmediate comes at once", async () => {
    const run = await runCode(`const main = () => new Promise((done) => {
      const seen = [];
      const id = setInterval(() => { seen.push("tick"); if (seen.length === 4) { clearInterval(id); done(seen) } }, 2);
      setImmediate((text) => seen.push(text), "now");
    })`);
    expect(valueOf(run)).toEqual(["now", "tick", "tick", "tick"]);
  });

  test("a thousand timers come in order", async () => {
    const run = await runCode(`const main = () => new Promise((done) => {
      const seen = [];
      for (let i = 0; i < 1000; i++) setTimeout(() => { if (seen.push(i) === 1000) done(seen) }, 5);
    })`);
    expect(valueOf(run)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test("a cleared timer never runs", async () => {
    const run = await runCode(
      "const main = () => { clearTimeout(setTimeout(() => console.log('ran'), 1)); return new Promise((done) => setTimeout(done, 20)) }",
    );
    expect(run.stdout).toBe("");
    expect(run.result?.ok).toBe(true);
  });

  test.each([
    "new Promise(() => {})",
    "({ then() {} })",
    "(async () => { await new Promise(() => setTimeout(() => {}, 5)) })()",
  ])("%s is NEVER_SETTLED", async (expression) => {
    const run = await runCode(`const main = () => ${expression}`);
    expect(run.result).toMatchObject({ ok: false, reason: "NEVER_SETTLED" });
    expect(run.exitCode).toBe(0);
  });

  test("the result doesn't wait for timers that are left", async () => {
    const run = await runCode("const main = () => { setInterval(() => {}, 1000); return 1 }");
    expect(valueOf(run)).toBe(1);
  });

  test("microtasks come before timers", async () => {
    const run = await runCode(
      "const main = async () => { const seen = []; setTimeout(() => seen.push('timer'), 0); queueMicrotask(() => seen.push('micro')); await null; seen.push('await'); await new Promise((r) => setTimeout(r, 10)); return seen }",
    );
    expect(valueOf(run)).toEqual(["micro", "await", "timer"]);
  });
});

describe.concurrent("a job that never ends", () => {
  test.each([
    "for (;;);",
    "(async () => { for (;;) await null })()",
    "Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0)",
  ])("%s can be killed, and its earlier log is out", async (statement) => {
    const run = await runCode(
      `const main = () => { console.log("before"); ${statement}; return new Promise(() => {}) }`,
      { killAfterMs: 700 },
    );
    expect(run.stdout).toBe("before\n");
    expect(run.exitCode).toBeNull();
    expect(run.result).toBeUndefined();
  });

  test("by filling the heap aborts", async () => {
    const run = await runCode("const main = () => { const a = []; for (;;) a.push({}) }", {
      nodeFlags: ["--max-old-space-size=32"],
    });
    expect(run.result).toBeUndefined();
    expect(run.processErrors).toContain("heap");
    expect(run.exitCode).not.toBe(0);
  });
});

describe.concurrent("a header", () => {
  const header = {
    v: 1,
    nonce: NONCE,
    code: "const main = () => 1",
    args: "[]",
    limits: { logBytes: 1, logLineBytes: 1, resultBytes: 1, errorBytes: 1 },
  };
  const bad: [string, string][] = [
    ["nothing", ""],
    ["half a line", JSON.stringify(header)],
    ["an empty line", "\n"],
    ["no JSON", "{\n"],
    ["null", "null\n"],
    ["version 2", `${JSON.stringify({ ...header, v: 2 })}\n`],
    ["no nonce", `${JSON.stringify({ ...header, nonce: "" })}\n`],
    ["no code", `${JSON.stringify({ ...header, code: 1 })}\n`],
    ["arguments that aren't JSON", `${JSON.stringify({ ...header, args: "[" })}\n`],
    ["arguments that aren't an array", `${JSON.stringify({ ...header, args: "{}" })}\n`],
    ["no limits", `${JSON.stringify({ ...header, limits: {} })}\n`],
    ["more than 16 MiB", "x".repeat(16 * 1024 * 1024 + 1)],
  ];
  test.each(bad)("of %s ends the runner with 64", async (_name, input) => {
    const run = await runInput(input);
    expect(run.exitCode).toBe(64);
    expect(run.frames).toEqual([]);
  });

  test("may be as large as the largest code and arguments", async () => {
    const code = `const main = (text) => text.length; // ${"é".repeat(120_000)}`;
    expect(valueOf(await runCode(code, { args: ["ü".repeat(500_000)] }))).toBe(500_000);
  });
});
