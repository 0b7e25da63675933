"use strict";
const { waitForEnd } = require("./header.js");
const { createLog } = require("./log.js");
const { createOutput } = require("./output.js");
const { cut } = require("./text.js");

/**
 * Turns messages from inside into frames on stdout, within the job's limits.
 *
 * A message is one primitive string whose first character says what it is:
 * `o` and `e` log text for stdout and stderr, `r` the result as JSON text, `f` a failure (`REASON\ntext`).
 * The nonce and the sequence number are added here and never go inside. The first result ends the
 * process, so nothing can follow it.
 */
function createFrames(output = createOutput()) {
  let nonce = "";
  let sequence = 0;
  let limits;
  let log;

  function send(frame) {
    sequence += 1;
    output.write(JSON.stringify({ n: nonce, s: sequence, ...frame }) + "\n");
  }

  function finish(frame) {
    send({ t: "result", ...frame });
    output.flush();
    try {
      // While it stays, the worker can read what it used.
      waitForEnd();
    } finally {
      process.exit(0);
    }
  }

  function fail(reason, text) {
    finish({ ok: false, reason, error: cut(text, limits.errorBytes) });
  }

  function succeed(value) {
    // A string has at least as many UTF-8 bytes as UTF-16 units: this spares counting a huge one.
    const bytes = value.length > limits.resultBytes ? value.length : Buffer.byteLength(value);
    if (bytes <= limits.resultBytes) finish({ ok: true, value });
    else fail("OUTPUT_LIMIT", `The result is too large: at most ${limits.resultBytes} bytes of JSON are allowed.`);
  }

  return {
    ready() {
      output.write(JSON.stringify({ n: "", s: 0, t: "ready" }) + "\n");
      output.flush();
    },

    open(runNonce, runLimits) {
      nonce = runNonce;
      limits = runLimits;
      log = createLog(limits, (channel, text) => send({ t: "log", c: channel, d: text }));
    },

    /** The one function that the inside can call. It never throws: what it would throw is a host object. */
    take(message) {
      try {
        if (typeof message !== "string") return;
        const text = message.slice(1);
        if (message[0] === "o") log.print("stdout", text);
        else if (message[0] === "e") log.print("stderr", text);
        else if (message[0] === "r") succeed(text);
        else if (message[0] === "f") fail(text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1));
        output.flush();
      } catch {
        // Only exhaustion (stack, memory) or a closed pipe get here; what wasn't written stays queued.
      }
    },

    fail,
  };
}

module.exports = { createFrames };
