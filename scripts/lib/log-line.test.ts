import { stripVTControlCharacters } from "node:util";

import { describe, expect, test } from "vitest";

import { renderLogLine } from "./log-line.ts";

const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
const render = (record: object) =>
  stripVTControlCharacters(renderLogLine(JSON.stringify({ level: 30, time, pid: 1, hostname: "h", ...record })));

describe("a log line", () => {
  test("of pino becomes time, level, message and fields", () => {
    expect(render({ msg: "claimed", jobId: "a1", attempt: 2 })).toBe("03:04:05 INFO  claimed jobId=a1 attempt=2");
  });

  test("leaves out what the prefix says already", () => {
    expect(render({ name: "worker", msg: "ready" })).toBe("03:04:05 INFO  ready");
  });

  test("shows a request and its answer in short", () => {
    const req = { method: "GET", url: "/api/jobs", headers: { accept: "*/*" } };
    expect(render({ msg: "done", req, res: { statusCode: 200, headers: {} } })).toBe(
      "03:04:05 INFO  done req=GET /api/jobs res=200",
    );
  });

  test("shows an error with its stack below", () => {
    const err = { message: "no", code: "E_NO", stack: "Error: no\n    at x" };
    expect(render({ level: 50, msg: "failed", err })).toBe("03:04:05 ERROR failed err=E_NO no\nError: no\n    at x");
  });

  test.each(["plain text", "{ not json", '{"json":"but not of pino"}', "", "[1]"])("passes %j as it is", (line) => {
    expect(renderLogLine(line)).toBe(line);
  });
});
