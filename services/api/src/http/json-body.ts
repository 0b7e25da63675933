import { isUtf8 } from "node:buffer";
import { AppError } from "@lambda-lite/backplane/ports";
import { SIZE_LIMITS } from "@lambda-lite/shared";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import express from "express";

/** JSON may write one byte as six (`\u000a`); the schema limits what comes out of the parser. */
const ESCAPE_FACTOR = 6;
const BODY_BYTES = ESCAPE_FACTOR * (SIZE_LIMITS.codeBytes + SIZE_LIMITS.argsBytes) + 64 * 1024;

/**
 * Reads a JSON body. Any other content type is refused: that also keeps a foreign page from sending
 * one without asking first (a "simple" cross-origin request can't be application/json).
 */
export function jsonBody(): RequestHandler[] {
  const parse = express.json({
    limit: BODY_BYTES,
    type: "application/json",
    // Anything but an object is for the schema to refuse, in its own words.
    strict: false,
    verify(_request, _response, bytes) {
      // The parser would take nothing for an empty object.
      if (bytes.length === 0) throw new AppError("INVALID_JSON", "The body is empty");
      // And it would silently put U+FFFD in place of what it can't decode.
      if (!isUtf8(bytes)) throw new AppError("INVALID_JSON", "The body is not UTF-8");
    },
  });
  return [requireJson, requireUtf8, requireSaneLength, parse, requireBody];
}

function requireJson(request: Request, _response: Response, next: NextFunction): void {
  if (request.is("application/json")) return next();
  // `is` also says no when there is no body at all.
  const declared = request.get("content-type");
  const isJson = declared !== undefined && /^application\/json\s*(;|$)/i.test(declared);
  throw isJson
    ? new AppError("INVALID_JSON", "The body is empty")
    : new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the header Content-Type: application/json");
}

/** JSON is UTF-8 (RFC 8259 section 8.1); the parser would take UTF-7, -16 and -32 too. */
function requireUtf8(request: Request, _response: Response, next: NextFunction): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.get("content-type") ?? "")?.[1];
  if (charset === undefined || /^utf-8$/i.test(charset)) return next();
  throw new AppError("UNSUPPORTED_MEDIA_TYPE", "Send UTF-8");
}

/** The parser would read what it can't use to its end before it says so. */
function requireSaneLength(request: Request, _response: Response, next: NextFunction): void {
  if (Number(request.get("content-length") ?? 0) <= BODY_BYTES) return next();
  throw new AppError("PAYLOAD_TOO_LARGE");
}

function requireBody(request: Request, _response: Response, next: NextFunction): void {
  if (request.body !== undefined) return next();
  throw new AppError("INVALID_JSON", "The body is empty");
}
