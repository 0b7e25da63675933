/** How console puts its arguments together as one text. */
(function createFormat(primordials, inspect) {
  "use strict";
  const p = primordials;
  /** Without this room every step of inspect would run into the end of the stack and recover by itself: slow. */
  const FREE_FRAMES = 300;

  /** A string by itself stays as it is; everything else is inspected. */
  function showArgument(value) {
    return typeof value === "string" ? value : inspect(value);
  }

  const FORMATTERS = {
    __proto__: null,
    s: (value) => (typeof value === "bigint" ? `${p.BigIntToString(value)}n` : showArgument(value)),
    d: (value) => formatNumber(value, p.Number),
    i: (value) => formatNumber(value, (number) => p.truncate(p.NumberParseFloat(number))),
    f: (value) => formatNumber(value, p.NumberParseFloat),
    j: formatJson,
    o: inspect,
    O: inspect,
    c: () => "",
  };

  function formatNumber(value, convert) {
    if (typeof value === "bigint") return `${p.BigIntToString(value)}n`;
    return typeof value === "object" || typeof value === "symbol" ? "NaN" : p.String(convert(value));
  }

  function formatJson(value) {
    try {
      return p.JSONStringify(value) ?? "undefined";
    } catch {
      return inspect(value);
    }
  }

  /** printf-like, as the Console Standard has it: only when the first argument is a string with arguments after it. */
  return function format(args) {
    p.reserveStack(FREE_FRAMES);
    let text = "";
    let used = 0;
    if (typeof args[0] === "string" && args.length > 1) {
      used = 1;
      const pattern = args[0];
      let start = 0;
      for (let i = 0; i < pattern.length - 1; i += 1) {
        if (pattern[i] !== "%") continue;
        const formatter = FORMATTERS[pattern[i + 1]];
        const isEscape = pattern[i + 1] === "%";
        if (!isEscape && (formatter === undefined || used >= args.length)) continue;
        text += p.StringSlice(pattern, start, i) + (isEscape ? "%" : formatter(args[used]));
        if (!isEscape) used += 1;
        i += 1;
        start = i + 1;
      }
      text += p.StringSlice(pattern, start);
    }
    for (let i = used; i < args.length; i += 1) text += (i > 0 ? " " : "") + showArgument(args[i]);
    return text;
  };
});
