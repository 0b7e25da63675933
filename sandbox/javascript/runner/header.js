"use strict";
const fs = require("node:fs");

/** Longest header line in bytes (protocol.md). */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Waits for the header line on stdin. Synchronous on purpose: a waiting sandbox uses no CPU, and
 * opening stdin as a stream costs more than the read.
 * @returns the header, or undefined when what came isn't a header of version 1
 */
function readHeader() {
  const line = readLine();
  if (line === undefined) return undefined;
  try {
    const header = JSON.parse(line);
    return isHeader(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

function readLine() {
  const chunks = [];
  let bytes = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSome(chunk);
    if (length === 0) return undefined;
    const end = chunk.subarray(0, length).indexOf(NEWLINE);
    const part = chunk.subarray(0, end === -1 ? length : end);
    bytes += part.length;
    if (bytes > MAX_HEADER_BYTES) return undefined;
    chunks.push(part);
    if (end !== -1) return Buffer.concat(chunks, bytes).toString("utf8");
  }
}

/** Returns when stdin has ended: nobody listens any more. What still comes is dropped. */
function waitForEnd() {
  const chunk = Buffer.allocUnsafe(1);
  while (readSome(chunk) > 0);
}

/** Whoever holds the other end of the pipe may have made it non-blocking: then wait and ask again. */
function readSome(chunk) {
  for (;;) {
    try {
      return fs.readSync(0, chunk);
    } catch (error) {
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") throw error;
      sleep(2);
    }
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isHeader(header) {
  return (
    typeof header === "object" &&
    header !== null &&
    header.v === 1 &&
    /^[0-9a-f]{32}$/.test(header.nonce) &&
    typeof header.code === "string" &&
    typeof header.args === "string" &&
    typeof header.limits === "object" &&
    header.limits !== null &&
    ["logBytes", "logLineBytes", "resultBytes", "errorBytes"].every((name) => isLimit(header.limits[name]))
  );
}

function isLimit(value) {
  return Number.isSafeInteger(value) && value > 0;
}

module.exports = { readHeader, sleep, waitForEnd };
