"use strict";
const vm = require("node:vm");

/** The name that the user's source has in errors and stacks. */
const FILENAME = "main.js";

const IMPORT_REFUSED = "import() is not available here: a function runs alone, without modules.";

/** `import` as a whole word, as far as ASCII can tell; other neighbours may be white space, so they count. */
const IMPORT_WORD = /(?<![\w$])import(?![\w$])/g;

/**
 * Checks the user's source by itself (nothing is wrapped around it that it could close) and compiles it.
 * @returns {{script: vm.Script, error?: undefined} | {error: string}}
 */
function compileUserCode(code) {
  try {
    const script = new vm.Script(code, { filename: FILENAME });
    const importError = findImportCall(code);
    return importError === undefined ? { script } : { error: importError };
  } catch (error) {
    return { error: describeSyntaxError(error) };
  }
}

/**
 * Refuses import(), because Node answers it from the host realm.
 *
 * V8's own parser decides, so there is no second grammar to disagree with it: `enum` may stand wherever
 * `import` is only a name or text (`a.import`, `{import: 1}`, strings, comments, templates, regular
 * expressions), and is an early error wherever `import` is the keyword. Both spellings tokenise alike up to
 * the first keyword, so the code can't hide one behind another. An escaped keyword (`\u0069mport(…)`)
 * is an error by itself (ECMA-262, 12.7.2).
 */
function findImportCall(code) {
  if (!code.includes("import")) return undefined;
  try {
    new vm.Script(code.replace(IMPORT_WORD, "enum"), { filename: FILENAME });
    return undefined;
  } catch (error) {
    return `SyntaxError: ${IMPORT_REFUSED}\n    at ${FILENAME}:${placeOf(error).line}`;
  }
}

function describeSyntaxError(error) {
  const { line, column, excerpt } = placeOf(error);
  const position = column === undefined ? line : `${line}:${column}`;
  return `SyntaxError: ${error.message}\n    at ${FILENAME}:${position}${excerpt}`;
}

/** Node puts `file:line`, the source line and a row of carets before the stack of a syntax error. */
function placeOf(error) {
  const [place = "", source = "", carets = ""] = String(error.stack).split("\n");
  const line = /:(\d+)$/.exec(place)?.[1] ?? "1";
  if (!/^\s*\^+$/.test(carets)) return { line, excerpt: "" };
  const excerpt = source.length > 200 ? "" : `\n\n${source}\n${carets}`;
  return { line, column: carets.indexOf("^") + 1, excerpt };
}

module.exports = { compileUserCode };
