"use strict";
const fs = require("node:fs");
const { sleep } = require("./header.js");

/**
 * stdout, written synchronously: a job that is killed while it spins has its earlier lines out already.
 *
 * Invariant: bytes leave in the order of `write`, each exactly once, even if a flush is interrupted half way
 * by an exhausted stack; the rest goes out with the next flush.
 */
function createOutput(fd = 1) {
  let pending = Buffer.alloc(0);
  return {
    write(text) {
      pending = pending.length === 0 ? Buffer.from(text) : Buffer.concat([pending, Buffer.from(text)]);
    },

    flush() {
      while (pending.length > 0) {
        try {
          pending = pending.subarray(fs.writeSync(fd, pending));
        } catch (error) {
          if (error.code !== "EAGAIN") throw error;
          sleep(1);
        }
      }
    },
  };
}

module.exports = { createOutput };
