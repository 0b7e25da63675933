/**
 * Shows any value as text, much like Node's util.inspect with its defaults (depth 2, 100 entries).
 *
 * Never calls a getter, toString, toJSON or an iterator of the user's. The traps of a Proxy do run: what they
 * throw is caught, and how much is visited is bounded, so a hostile object costs its owner's time only.
 */
(function createInspect(primordials, kindOf) {
  "use strict";
  const p = primordials;
  const MAX_DEPTH = 2;
  const MAX_ENTRIES = 100;
  /** Values visited in one call; without it 100 entries at each of three levels would be a million. */
  const MAX_VISITS = 10_000;
  const MAX_NESTED_STRING = 10_000;
  const LINE_WIDTH = 72;
  const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

  /** @param ancestors the objects being shown, outermost first: linked records, so a cycle is found */
  function show(value, state, depth, ancestors) {
    if (typeof value === "string") return quote(value);
    if (typeof value === "symbol") return p.SymbolToString(value);
    if (typeof value === "bigint") return `${p.BigIntToString(value)}n`;
    if (p.objectIs(value, -0)) return "-0";
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) return p.String(value);
    state.visits += 1;
    if (state.visits > MAX_VISITS) return "...";
    for (let at = ancestors; at !== null; at = at.outer) if (at.value === value) return circular(at, state);
    try {
      return showObject(value, state, depth, { __proto__: null, value, outer: ancestors, reference: 0 });
    } catch {
      return "[object that can't be shown]";
    }
  }

  function circular(ancestor, state) {
    if (ancestor.reference === 0) ancestor.reference = state.references += 1;
    return `[Circular *${ancestor.reference}]`;
  }

  function showObject(value, state, depth, self) {
    const kind =
      typeof value === "function" ? { __proto__: null, form: "text", text: showFunction(value) } : kindOf(value);
    if (typeof value === "object" && p.isError(value)) {
      kind.form = "text";
      kind.text = showError(value);
      kind.isError = true;
    }
    const name = constructorName(value);
    const entries = p.newList();
    const keys = p.newList();
    collectKeys(value, kind, keys);
    if (depth > MAX_DEPTH && (kind.form !== "text" || keys.length > 0))
      return kind.text ?? `[${kind.name ?? name ?? "Object: null prototype"}]`;
    const inner = (child) => show(child, state, depth + 1, self);
    if (kind.form === "list") addElements(value, kind, entries, inner);
    else if (kind.form === "map") addMap(value, kind, entries, inner);
    else if (kind.form === "set") addSet(value, kind, entries, inner);
    else if (kind.form === "opaque") push(entries, "<items unknown>");
    else if (kind.form === "object" && kind.text !== undefined) push(entries, kind.text);
    addProperties(value, keys, entries, inner);
    if (kind.isError) addHidden(value, entries, inner);
    if (kind.form === "text" && entries.length === 0) return kind.text;
    const text = layOut(prefix(value, kind, name), kind.form === "list", entries);
    return self.reference === 0 ? text : `<ref *${self.reference}> ${text}`;
  }

  function prefix(value, kind, name) {
    if (kind.form === "text") return `${kind.text} `;
    const ownName = name ?? `[${kind.name ?? "Object"}: null prototype]`;
    if (kind.form === "list" && ownName === "Array") return "";
    if (kind.size !== undefined) return `${ownName}(${kind.size}) `;
    const tag = toStringTag(value);
    const shownTag = tag === "" || tag === ownName ? "" : `[${tag}] `;
    return ownName === "Object" && shownTag === "" ? "" : `${ownName} ${shownTag}`;
  }

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

  /** The enumerable own keys, but not the elements of a list or the characters of a String. */
  function collectKeys(value, kind, keys) {
    const all = p.ownKeys(value);
    for (let i = 0; i < all.length; i += 1) {
      if (keys.length > MAX_ENTRIES) return;
      if (kind.isIndexed && isIndex(all[i])) continue;
      if (p.getOwnPropertyDescriptor(value, all[i])?.enumerable) push(keys, all[i]);
    }
  }

  function isIndex(key) {
    return typeof key === "string" && p.String(p.Number(key)) === key;
  }

  function addElements(value, kind, entries, inner) {
    let holes = 0;
    let shown = 0;
    const flush = () => {
      if (holes > 0) push(entries, `<${holes} empty item${holes === 1 ? "" : "s"}>`);
      holes = 0;
    };
    let i = 0;
    // Holes are counted, up to a bound: an array may have four thousand million of them.
    for (; i < kind.size && shown < MAX_ENTRIES && i < MAX_VISITS; i += 1) {
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

  /** The quotes that need no escaping, single ones first. */
  function quote(text) {
    const rest = text.length - MAX_NESTED_STRING;
    const shown = rest > 0 ? p.StringSlice(text, 0, MAX_NESTED_STRING) : text;
    const has = (character) => p.StringIndexOf(shown, character) !== -1;
    const mark = !has("'") ? "'" : !has('"') ? '"' : !has("`") && !has("${") ? "`" : "'";
    let escaped = "";
    for (let i = 0; i < shown.length; i += 1) escaped += escapeCharacter(shown[i], mark);
    return mark + escaped + mark + (rest > 0 ? `... ${rest} more characters` : "");
  }

  function escapeCharacter(character, mark) {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (character === "\r") return "\\r";
    if (character === "\\" || character === mark) return `\\${character}`;
    if (character >= " ") return character;
    // JSON writes the other control characters as \u00XX, Node as \xXX.
    const code = p.StringSlice(p.JSONStringify(character), -3, -1);
    return character === "\b" || character === "\f" ? `\\${code[1]}` : `\\x${p.StringToUpperCase(code)}`;
  }

  function layOut(start, isList, entries) {
    const open = isList ? "[" : "{";
    const close = isList ? "]" : "}";
    if (entries.length === 0) return `${start}${open}${close}`;
    let width = start.length;
    let isMultiline = p.StringIndexOf(start, "\n") !== -1;
    for (let i = 0; i < entries.length; i += 1) {
      width += entries[i].length + 2;
      if (p.StringIndexOf(entries[i], "\n") !== -1) isMultiline = true;
    }
    if (width <= LINE_WIDTH && !isMultiline) return `${start}${open} ${join(entries, ", ")} ${close}`;
    const body = isList && entries.length > 6 && !isMultiline ? fill(entries) : indent(join(entries, ",\n"));
    return `${start}${open}\n  ${body}\n${close}`;
  }

  function join(entries, separator) {
    let text = entries[0];
    for (let i = 1; i < entries.length; i += 1) text += separator + entries[i];
    return text;
  }

  /** Long lists of short things, as many on a line as fit. */
  function fill(entries) {
    let text = "";
    let width = 0;
    for (let i = 0; i < entries.length; i += 1) {
      const isNewLine = width > 0 && width + entries[i].length + 2 > LINE_WIDTH;
      if (i > 0) text += isNewLine ? ",\n  " : ", ";
      text += entries[i];
      width = (isNewLine ? 0 : width) + entries[i].length + 2;
    }
    return text;
  }

  function indent(text) {
    let indented = "";
    for (let start = 0; ;) {
      const newline = p.StringIndexOf(text, "\n", start);
      if (newline === -1) return indented + p.StringSlice(text, start);
      indented += `${p.StringSlice(text, start, newline)}\n  `;
      start = newline + 1;
    }
  }

  function push(list, item) {
    list[list.length] = item;
  }

  return function inspect(value) {
    return show(value, { __proto__: null, visits: 0, references: 0 }, 0, null);
  };
});
