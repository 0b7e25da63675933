/** How inspect writes strings, and how it lays entries out in lines. Works on primitive strings only. */
(function createText(primordials) {
  "use strict";
  const p = primordials;
  const MAX_NESTED_STRING = 10_000;
  const LINE_WIDTH = 72;

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

  /** `start { entries }`, on one line if that fits. */
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

  return { __proto__: null, quote, layOut };
});
