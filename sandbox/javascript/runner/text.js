"use strict";

/** The longest prefix of `text` that has at most `maxBytes` bytes of UTF-8; never half a character. */
function cut(text, maxBytes) {
  // A UTF-16 unit is at least one byte, so what lies beyond can't fit; a huge text is never encoded whole.
  const bytes = Buffer.from(text.length > maxBytes ? text.slice(0, maxBytes + 1) : text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

module.exports = { cut };
