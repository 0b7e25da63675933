import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

import { runCode } from "./testing/run-code.ts";

/** Each is shown exactly as Node's own console shows it. */
const LIKE_NODE = [
  "'text'",
  "['text', \"it's\", 'a`\"\\'b', 'new\\nline\\t\\u0007']",
  "42",
  "-0",
  "[1.5, -0, NaN, 10n]",
  "null",
  "undefined",
  "true",
  "Symbol('s')",
  "{}",
  "[]",
  "{ a: 1, 'b-c': 2, [Symbol('d')]: 3, 7: 4 }",
  "{ a: { b: { c: { d: 1 } } } }",
  "[[[[1]]]]",
  "[, 1, , , 2]",
  "Object.assign([1], { x: 2 })",
  "new Map([['a', { b: 1 }], [{}, new Set([1])]])",
  "new Set(['x', [1]])",
  "new Map()",
  "new Date(0)",
  "new Date(NaN)",
  "/a[/]b/gi",
  "function named() {}",
  "() => {}",
  "async () => {}",
  "function* gen() {}",
  "class A {}",
  "Object.assign(function f() {}, { x: 1 })",
  "Object.create(null)",
  "new (class Point { x = 1 })()",
  "new Uint8Array([1, 2])",
  "new Float64Array(0)",
  "new Number(3)",
  "new String('s')",
  "new Boolean(false)",
  "Object(Symbol('b'))",
  "Object(1n)",
  "{ get a() { throw 1 }, set a(x) {}, get b() { return 1 }, set c(x) {} }",
  "new WeakMap()",
  "new WeakSet()",
  "Math",
  "JSON",
  "(() => { const a = { name: 'a' }; a.self = a; a.list = [a, { a }]; return a })()",
  "{ long: 'x'.repeat(50), longer: 'y'.repeat(50), nested: { z: 'z'.repeat(70) } }",
  "new Array(5)",
  "{ [Symbol.toStringTag]: 'Tagged' }",
];

describe.concurrent("console.log", () => {
  test("shows values as Node does", async () => {
    const run = await runCode(
      `const main = () => { ${LIKE_NODE.map((source) => `console.log((${source}), ''); console.log('--');`).join("\n")} }`,
    );
    const shown = run.stdout.split(" \n--\n").slice(0, -1);
    // oxlint-disable-next-line no-eval -- the table above, evaluated here for comparison
    const expected = LIKE_NODE.map((source) => (0, eval)(`(${source})`) as unknown).map((value) =>
      typeof value === "string" ? value : inspect(value),
    );
    expect(shown).toEqual(expected);
  });

  const formats: [string, string][] = [
    ["'%s and %s', 'a', 1, 'more'", "a and 1 more"],
    ["'%d %i %f', '42.5', 42.9, '1.5x'", "42.5 42 1.5"],
    ["'%j %o %O', { a: 1 }, [1], { b: {} }", '{"a":1} [ 1 ] { b: {} }'],
    ["'100%% %x %', 5", "100% %x % 5"],
    ["'%s'", "%s"],
    ["'%cstyled', 'color: red'", "styled"],
    ["1, 'a', [2]", "1 a [ 2 ]"],
    ["", ""],
    ["'a\\nb'", "a\nb"],
  ];
  test.each(formats)("(%s) prints %s", async (args, expected) => {
    expect((await runCode(`const main = () => { console.log(${args}) }`)).stdout).toBe(`${expected}\n`);
  });
});

describe.concurrent("hostile values", () => {
  const trap = (name: string) => `new Proxy({}, { ${name}() { throw new Error("trap") } })`;
  const hostile = [
    ...["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"].map(trap),
    "new Proxy(function () {}, { get() { throw 1 } })",
    "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
    "({ get constructor() { throw 1 } })",
    "({ get [Symbol.toStringTag]() { throw 1 }, toString() { throw 2 } })",
    "new Proxy({}, { ownKeys: () => Array.from({ length: 1e5 }, (_, i) => 'k' + i), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) })",
    "(() => { const endless = () => new Proxy([], { getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: endless() }), get: (t, k) => (k === 'length' ? 1e9 : endless()) }); return endless() })()",
    "Object.defineProperty(new Error('x'), 'stack', { get() { throw 1 } })",
    "Object.assign(new Error(), { name: Symbol(), message: {} })",
    "{ deep: Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({})))) }",
    "new Array(4294967295)",
    "Object.create(new Proxy({}, { get() { throw 1 }, getOwnPropertyDescriptor() { throw 2 } }))",
  ];
  test.each(hostile)("%s is shown somehow, and the job goes on", async (expression) => {
    const run = await runCode(`const main = () => { console.log((${expression}), "end"); return 1 }`);
    expect(run.result).toMatchObject({ ok: true, value: "1" });
    expect(run.stdout).toMatch(/ end\n$|\[line truncated\]/);
  });
});

describe.concurrent("the rest of console", () => {
  test("writes to the right stream", async () => {
    const run = await runCode(
      "const main = () => { for (const name of ['log', 'info', 'debug', 'warn', 'error']) console[name](name) }",
    );
    expect(run.stdout).toBe("log\ninfo\ndebug\n");
    expect(run.stderr).toBe("warn\nerror\n");
  });

  test("groups, counts, asserts and traces", async () => {
    const run = await runCode(
      "const main = () => {\n  console.group('G'); console.log('a\\nb'); console.groupEnd(); console.log('c');\n  console.count(); console.count(); console.countReset(); console.count('x'); console.dir({ a: 1 });\n  console.assert(true, 'no'); console.assert(false, 'yes %s', 1); console.trace('here');\n}",
    );
    expect(run.stdout).toBe("G\n  a\n  b\nc\ndefault: 1\ndefault: 2\nx: 1\n{ a: 1 }\n");
    expect(run.stderr).toBe("Assertion failed: yes 1\nTrace: here\n    at main (main.js:4:75)\n");
  });

  test("measures time", async () => {
    const run = await runCode(
      "const main = () => { console.time('t'); console.timeLog('t', 'x'); console.timeEnd('t'); console.timeEnd('t') }",
    );
    expect(run.stdout).toMatch(/^t: \d+ms x\nt: \d+ms\n$/);
  });

  test("shows an error with its stack, its cause and its properties", async () => {
    const run = await runCode(
      "const main = () => { console.error(Object.assign(new RangeError('bad', { cause: 'c' }), { code: 'E1' })) }",
    );
    expect(run.stderr).toBe("RangeError: bad\n    at main (main.js:1:50) {\n  code: 'E1',\n  [cause]: 'c'\n}\n");
  });
});
