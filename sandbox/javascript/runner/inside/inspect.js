/**
 * Shows any value as text, much like Node's util.inspect with its defaults (depth 2, 100 entries).
 *
 * Calls nothing of the user's (no getter, toString, toJSON or iterator), with two exceptions: the stack, name and
 * message of an error, and the traps of a Proxy. What they throw is caught, and how much is visited is bounded, so
 * a hostile object costs its owner's time only.
 */
(function createInspect(primordials, parts) {
  "use strict";
  const p = primordials;
  const { kindOf, text, entries: collect, names } = parts;
  const MAX_DEPTH = 2;
  /** Values visited in one call; without it 100 entries at each of three levels would be a million. */
  const MAX_VISITS = 10_000;

  /** @param ancestors the objects being shown, outermost first: linked records, so a cycle is found */
  function show(value, state, depth, ancestors) {
    if (typeof value === "string") return text.quote(value);
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
    const kind = identify(value);
    const name = names.constructorName(value);
    const keys = collect.collectKeys(value, kind);
    if (depth > MAX_DEPTH && (kind.form !== "text" || keys.length > 0)) return abbreviate(kind, name);
    const entries = p.newList();
    const inner = (child) => show(child, state, depth + 1, self);
    collect.addContents(value, kind, entries, inner);
    collect.addProperties(value, keys, entries, inner);
    if (kind.isError) collect.addHidden(value, entries, inner);
    if (kind.form === "text" && entries.length === 0) return kind.text;
    const shown = text.layOut(prefix(value, kind, name), kind.form === "list", entries);
    return self.reference === 0 ? shown : `<ref *${self.reference}> ${shown}`;
  }

  function identify(value) {
    if (typeof value === "function") return { __proto__: null, form: "text", text: names.showFunction(value) };
    if (p.isError(value)) return { __proto__: null, form: "text", text: names.showError(value), isError: true };
    return kindOf(value);
  }

  /** What stands for an object that lies too deep. */
  function abbreviate(kind, name) {
    return kind.text ?? `[${kind.name ?? name ?? "Object: null prototype"}]`;
  }

  function prefix(value, kind, name) {
    if (kind.form === "text") return `${kind.text} `;
    const ownName = name ?? `[${kind.name ?? "Object"}: null prototype]`;
    if (kind.form === "list" && ownName === "Array") return "";
    if (kind.size !== undefined) return `${ownName}(${kind.size}) `;
    const tag = names.toStringTag(value);
    const shownTag = tag === "" || tag === ownName ? "" : `[${tag}] `;
    return ownName === "Object" && shownTag === "" ? "" : `${ownName} ${shownTag}`;
  }

  return function inspect(value) {
    return show(value, { __proto__: null, visits: 0, references: 0 }, 0, null);
  };
});
