/**
 * Tells what an object really is, by brand checks (internal slots) that user code can't fake and that call
 * nothing of the user's, apart from the traps of a Proxy.
 *
 * @returns {(value: object) => {form: string, name?: string, text?: string, size?: number, isIndexed?: boolean}}
 *   `form` is how its contents are shown: "text" (`text` and perhaps properties), "list", "map", "set",
 *   "object", "opaque"; an indexed object's numbered properties aren't shown as properties
 */
(function createKinds(primordials) {
  "use strict";
  const p = primordials;

  /** In the order of trying. Each `probe` throws, or returns undefined, when the object is another kind. */
  const kinds = p.newList();
  const add = (form, probe) => void (kinds[kinds.length] = { __proto__: null, form, probe });

  add("list", (v) => (p.isArray(v) ? { __proto__: null, name: "Array", size: v.length, isIndexed: true } : undefined));
  add("list", (v) => {
    const name = p.TypedArrayTag(v);
    return name === undefined ? undefined : { __proto__: null, name, size: p.TypedArrayLength(v), isIndexed: true };
  });
  add("map", (v) => ({ __proto__: null, name: "Map", size: p.MapSize(v) }));
  add("set", (v) => ({ __proto__: null, name: "Set", size: p.SetSize(v) }));
  add("text", (v) => {
    const time = p.DateValueOf(v);
    return { __proto__: null, text: p.isFinite(time) ? p.DateToISOString(v) : "Invalid Date" };
  });
  add("text", (v) => {
    let text = `/${p.RegExpSource(v)}/`;
    for (let i = 0; i < p.RegExpFlags.length; i += 1) if (p.RegExpFlags[i].isSet(v)) text += p.RegExpFlags[i].letter;
    return { __proto__: null, text };
  });
  add("object", (v) => ({ __proto__: null, name: "ArrayBuffer", text: `byteLength: ${p.ArrayBufferByteLength(v)}` }));
  add("opaque", (v) => (p.WeakMapHas(v, v), { __proto__: null, name: "WeakMap" }));
  add("opaque", (v) => (p.WeakSetHas(v, v), { __proto__: null, name: "WeakSet" }));
  add("text", (v) => ({ __proto__: null, text: `[Number: ${p.String(p.NumberValueOf(v))}]` }));
  add("text", (v) => ({ __proto__: null, text: `[String: '${p.StringValueOf(v)}']`, isIndexed: true }));
  add("text", (v) => ({ __proto__: null, text: `[Boolean: ${p.BooleanValueOf(v)}]` }));
  add("text", (v) => ({ __proto__: null, text: `[BigInt: ${p.BigIntToString(p.BigIntValueOf(v))}n]` }));
  add("text", (v) => ({ __proto__: null, text: `[Symbol: ${p.SymbolToString(p.SymbolValueOf(v))}]` }));

  return function kindOf(value) {
    for (let i = 0; i < kinds.length; i += 1) {
      try {
        const found = kinds[i].probe(value);
        if (found !== undefined) {
          found.form = kinds[i].form;
          return found;
        }
      } catch {
        // Another kind.
      }
    }
    return { __proto__: null, form: "object" };
  };
});
