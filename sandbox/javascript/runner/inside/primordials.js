/**
 * The language's own functions as they were before user code could replace them. Everything in this folder
 * uses these instead of methods, and neither spread nor for-of nor array destructuring (they call
 * Array.prototype[Symbol.iterator]).
 */
(function capturePrimordials() {
  "use strict";
  const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const { setPrototypeOf } = Object;

  /** `uncurry(method)(self, ...args)` calls the method without looking anything up on `self`. */
  const uncurry =
    (method) =>
    (self, ...args) =>
      apply(method, self, args);
  const getter = (prototype, name) => uncurry(getOwnPropertyDescriptor(prototype, name).get);
  const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype);

  /** In the order in which RegExp.prototype.flags lists them; that getter itself would read overridable properties. */
  const flagNames = "hasIndices global ignoreCase multiline dotAll unicode unicodeSets sticky".split(" ");
  const regExpFlags = setPrototypeOf(
    flagNames.map((name, i) => ({ __proto__: null, letter: "dgimsuvy"[i], isSet: getter(RegExp.prototype, name) })),
    null,
  );

  /** Throws this context's own RangeError unless so many more frames fit on the stack. */
  function reserveStack(frames) {
    return frames === 0 ? 0 : reserveStack(frames - 1) + 1;
  }

  return Object.freeze({
    __proto__: null,
    apply,
    defineProperty,
    getOwnPropertyDescriptor,
    getPrototypeOf,
    ownKeys,
    freeze: Object.freeze,
    reserveStack,
    /** An array that user code can't watch through setters on Array.prototype. */
    newList: () => setPrototypeOf([], null),

    ArrayBufferByteLength: getter(ArrayBuffer.prototype, "byteLength"),
    BigIntToString: uncurry(BigInt.prototype.toString),
    BigIntValueOf: uncurry(BigInt.prototype.valueOf),
    BooleanValueOf: uncurry(Boolean.prototype.valueOf),
    DateToISOString: uncurry(Date.prototype.toISOString),
    DateValueOf: uncurry(Date.prototype.valueOf),
    Error,
    ErrorPrototype: Error.prototype,
    ErrorToString: uncurry(Error.prototype.toString),
    FunctionToString: uncurry(Function.prototype.toString),
    JSONParse: JSON.parse,
    JSONStringify: JSON.stringify,
    Map,
    MapDelete: uncurry(Map.prototype.delete),
    MapForEach: uncurry(Map.prototype.forEach),
    MapGet: uncurry(Map.prototype.get),
    MapHas: uncurry(Map.prototype.has),
    MapSet: uncurry(Map.prototype.set),
    MapSize: getter(Map.prototype, "size"),
    Number,
    NumberParseFloat: Number.parseFloat,
    NumberParseInt: Number.parseInt,
    NumberValueOf: uncurry(Number.prototype.valueOf),
    Promise,
    PromiseResolve: Promise.resolve,
    PromiseThen: uncurry(Promise.prototype.then),
    RangeError,
    RegExpExec: uncurry(RegExp.prototype.exec),
    RegExpFlags: regExpFlags,
    RegExpSource: getter(RegExp.prototype, "source"),
    SetForEach: uncurry(Set.prototype.forEach),
    SetSize: getter(Set.prototype, "size"),
    String,
    StringIndexOf: uncurry(String.prototype.indexOf),
    StringRepeat: uncurry(String.prototype.repeat),
    StringSlice: uncurry(String.prototype.slice),
    StringStartsWith: uncurry(String.prototype.startsWith),
    StringToUpperCase: uncurry(String.prototype.toUpperCase),
    StringValueOf: uncurry(String.prototype.valueOf),
    SymbolToString: uncurry(Symbol.prototype.toString),
    SymbolToStringTag: Symbol.toStringTag,
    SymbolValueOf: uncurry(Symbol.prototype.valueOf),
    TypeError,
    TypedArrayLength: getter(typedArrayPrototype, "length"),
    TypedArrayTag: getter(typedArrayPrototype, Symbol.toStringTag),
    WeakMapHas: uncurry(WeakMap.prototype.has),
    WeakSetHas: uncurry(WeakSet.prototype.has),
    dateNow: Date.now,
    isArray: Array.isArray,
    isError: Error.isError,
    isFinite: Number.isFinite,
    isSafeInteger: Number.isSafeInteger,
    objectIs: Object.is,
    truncate: Math.trunc,
  });
});
