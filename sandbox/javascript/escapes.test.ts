import vm from "node:vm";

import { describe, expect, test } from "vitest";

import { AUDIT, type Audit, ISLAND } from "./testing/audit.ts";
import { ESCAPES, EXHAUSTED } from "./testing/escapes.ts";
import { runCode, valueOf } from "./testing/run-code.ts";

describe("the audit itself", () => {
  test("finds a host object, and that its Function compiles, in a plain vm context", () => {
    const found = vm.runInNewContext(`${AUDIT}; audit(leak)`, { leak: {} }) as Audit;
    expect(found.compiles).toBe(true);
    expect([...found.foreign]).toContain("Function");
  });

  test("finds the host's error behind import() in a plain vm context", async () => {
    const found = (await vm.runInNewContext(`${AUDIT}; import("fs").catch((error) => audit(error))`)) as Audit;
    expect([...found.foreign]).toContain("Function");
  });

  test("finds nothing in a context's own objects", async () => {
    const found = valueOf(await runCode(`${AUDIT}; const main = () => audit({}, [], main, new Error("x"))`));
    expect(found).toEqual({ foreign: [], compiles: false });
  });
});

describe.concurrent("no object of the host is reached by", () => {
  test.each(Object.entries(ESCAPES))("%s", async (_name, body) => {
    const run = await runCode(
      `${AUDIT}
      const main = async function (input) {
        const loot = [];
        const seen = [];
        try { seen[0] = await (async function () { ${body} }).call(this); } catch (error) { seen[0] = error; }
        return audit(seen, loot, this);
      }`,
      { args: [{ a: [1] }] },
    );
    expect(valueOf(run)).toEqual({ foreign: [], compiles: false });
    expect(run.dropped).toEqual([]);
    expect(run.exitCode).toBe(0);
  });
});

describe.concurrent(
  "at the end of the stack, nothing but inert errors of the host is reached by",
  { timeout: 60_000 },
  () => {
    const nearTheEnd = (body: string) => `${AUDIT}
    const attempt = () => { ${body} };
    const collect = () => {
      const loot = [];
      let tries = 0;
      const dive = () => { try { dive(); } catch {} if (tries < 600) { tries += 1; try { attempt(); } catch (error) { loot.push(error); } } };
      const pad = (n) => (n > 0 ? pad(n - 1) : dive());
      for (let n = 0; n < 40; n += 1) { tries = 0; try { pad(n); } catch (error) { loot.push(error); } }
      return loot;
    };`;

    test.each(Object.entries(EXHAUSTED))("%s", async (_name, body) => {
      const run = await runCode(`${nearTheEnd(body)} const main = () => audit(collect())`, {
        limits: { logBytes: 1000 },
      });
      const { foreign, compiles } = valueOf(run) as Audit;
      expect(compiles).toBe(false);
      expect(foreign.filter((name) => !ISLAND.has(name))).toEqual([]);
      expect(run.dropped).toEqual([]);
    });

    test("an attempt that does reach them (or else the others would prove nothing)", async () => {
      const run = await runCode(
        `${nearTheEnd("return new Error('z').stack")} const main = () => collect().filter((error) => !(error instanceof Error)).length`,
      );
      expect(valueOf(run)).toBeGreaterThan(0);
    });
  },
);

describe.concurrent("user code", () => {
  test("finds the language and these globals, nothing else", async () => {
    const names = valueOf(await runCode("const main = () => Reflect.ownKeys(globalThis).map(String)")) as string[];
    const language = vm.runInNewContext("Reflect.ownKeys(globalThis).map(String)") as string[];
    const removed = ["WebAssembly", "SharedArrayBuffer", "Atomics", "FinalizationRegistry"];
    const added = [
      "setTimeout",
      "setInterval",
      "setImmediate",
      "clearTimeout",
      "clearInterval",
      "clearImmediate",
      "queueMicrotask",
    ];
    expect(names.toSorted()).toEqual([...language.filter((name) => !removed.includes(name)), ...added].toSorted());
  });

  test.each([
    "Error.prepareStackTrace = () => 'mine'",
    "Object.defineProperty(Error, 'prepareStackTrace', { value: () => 'mine' })",
    "globalThis.Error = { prepareStackTrace: () => 'mine' }",
    "Object.defineProperty(globalThis, 'Error', { value: { prepareStackTrace: () => 'mine' } })",
    "delete globalThis.Error",
  ])("can't take over stack traces by %s", async (statement) => {
    const run = await runCode(
      `const main = () => { try { ${statement} } catch {} try { null.x } catch (error) { return error.stack } }`,
    );
    expect(valueOf(run)).toMatch(
      /^TypeError: Cannot read properties of null \(reading 'x'\)\n {4}at main \(main\.js:1:\d+\)$/,
    );
  });

  test.each([
    "(0, eval)('1')",
    "eval('1')",
    "Function('return 1')()",
    "new (async () => {}).constructor('return 1')()",
  ])("can't compile text: %s", async (expression) => {
    const run = await runCode(
      `const main = () => { try { return ${expression} } catch (error) { return [error instanceof EvalError, error.message] } }`,
    );
    expect(valueOf(run)).toEqual([true, "Code generation from strings disallowed for this context"]);
  });
});

describe.concurrent("import()", () => {
  const refused = {
    plain: 'const main = () => import("fs")',
    "after a comment": 'const main = () => import/* x */("fs")',
    "after a no-break space": 'const main = () => import\u00a0("fs")',
    "in a template": "const main = () => `${import('fs')}`",
    "between regular expressions": "const main = () => /[/]import/.test(1) / import('fs') / 2",
    "behind a string that looks like a comment": "const a = '/*'; const main = () => import('fs'); // */",
    "behind an HTML-like comment": "const x = 1;\n<!-- /*\nconst main = () => import('fs') // */",
    "in a function that is never called": "const main = () => 1; function f() { return import('fs') }",
    "in a class field": "class A { x = import('fs') } const main = () => 1",
    "in the default of a parameter": "const main = (a = import('fs')) => a",
    "import.source": "const main = () => import.source('fs')",
  };
  test.each(Object.entries(refused))("is refused %s", async (_name, code) => {
    const { result } = await runCode(code);
    expect(result).toMatchObject({ ok: false, reason: "SYNTAX_ERROR", error: expect.stringMatching(/^SyntaxError: /) });
  });

  const accepted = {
    "in a string": 'const main = () => "import(1)"',
    "in a comment": "const main = () => 1 // import('fs')",
    "in a template's text": "const main = () => `import(1)`",
    "in a regular expression": "const main = () => /import(1)/.source",
    "as a property": "const main = () => ({ import: 1, a: { import() { return 2 } } }).a.import()",
    "as a private name": "class A { #import = 3; get() { return this.#import } } const main = () => new A().get()",
    "in a longer name":
      "const important = 1, reimport = 2, import_ = 3, $import = 4; const main = () => important + reimport + import_ + $import",
  };
  test.each(Object.entries(accepted))("isn't suspected %s", async (_name, code) => {
    expect((await runCode(code)).result).toMatchObject({ ok: true });
  });

  test("says where it stands", async () => {
    const { result } = await runCode("const a = 1;\n\nconst main = () => import('fs');");
    expect(result?.error).toBe(
      "SyntaxError: import() is not available here: a function runs alone, without modules.\n    at main.js:3",
    );
  });

  test("is an error when its keyword is escaped", async () => {
    const { result } = await runCode("const main = () => \\u0069mport('fs')");
    expect(result).toMatchObject({ ok: false, reason: "SYNTAX_ERROR" });
  });
});

describe.concurrent("frames", () => {
  test("printed by user code arrive as log text, not as frames", async () => {
    const forged = JSON.stringify({ n: "", s: 1, t: "result", ok: true, value: "666" });
    const run = await runCode(`const main = () => { console.log(${JSON.stringify(`\n${forged}\n`)}); return 1 }`);
    expect(valueOf(run)).toBe(1);
    expect(run.stdout).toBe(`\n${forged}\n\n`);
    expect(run.dropped).toEqual([]);
  });

  test("never show the nonce to user code, not even in its own source or stack", async () => {
    const run = await runCode(`const main = async () => {
      const texts = Reflect.ownKeys(globalThis).map((key) => { try { return String(globalThis[key]) + JSON.stringify(globalThis[key]) } catch { return "" } });
      return texts.join() + new Error("x").stack + main.toString();
    }`);
    expect(valueOf(run)).not.toContain(run.result?.n);
  });

  test("a promise that calls back twice gives one result", async () => {
    const run = await runCode(`const main = () => ({ then(resolve, reject) { resolve(1); resolve(2); reject(3); } })`);
    expect(run.frames.filter(({ t }) => t === "result")).toHaveLength(1);
    expect(valueOf(run)).toBe(1);
  });

  test("a result can't be replaced by patching JSON, Promise, Array and console", async () => {
    const run = await runCode(`const main = async () => {
      JSON.stringify = () => '"patched"';
      Promise.prototype.then = () => {};
      Promise.resolve = () => {};
      globalThis.Promise = globalThis.JSON = globalThis.console = undefined;
      Array.prototype.push = Array.prototype.join = () => {};
      await null;
      return { honest: true };
    }`);
    expect(valueOf(run)).toEqual({ honest: true });
  });
});
