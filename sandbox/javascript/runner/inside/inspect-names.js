/** What inspect calls things: the constructor's name, the tag, functions and errors by themselves. */
(function createNames(primordials) {
  "use strict";
  const p = primordials;

  function showFunction(value) {
    const source = p.FunctionToString(value);
    const name = dataProperty(value, "name");
    const shownName = typeof name === "string" && name !== "" ? name : "(anonymous)";
    if (p.StringStartsWith(source, "class")) return `[class ${shownName}]`;
    const type = constructorName(value) ?? "Function (null prototype)";
    return shownName === "(anonymous)" ? `[${type} (anonymous)]` : `[${type}: ${shownName}]`;
  }

  function showError(error) {
    let stack;
    try {
      stack = error.stack;
    } catch {
      // A getter of the user's.
    }
    if (typeof stack === "string" && stack !== "") return stack;
    try {
      return `[${p.ErrorToString(error)}]`;
    } catch {
      return "[Error]";
    }
  }

  function constructorName(value) {
    for (let object = value; object !== null; object = p.getPrototypeOf(object)) {
      const constructor = dataProperty(object, "constructor");
      const name = typeof constructor === "function" ? dataProperty(constructor, "name") : undefined;
      if (typeof name === "string" && name !== "") return name;
    }
    return undefined;
  }

  /** "" when it is an enumerable property of the object's own: then it is among the properties. */
  function toStringTag(value) {
    if (p.getOwnPropertyDescriptor(value, p.SymbolToStringTag)?.enumerable) return "";
    for (let object = value; object !== null; object = p.getPrototypeOf(object)) {
      const tag = dataProperty(object, p.SymbolToStringTag);
      if (typeof tag === "string") return tag;
    }
    return "";
  }

  function dataProperty(object, key) {
    return p.getOwnPropertyDescriptor(object, key)?.value;
  }

  return { __proto__: null, showFunction, showError, constructorName, toStringTag };
});
