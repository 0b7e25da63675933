"use strict";

const ERROR_TYPES = [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/**
 * Makes errors of the host realm harmless to hold.
 *
 * Node formats stack traces, rejects import() and reports rejections in functions of the host realm. When
 * user code recurses until the stack is nearly exhausted and then reads `error.stack`, the overflow
 * happens in there, and user code catches a RangeError *of the host*. Nothing in JavaScript prevents
 * that (measured on Node 24: hundreds of hits in a second of trying), so the error must lead nowhere: from
 * it one reaches its prototypes, and through the accessor of its own `stack` property Function.prototype.
 * Those lose their `constructor` and their prototype, and are frozen. What is left is an island of
 * inert functions (call, apply, bind, toString, toLocaleString).
 *
 * `--frozen-intrinsics` isn't used because it freezes the prototypes before this can cut them.
 */
function severHostRealm() {
  for (const { prototype } of [...ERROR_TYPES, Function]) {
    delete prototype.constructor;
    Object.setPrototypeOf(prototype, null);
    Object.freeze(prototype);
  }
  // Not reachable from an error any more; frozen as if the cut had a gap.
  for (const intrinsic of [Object, Array, Promise, JSON, Reflect, Map, Set, WeakMap, String, Number, Symbol, RegExp]) {
    Object.freeze(intrinsic);
    if (intrinsic.prototype !== undefined) Object.freeze(intrinsic.prototype);
  }
}

module.exports = { severHostRealm };
