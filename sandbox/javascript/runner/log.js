"use strict";
const { cut } = require("./text.js");

const LINE_MARK = " [line truncated]";

/**
 * The log of one run, cut to its limits (protocol.md): no line and no frame holds more than `logLineBytes`,
 * all frames together at most `logBytes`, and one last frame says that there was more.
 * @param send (channel, text) => void
 */
function createLog({ logBytes, logLineBytes }, send) {
  let left = logBytes;
  let isFull = false;

  function sendWithin(channel, text) {
    const bytes = Buffer.byteLength(text);
    if (bytes <= left) {
      left -= bytes;
      send(channel, text);
      return;
    }
    isFull = true;
    // Ends in a newline, so that the note stands on a line of its own.
    const start = cut(text, Math.max(0, left - 1));
    if (start !== "") send(channel, start.endsWith("\n") ? start : `${start}\n`);
    send("stderr", `[output truncated at ${logBytes} bytes]\n`);
  }

  return {
    /** @param text one or more lines, each ended by a newline */
    print(channel, text) {
      let frame = "";
      let frameBytes = 0;
      for (let at = 0; at < text.length && !isFull;) {
        const newline = text.indexOf("\n", at);
        const end = newline === -1 ? text.length : newline;
        const line = shorten(text, at, end, logLineBytes);
        at = end + 1;
        const bytes = Buffer.byteLength(line);
        if (frameBytes + bytes > logLineBytes && frame !== "") {
          sendWithin(channel, frame);
          frame = "";
          frameBytes = 0;
        }
        frame += line;
        frameBytes += bytes;
      }
      if (frame !== "" && !isFull) sendWithin(channel, frame);
    },
  };
}

/** The line at text[start, end) with its newline, in at most `maxBytes`. */
function shorten(text, start, end, maxBytes) {
  const line = `${text.slice(start, Math.min(end, start + maxBytes))}\n`;
  if (end - start < maxBytes && Buffer.byteLength(line) <= maxBytes) return line;
  return `${cut(line, Math.max(0, maxBytes - LINE_MARK.length - 1))}${LINE_MARK}\n`;
}

module.exports = { createLog };
