"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

/**
 * Makes the context of the user's code and runs the bootstrap (inside/*.js) in it.
 *
 * DONT_CONTEXTIFY: the global object belongs to the context itself. There is no object of the host behind
 * it, with a prototype or without. `afterEvaluate` gives the context a microtask queue of its own that
 * is emptied inside runInContext, where a kill from outside reaches an endless one.
 *
 * @returns the bootstrap's functions; they take and return primitives only (`fail` takes what was thrown)
 */
function createContext() {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    name: "user code",
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  const evaluate = (script) => script.runInContext(context, { displayErrors: false });
  const load = (name) => evaluate(compileInside(name));

  const primordials = load("primordials")();
  const inspect = loadInspect(load, primordials);
  const describe = load("errors")(primordials, inspect);
  const inside = load("bootstrap")(primordials, {
    describe,
    createConsole: load("console")(primordials, inspect, load("console-format")(primordials, inspect)),
    createTimers: load("timers")(primordials),
  });

  const nothing = new vm.Script("0");
  return {
    ...inside,
    evaluate,
    /** Runs the microtasks that a call into the context has left. */
    drain: () => void evaluate(nothing),
  };
}

function loadInspect(load, primordials) {
  const text = load("inspect-text")(primordials);
  return load("inspect")(primordials, {
    kindOf: load("inspect-kinds")(primordials),
    text,
    entries: load("inspect-entries")(primordials, text.quote),
    names: load("inspect-names")(primordials),
  });
}

/** The bootstrap's files are expressions, each a function that takes what it needs. */
function compileInside(name) {
  const file = path.join(__dirname, "inside", `${name}.js`);
  return new vm.Script(fs.readFileSync(file, "utf8"), { filename: `sandbox:${name}` });
}

module.exports = { createContext };
