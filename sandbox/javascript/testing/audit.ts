/**
 * Source for user code: `audit(...things)` walks all that can be reached from some values (properties, accessors,
 * prototypes) and lists the names of functions that belong to another realm, and whether one of them can
 * compile code. `ISLAND` names what the severed host realm leaves reachable (runner/host-realm.js).
 */
export const AUDIT = `
const audit = (() => {
  const { Function, Set, Object, Reflect } = globalThis;
  return (...things) => {
    const seen = new Set();
    const foreign = new Set();
    const compilers = [];
    const queue = things;
    while (queue.length > 0 && seen.size < 50_000) {
      const thing = queue.pop();
      if (thing === null || (typeof thing !== "object" && typeof thing !== "function") || seen.has(thing)) continue;
      seen.add(thing);
      if (typeof thing === "function" && !Function.prototype.isPrototypeOf(thing) && thing !== Function.prototype) foreign.add(String(thing.name));
      let keys = [];
      try { queue.push(Object.getPrototypeOf(thing)); keys = Reflect.ownKeys(thing); } catch {}
      for (const key of keys) {
        try {
          const { value, get, set } = Object.getOwnPropertyDescriptor(thing, key);
          queue.push(value, get, set);
          if (key === "constructor" && typeof value === "function") compilers.push(value);
        } catch {}
      }
    }
    const compiled = compilers.map((compile) => { try { return compile("return typeof process")(); } catch { return ""; } });
    return { foreign: [...foreign].sort(), compiles: compiled.includes("object") || compiled.includes("undefined") };
  };
})();
`;

export interface Audit {
  foreign: string[];
  compiles: boolean;
}

export const ISLAND: ReadonlySet<string> = new Set([
  "",
  "apply",
  "bind",
  "call",
  "toString",
  "[Symbol.hasInstance]",
  "get stack",
  "set stack",
  "get arguments",
  "get caller",
]);
