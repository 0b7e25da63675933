import { describe, expect, test } from "vitest";
import { createOriginPolicy } from "./origin-policy.ts";

const open = createOriginPolicy({ open: true, allowedOrigins: [] });
const keyed = createOriginPolicy({ open: false, allowedOrigins: ["https://ui.example"] });

describe("hosts", () => {
  test.each([
    ["localhost", true],
    ["localhost:8000", true],
    ["LOCALHOST:8000", true],
    ["127.0.0.1:8000", true],
    ["[::1]:8000", true],
    ["[::1]", true],
    ["evil.example", false],
    ["evil.example:8000", false],
    ["localhost.evil.example", false],
    ["127.0.0.1.evil.example:80", false],
    ["localhost@evil.example", false],
    ["", false],
    [undefined, false],
  ])("open to everybody on loopback: %s → %s", (host, expected) => {
    expect(open.allowsHost(host)).toBe(expected);
  });
  test.each(["evil.example", "10.0.0.1:8000", undefined])("with a key, any name may lead here: %s", (host) => {
    expect(keyed.allowsHost(host)).toBe(true);
  });
});

describe("origins of sockets", () => {
  test.each([
    ["no browser", undefined, "127.0.0.1:8000", true],
    ["our own page", "http://127.0.0.1:8000", "127.0.0.1:8000", true],
    ["a development server", "http://localhost:5173", "127.0.0.1:8000", true],
    ["the same over IPv6", "http://[::1]:5173", "127.0.0.1:8000", true],
    ["somebody's page", "https://evil.example", "127.0.0.1:8000", false],
    ["a name that looks like ours", "http://localhost.evil.example", "127.0.0.1:8000", false],
    ["a name in the user part", "http://localhost@evil.example", "127.0.0.1:8000", false],
    ["a sandboxed frame", "null", "127.0.0.1:8000", false],
    ["no URL", "localhost:8000", "localhost:8000", false],
    ["nothing", "", "127.0.0.1:8000", false],
  ])("open: %s", (_what, origin, host, expected) => {
    expect(open.allowsOrigin(origin, host)).toBe(expected);
  });

  test.each([
    ["our own page", "https://api.example", "api.example", true],
    ["a page that was allowed", "https://ui.example", "api.example", true],
    ["it over plain HTTP", "http://ui.example", "api.example", false],
    ["another port of it", "https://ui.example:8443", "api.example", false],
    ["another page", "https://evil.example", "api.example", false],
    ["a loopback page, which means nothing here", "http://localhost:5173", "api.example", false],
    ["no browser", undefined, "api.example", true],
  ])("with a key: %s", (_what, origin, host, expected) => {
    expect(keyed.allowsOrigin(origin, host)).toBe(expected);
  });
});
