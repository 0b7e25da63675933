import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@lambda-lite/backplane/ports";
import type { Principal } from "../domain/principal.ts";
import { LOCAL_PRINCIPAL } from "../domain/principal.ts";

/** Turns what a client presents into a principal. @throws AppError `UNAUTHENTICATED`. */
export type Authenticate = (key: string | undefined) => Principal;

/** Without `apiKey` everybody who gets this far is the local user; config.ts allows that on loopback only. */
export function createAuthenticate(apiKey: string | undefined): Authenticate {
  if (apiKey === undefined) return () => LOCAL_PRINCIPAL;
  const expected = digest(apiKey);
  return (key) => {
    if (key === undefined || !timingSafeEqual(digest(key), expected)) {
      throw new AppError("UNAUTHENTICATED", "Send the header Authorization: Bearer <API key>");
    }
    return LOCAL_PRINCIPAL;
  };
}

/** The key in an `Authorization: Bearer …` header (RFC 6750 section 2.1). */
export function bearerToken(header: string | undefined): string | undefined {
  return header?.match(/^Bearer +(\S+) *$/i)?.[1];
}

/** Equal lengths, which timingSafeEqual needs, whatever was sent. */
function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
