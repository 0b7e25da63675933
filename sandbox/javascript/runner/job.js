"use strict";
const vm = require("node:vm");
const { compileUserCode } = require("./user-code.js");

const NEVER_SETTLED = "main() returned a promise that nothing can settle any more: no timer is left that could.";

/**
 * Runs one job: loads the code, calls main(), then lets time pass until somebody reports a result.
 * Reporting ends the process (frames.js), so "afterwards" never has to be handled here.
 */
function runJob(inside, code, frames) {
  const compiled = compileUserCode(code);
  if (compiled.error !== undefined) return frames.fail("SYNTAX_ERROR", compiled.error);

  // As in Node itself: a rejection that nobody handles ends the job instead of passing unseen.
  process.on("unhandledRejection", (reason) => inside.fail(reason));

  try {
    inside.evaluate(compiled.script);
    // A lookup, not a property of the global object: `const main = …` is none.
    inside.callMain(inside.evaluate(new vm.Script('typeof main === "function" ? main : undefined')));
    inside.drain();
  } catch (thrown) {
    // Never looked at out here: it may be anything, a Proxy included.
    inside.fail(thrown);
  }
  setImmediate(() => letTimePass(inside, frames));
}

/**
 * Timers are real time, seen from inside: out here one sleeps until the next is due and asks the context
 * to run it. One timer per turn of Node's loop, so that unhandled rejections surface in between.
 */
function letTimePass(inside, frames) {
  const isDue = inside.runDueTimer();
  if (isDue) inside.drain();
  const delayMs = inside.nextTimerDelay();
  if (delayMs < 0)
    setImmediate(() =>
      inside.nextTimerDelay() < 0 ? frames.fail("NEVER_SETTLED", NEVER_SETTLED) : letTimePass(inside, frames),
    );
  else if (delayMs === 0) setImmediate(() => letTimePass(inside, frames));
  else setTimeout(() => letTimePass(inside, frames), delayMs);
}

module.exports = { runJob };
