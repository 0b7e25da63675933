/**
 * console, as far as text goes. log, info, debug, dir, table and group write to stdout; warn, error, trace and
 * assert to stderr.
 * @returns {(print: (channel: "o" | "e", text: string) => void) => object}
 */
(function defineConsole(primordials, inspect, format) {
  "use strict";
  const p = primordials;

  return function createConsole(print) {
    let indentation = "";
    const counts = new p.Map();
    const starts = new p.Map();

    function write(channel, text) {
      let lines = "";
      let start = 0;
      for (;;) {
        const newline = p.StringIndexOf(text, "\n", start);
        if (newline === -1 || indentation === "") break;
        lines += indentation + p.StringSlice(text, start, newline + 1);
        start = newline + 1;
      }
      print(channel, `${lines}${indentation}${p.StringSlice(text, start)}\n`);
    }
    const writer =
      (channel) =>
      (...args) =>
        write(channel, format(args));
    const out = writer("o");
    const err = writer("e");
    const label = (value) => (value === undefined ? "default" : p.String(value));
    const elapsed = (name) => {
      const start = p.MapGet(starts, name);
      return start === undefined ? undefined : `${name}: ${p.dateNow() - start}ms`;
    };

    return {
      log: out,
      info: out,
      debug: out,
      warn: err,
      error: err,
      dir: (value) => write("o", inspect(value)),
      table: out,
      trace(...args) {
        const error = new p.Error();
        const header = args.length === 0 ? "Trace" : `Trace: ${format(args)}`;
        write("e", header + p.StringSlice(error.stack, p.ErrorToString(error).length));
      },
      assert(condition, ...args) {
        if (!condition) write("e", args.length === 0 ? "Assertion failed" : `Assertion failed: ${format(args)}`);
      },
      group(...args) {
        if (args.length > 0) write("o", format(args));
        indentation += "  ";
      },
      groupEnd() {
        indentation = p.StringSlice(indentation, 2);
      },
      count(name) {
        const count = (p.MapGet(counts, label(name)) ?? 0) + 1;
        p.MapSet(counts, label(name), count);
        write("o", `${label(name)}: ${count}`);
      },
      countReset: (name) => void p.MapDelete(counts, label(name)),
      time: (name) => void p.MapSet(starts, label(name), p.dateNow()),
      timeLog(name, ...args) {
        const text = elapsed(label(name));
        if (text !== undefined) write("o", args.length === 0 ? text : `${text} ${format(args)}`);
      },
      timeEnd(name) {
        const text = elapsed(label(name));
        if (text !== undefined) write("o", text);
        p.MapDelete(starts, label(name));
      },
    };
  };
});
