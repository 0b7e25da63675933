/**
 * Puts the sandbox's globals in place and connects the inside to the host. Runs before any user code; what it
 * keeps in this closure (above all `emit`) user code can't reach.
 */
(function bootstrap(primordials, parts) {
  "use strict";
  const p = primordials;
  const { describe, createConsole, createTimers } = parts;
  /** Deepest nesting of a result: beyond it JSON code in any language may exhaust its stack. */
  const MAX_RESULT_DEPTH = 5000;
  /** Frames that must be free before the host is called, so that its code doesn't exhaust the stack half way. */
  const FREE_FRAMES = 300;

  let emit;
  let args;

  /** Throws this context's own RangeError when the stack is nearly exhausted; never lets out what the host throws. */
  function say(kind, text) {
    p.reserveStack(FREE_FRAMES);
    try {
      emit(kind + text);
    } catch {
      // An error of the host's: not to be looked at.
    }
  }

  const fail = (reason, text) => say("f", `${reason}\n${text}`);
  const failUser = (thrown) => fail("USER_ERROR", describe(thrown));

  function deliver(value) {
    if (typeof value === "function" || typeof value === "symbol") {
      return fail("INVALID_RESULT", `main() returned a ${typeof value}, which JSON can't express.`);
    }
    let text;
    try {
      text = p.JSONStringify(value) ?? "null";
    } catch (thrown) {
      return fail("INVALID_RESULT", invalidResult(thrown));
    }
    if (isTooDeep(text)) return fail("INVALID_RESULT", tooDeep);
    say("r", text);
  }

  const tooDeep = `The result is nested too deeply: at most ${MAX_RESULT_DEPTH} levels are allowed.`;

  function invalidResult(thrown) {
    const text = describe(thrown);
    if (p.StringStartsWith(text, "RangeError: Maximum call stack")) return tooDeep;
    return `The result can't be written as JSON. ${text}`;
  }

  /** Counts brackets outside of strings; JSON text is all that is left to look at, so nothing can interfere. */
  function isTooDeep(text) {
    if (text.length <= 2 * MAX_RESULT_DEPTH) return false;
    let depth = 0;
    for (let i = 0; i < text.length; i += 1) {
      const character = text[i];
      if (character === '"') i = endOfString(text, i);
      else if (character === "[" || character === "{") {
        depth += 1;
        if (depth > MAX_RESULT_DEPTH) return true;
      } else if (character === "]" || character === "}") depth -= 1;
    }
    return false;
  }

  function endOfString(text, start) {
    let end = start + 1;
    while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
    return end;
  }

  /** `await` is syntax: it works on the real promises, whatever user code has made of Promise. */
  async function settle(main) {
    let value;
    try {
      value = await p.apply(main, undefined, args);
    } catch (thrown) {
      return failUser(thrown);
    }
    deliver(value);
  }

  const settled = p.apply(p.PromiseResolve, p.Promise, [undefined]);
  const timers = createTimers(failUser);
  const globals = {
    __proto__: null,
    console: createConsole(say),
    ...timers.globals,
    queueMicrotask(callback) {
      if (typeof callback !== "function") throw new p.TypeError("The callback must be a function");
      p.PromiseThen(settled, () => {
        try {
          callback();
        } catch (thrown) {
          failUser(thrown);
        }
      });
    },
  };
  for (const name of p.ownKeys(globals)) {
    p.defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true, enumerable: false });
  }
  // Shared memory and wasm give precise clocks and host callbacks; finalizers would be run by the host's loop.
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "FinalizationRegistry"]) delete globalThis[name];

  return {
    __proto__: null,
    /** @returns whether `argsText` is a JSON array */
    connect(hostEmit, argsText) {
      emit = hostEmit;
      try {
        args = p.JSONParse(argsText);
      } catch {
        return false;
      }
      return p.isArray(args);
    },
    callMain(main) {
      if (typeof main === "function") return void settle(main);
      say("e", "No function named main is defined, so nothing was called; the result is null.\n");
      deliver(null);
    },
    fail: failUser,
    runDueTimer: timers.runDueTimer,
    nextTimerDelay: timers.nextTimerDelay,
  };
});
