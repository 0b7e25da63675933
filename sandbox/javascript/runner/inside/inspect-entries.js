/** Collects what inspect shows between the brackets of one object: its contents, then its own properties. */
(function createEntries(primordials, quote) {
  "use strict";
  const p = primordials;
  const MAX_ENTRIES = 100;
  /** Elements looked at in search of those to show: an array may have four thousand million holes. */
  const MAX_ELEMENTS = 10_000;
  const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

  /** The enumerable own keys, but not the elements of a list or the characters of a String. */
  function collectKeys(value, kind) {
    const all = p.ownKeys(value);
    const keys = p.newList();
    for (let i = 0; i < all.length && keys.length <= MAX_ENTRIES; i += 1) {
      if (kind.isIndexed && isIndex(all[i])) continue;
      if (p.getOwnPropertyDescriptor(value, all[i])?.enumerable) push(keys, all[i]);
    }
    return keys;
  }

  function isIndex(key) {
    return typeof key === "string" && p.String(p.Number(key)) === key;
  }

  /** Adds what the object holds, as its kind says. `inner` shows a value one level deeper. */
  function addContents(value, kind, entries, inner) {
    if (kind.form === "list") addElements(value, kind, entries, inner);
    else if (kind.form === "map") addMap(value, kind, entries, inner);
    else if (kind.form === "set") addSet(value, kind, entries, inner);
    else if (kind.form === "opaque") push(entries, "<items unknown>");
    else if (kind.form === "object" && kind.text !== undefined) push(entries, kind.text);
  }

  function addElements(value, kind, entries, inner) {
    let holes = 0;
    let shown = 0;
    const flush = () => {
      if (holes > 0) push(entries, `<${holes} empty item${holes === 1 ? "" : "s"}>`);
      holes = 0;
    };
    let i = 0;
    for (; i < kind.size && shown < MAX_ENTRIES && i < MAX_ELEMENTS; i += 1) {
      const element = p.getOwnPropertyDescriptor(value, i);
      if (element === undefined) {
        holes += 1;
        continue;
      }
      flush();
      push(entries, showProperty(element, inner));
      shown += 1;
    }
    flush();
    addRest(kind.size - i, entries);
  }

  function addMap(value, kind, entries, inner) {
    p.MapForEach(value, (item, key) => {
      if (entries.length < MAX_ENTRIES) push(entries, `${inner(key)} => ${inner(item)}`);
    });
    addRest(kind.size - entries.length, entries);
  }

  function addSet(value, kind, entries, inner) {
    p.SetForEach(value, (item) => {
      if (entries.length < MAX_ENTRIES) push(entries, inner(item));
    });
    addRest(kind.size - entries.length, entries);
  }

  function addRest(count, entries) {
    if (count > 0) push(entries, `... ${count} more item${count === 1 ? "" : "s"}`);
  }

  function addProperties(value, keys, entries, inner) {
    for (let i = 0; i < keys.length && i < MAX_ENTRIES; i += 1) {
      const property = p.getOwnPropertyDescriptor(value, keys[i]);
      if (property !== undefined) push(entries, `${showKey(keys[i])}: ${showProperty(property, inner)}`);
    }
    if (keys.length > MAX_ENTRIES) push(entries, "... more properties");
  }

  /** What an error says about others; not enumerable unless somebody assigned it. */
  function addHidden(error, entries, inner) {
    const cause = p.getOwnPropertyDescriptor(error, "cause");
    const errors = p.getOwnPropertyDescriptor(error, "errors");
    if (cause?.enumerable === false) push(entries, `[cause]: ${showProperty(cause, inner)}`);
    if (errors?.enumerable === false) push(entries, `[errors]: ${showProperty(errors, inner)}`);
  }

  function showProperty(property, inner) {
    if (property.get !== undefined) return property.set === undefined ? "[Getter]" : "[Getter/Setter]";
    if (property.set !== undefined) return "[Setter]";
    return inner(property.value);
  }

  function showKey(key) {
    if (typeof key === "symbol") return p.SymbolToString(key);
    return p.RegExpExec(IDENTIFIER, key) === null ? quote(key) : key;
  }

  function push(list, item) {
    list[list.length] = item;
  }

  return { __proto__: null, collectKeys, addContents, addProperties, addHidden };
});
