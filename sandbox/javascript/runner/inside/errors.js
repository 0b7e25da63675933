/**
 * Makes stack traces show the user's own lines only, and describes whatever was thrown as text.
 *
 * Locked, so that user code never gets a CallSite (they lead to functions on the stack), and so that
 * Node finds a formatter here before it uses its own in the host realm.
 */
(function lockErrors(primordials, inspect) {
  "use strict";
  const { Error, ErrorPrototype, ErrorToString, StringStartsWith, defineProperty, getPrototypeOf, isError } =
    primordials;
  const FILENAME = "main.js";
  /** Deepest chain of `cause`s shown. */
  const MAX_CAUSES = 5;

  function header(error) {
    try {
      return ErrorToString(error);
    } catch {
      return "Error: (its name or message can't be read)";
    }
  }

  function frame(site) {
    const place = `${FILENAME}:${site.getLineNumber()}:${site.getColumnNumber()}`;
    const name = functionName(site);
    return name === "" ? `\n    at ${place}` : `\n    at ${name} (${place})`;
  }

  function functionName(site) {
    const name = site.getFunctionName();
    if (site.isConstructor()) return `new ${name || "<anonymous>"}`;
    if (!name) return "";
    const prefix = site.isAsync() ? "async " : "";
    const type = site.isToplevel() ? null : site.getTypeName();
    const isQualified = type === null || type === "Object" || StringStartsWith(name, `${type}.`);
    return isQualified ? prefix + name : `${prefix}${type}.${name}`;
  }

  function prepareStackTrace(error, sites) {
    let text = header(error);
    for (let i = 0; i < sites.length; i += 1) {
      if (sites[i].getFileName() === FILENAME) text += frame(sites[i]);
    }
    return text;
  }

  defineProperty(Error, "prepareStackTrace", { value: prepareStackTrace, writable: false, configurable: false });
  defineProperty(globalThis, "Error", { value: Error, writable: false, configurable: false });

  /** An error of this context; one of the host's, caught by exhausting the stack, would show host paths. */
  function isOwnError(value) {
    if (!isError(value)) return false;
    for (let object = getPrototypeOf(value); object !== null; object = getPrototypeOf(object)) {
      if (object === ErrorPrototype) return true;
    }
    return false;
  }

  function describeError(error, causesLeft) {
    let stack;
    let cause;
    try {
      stack = isOwnError(error) ? error.stack : undefined;
      cause = error.cause;
    } catch {
      // A getter of the user's that throws: the header has to do.
    }
    const text = typeof stack === "string" && stack !== "" ? stack : header(error);
    if (cause === undefined || causesLeft === 0) return text;
    return `${text}\n  [cause]: ${isError(cause) ? describeError(cause, causesLeft - 1) : inspect(cause)}`;
  }

  /** What a person reads about anything that was thrown. Never throws. */
  return function describe(thrown) {
    try {
      if (isError(thrown)) return describeError(thrown, MAX_CAUSES);
      return `Thrown: ${inspect(thrown)} (not an Error, so there is no stack)`;
    } catch {
      return "Something was thrown that can't be described.";
    }
  };
});
