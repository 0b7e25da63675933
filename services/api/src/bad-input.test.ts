import { gzipSync } from "node:zlib";
import { PROBLEM_MEDIA_TYPE, SIZE_LIMITS, problemSchema } from "@lambda-lite/shared";
import type { ProblemCode } from "@lambda-lite/shared";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRaw } from "./testing/raw-http.ts";
import { startTestApi } from "./testing/test-api.ts";
import type { TestApi } from "./testing/test-api.ts";

/** A request to the byte, or a part of it. */
type Bytes = string | Buffer;
/** The stable code in the answer; NODE where Node's HTTP parser refuses before Express sees anything. */
type Code = ProblemCode | "NODE";
type Row = [what: string, request: Bytes, status: number, code: Code];

const JSON_TYPE = { "content-type": "application/json" };
/** In place of a header's value: leaves the header out. */
const ABSENT = "(absent)";
const KNOWN_FORM_ID = "0123456789abcdef01234567";

function request(line: string, headers: Record<string, string>, body: Bytes = ""): Buffer {
  const all = { host: "127.0.0.1", ...headers };
  const head = Object.entries(all)
    .filter(([, value]) => value !== ABSENT)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${head.join("")}\r\n`, "latin1"), Buffer.from(body)]);
}
const get = (path: string, headers: Record<string, string> = {}) => request(`GET ${path}`, headers);
function post(body: Bytes, headers: Record<string, string> = {}): Buffer {
  const length = `${Buffer.byteLength(body)}`;
  return request("POST /api/jobs", { ...JSON_TYPE, "content-length": length, ...headers }, body);
}
/** A submission with good code and `rest`, which is JSON text: it can say what no object can. */
const submission = (rest: string) => post(`{"code":"function main() {}",${rest}}`);
const nested = (depth: number) => `"args":[${"[".repeat(depth)}${"]".repeat(depth)}]`;
const GOOD = '{"code":"function main() {}"}';

const BODIES: Row[] = [
  ["malformed JSON", post('{"code":'), 400, "INVALID_JSON"],
  ["JSON with a trailing comma", post('{"code":"x",}'), 400, "INVALID_JSON"],
  ["two documents", post(GOOD + GOOD), 400, "INVALID_JSON"],
  ["NaN", submission('"args":[NaN]'), 400, "INVALID_JSON"],
  ["a raw control character in a text", post('{"code":"\u0000"}'), 400, "INVALID_JSON"],
  ["an empty body", post(""), 400, "INVALID_JSON"],
  ["an empty chunked body", post("0\r\n\r\n", chunked()), 400, "INVALID_JSON"],
  ["only spaces", post("  \n"), 400, "INVALID_JSON"],
  ["no body and no length", request("POST /api/jobs", JSON_TYPE), 400, "INVALID_JSON"],
  ["invalid UTF-8", post(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400, "INVALID_JSON"],
  ["an overlong encoding", post(Buffer.from('{"code":"\xc0\xaf"}', "latin1")), 400, "INVALID_JSON"],
  ["an encoded surrogate", post(Buffer.from('{"code":"\xed\xa0\x80"}', "latin1")), 400, "INVALID_JSON"],
  ["no content type", post(GOOD, { "content-type": ABSENT }), 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["text/plain, which a foreign page may send", post(GOOD, type("text/plain")), 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["a form", post("code=x", type("application/x-www-form-urlencoded")), 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["a content type like JSON", post(GOOD, type("application/jsonp")), 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["a malformed content type", post(GOOD, type("application/json/x")), 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["Latin-1", post(GOOD, type("application/json; charset=latin1")), 415, "UNSUPPORTED_MEDIA_TYPE"],
  [
    "UTF-16",
    post(Buffer.from(GOOD, "utf16le"), type("application/json; charset=utf-16le")),
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  [
    "UTF-7, which hides what it says",
    post(GOOD, type('application/json; charset="utf-7"')),
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  ["an unknown content encoding", post(GOOD, encoding("zstd2")), 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["plain text that claims to be gzip", post(GOOD, encoding("gzip")), 400, "BAD_REQUEST"],
  ["truncated gzip", post(gzipSync(GOOD).subarray(0, -10), encoding("gzip")), 400, "BAD_REQUEST"],
  [
    "50 MB of zeros in 50 KB of gzip",
    post(gzipSync(Buffer.alloc(50_000_000)), encoding("gzip")),
    413,
    "PAYLOAD_TOO_LARGE",
  ],
  ["a body of 10 MB", post(`{"code":"${"x".repeat(10_000_000)}"}`), 413, "PAYLOAD_TOO_LARGE"],
  ["a length of 10 MB, and no body", post("", { "content-length": "10000000" }), 413, "PAYLOAD_TOO_LARGE"],
];

const SUBMISSIONS: Row[] = [
  ["an array", post("[]"), 400, "VALIDATION_FAILED"],
  ["a number", post("1"), 400, "VALIDATION_FAILED"],
  ["null", post("null"), 400, "VALIDATION_FAILED"],
  ["a text", post('"code"'), 400, "VALIDATION_FAILED"],
  ["an empty object", post("{}"), 400, "VALIDATION_FAILED"],
  ["empty code", post('{"code":""}'), 400, "VALIDATION_FAILED"],
  ["blank code", post('{"code":" \\n\\t"}'), 400, "VALIDATION_FAILED"],
  ["code that is a number", post('{"code":1}'), 400, "VALIDATION_FAILED"],
  ["code that is an array", post('{"code":["x"]}'), 400, "VALIDATION_FAILED"],
  ["code that is null", post('{"code":null}'), 400, "VALIDATION_FAILED"],
  ["code of 256 KiB and a byte", post(`{"code":"${"x".repeat(SIZE_LIMITS.codeBytes + 1)}"}`), 400, "VALIDATION_FAILED"],
  ["a lone surrogate in code", post('{"code":"\\ud83d"}'), 400, "VALIDATION_FAILED"],
  ["an unknown key", submission('"memory":1'), 400, "VALIDATION_FAILED"],
  ["a misspelt key", submission('"timeOut":1000'), 400, "VALIDATION_FAILED"],
  ["the key __proto__", submission('"__proto__":{"timeout":1}'), 400, "VALIDATION_FAILED"],
  ["the key constructor", submission('"constructor":{}'), 400, "VALIDATION_FAILED"],
  ["a key of a megabyte", submission(`"${"k".repeat(1_000_000)}":1`), 400, "VALIDATION_FAILED"],
  ["an id of one's own", submission(`"_id":"${KNOWN_FORM_ID}"`), 400, "VALIDATION_FAILED"],
  ["args that are an object", submission('"args":{"0":1}'), 400, "VALIDATION_FAILED"],
  ["args that are a text", submission('"args":"[]"'), 400, "VALIDATION_FAILED"],
  ["args that are null", submission('"args":null'), 400, "VALIDATION_FAILED"],
  ["args of more than 1 MiB", submission(`"args":["${"x".repeat(SIZE_LIMITS.argsBytes)}"]`), 400, "VALIDATION_FAILED"],
  ["a million empty args", submission(`"args":[${"[],".repeat(1_000_000)}[]]`), 400, "VALIDATION_FAILED"],
  ["args nested 501 deep", submission(nested(501)), 400, "VALIDATION_FAILED"],
  ["args nested 100,000 deep", submission(nested(100_000)), 400, "VALIDATION_FAILED"],
  ["a number beyond the largest in args", submission('"args":[1e309]'), 400, "VALIDATION_FAILED"],
  ["timeout 0", submission('"timeout":0'), 400, "VALIDATION_FAILED"],
  ["timeout -1", submission('"timeout":-1'), 400, "VALIDATION_FAILED"],
  ["timeout 1.5", submission('"timeout":1.5'), 400, "VALIDATION_FAILED"],
  ['timeout "1000"', submission('"timeout":"1000"'), 400, "VALIDATION_FAILED"],
  ["timeout 300001", submission('"timeout":300001'), 400, "VALIDATION_FAILED"],
  ["timeout 1e309", submission('"timeout":1e309'), 400, "VALIDATION_FAILED"],
  ["timeout null", submission('"timeout":null'), 400, "VALIDATION_FAILED"],
];

const QUERIES: Row[] = `
  page=0 page=-1 page=abc page=1.5 page=1e3 page=1&page=2 page= page=99999999999 page[$gt]=1 page=9999&limit=100
  limit=0 limit=101 limit=%00 limit=10.0 limit=+10
  status=done status=pending status[$ne]=PENDING status=PENDING&status=RUNNING
  sort=asc owner=other __proto__=1 constructor=1
`
  .trim()
  .split(/\s+/)
  .map((query) => [`?${query}`, get(`/api/jobs?${query}`), 400, "VALIDATION_FAILED"]);

const ADDRESSES: Row[] = [
  ["an id of 23 digits", get(`/api/jobs/${KNOWN_FORM_ID.slice(1)}`), 404, "JOB_NOT_FOUND"],
  ["an id of 25 digits", get(`/api/jobs/${KNOWN_FORM_ID}0`), 404, "JOB_NOT_FOUND"],
  ["an id in upper case", get(`/api/jobs/${KNOWN_FORM_ID.toUpperCase()}`), 404, "JOB_NOT_FOUND"],
  ["an id that nobody has", get(`/api/jobs/${KNOWN_FORM_ID}`), 404, "JOB_NOT_FOUND"],
  ["an id that is a query", get("/api/jobs/%7B%22$ne%22:null%7D"), 404, "JOB_NOT_FOUND"],
  ["an id with a NUL", get("/api/jobs/%00"), 404, "JOB_NOT_FOUND"],
  ["an id of 8,000 characters", get(`/api/jobs/${"a".repeat(8_000)}`), 404, "JOB_NOT_FOUND"],
  ["a path out of the jobs", get("/api/jobs/..%2f..%2f..%2fetc%2fpasswd"), 404, "JOB_NOT_FOUND"],
  ["a path out of everything", get("/../../etc/passwd"), 404, "ROUTE_NOT_FOUND"],
  ["a malformed percent encoding", get("/api/jobs/%E0%A4%A"), 400, "BAD_REQUEST"],
  ["a lone percent sign", get("/api/jobs/%"), 400, "BAD_REQUEST"],
  ["an unknown route", get("/api/nothing"), 404, "ROUTE_NOT_FOUND"],
  ["a part below a job", get(`/api/jobs/${KNOWN_FORM_ID}/nothing`), 404, "ROUTE_NOT_FOUND"],
  ["another method on the list", request("PUT /api/jobs", {}), 405, "METHOD_NOT_ALLOWED"],
  ["another method on a job", request(`DELETE /api/jobs/${KNOWN_FORM_ID}`, {}), 405, "METHOD_NOT_ALLOWED"],
  [
    "a preflight of a foreign page",
    request("OPTIONS /api/jobs", { origin: "https://evil.example" }),
    405,
    "METHOD_NOT_ALLOWED",
  ],
  ["a foreign Host", get("/api/jobs", { host: "evil.example" }), 403, "FORBIDDEN_ORIGIN"],
  ["a foreign Host on a health check", get("/healthz", { host: "evil.example:8000" }), 403, "FORBIDDEN_ORIGIN"],
  ["an empty Host", get("/api/jobs", { host: "" }), 403, "FORBIDDEN_ORIGIN"],
  ["a submission to a foreign Host", post(GOOD, { host: "evil.example" }), 403, "FORBIDDEN_ORIGIN"],
  ["no Host at all", "GET /api/jobs HTTP/1.1\r\n\r\n", 400, "NODE"],
  ["a NUL in the URL", get("/api/jobs/\0"), 400, "NODE"],
  ["a URL of 100 KB", get(`/api/jobs?${"x".repeat(100_000)}`), 431, "NODE"],
  ["a negative length", post("", { "content-length": "-1" }), 400, "NODE"],
  ["a length that is no number", post("", { "content-length": "abc" }), 400, "NODE"],
  ["a length and chunks at once", post("0\r\n\r\n", { "transfer-encoding": "chunked" }), 400, "NODE"],
  ["an invalid chunk", post("zz\r\n\r\n", chunked()), 400, "NODE"],
  ["an unknown method", request("HACK /api/jobs", {}), 400, "NODE"],
  ["an expectation that nobody meets", post(GOOD, { expect: "a miracle" }), 417, "NODE"],
  ["no HTTP at all", "hello\r\n\r\n", 400, "NODE"],
];

function type(value: string) {
  return { "content-type": value };
}
function encoding(value: string) {
  return { "content-encoding": value };
}
/** Chunks instead of a length. */
function chunked() {
  return { "transfer-encoding": "chunked", "content-length": ABSENT };
}

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
const stored = () => api.backplane.mongo.collection("jobs").countDocuments();

describe.each([
  ["bodies", BODIES],
  ["submissions", SUBMISSIONS],
  ["queries", QUERIES],
  ["addresses and HTTP itself", ADDRESSES],
])("bad input: %s", (_part, rows) => {
  test.each(rows)("%s", async (_what, bytes, status, code) => {
    const answer = await sendRaw(api.port, bytes);
    expect(answer).toMatchObject({ status });
    expect(answer.body).not.toMatch(/node_modules|\.ts:\d|\bat [\w.]+ \(/);
    expect(answer.body.length).toBeLessThan(20_000);
    if (code === "NODE") return;
    expect(answer.headers.get("content-type")).toContain(PROBLEM_MEDIA_TYPE);
    expect(problemSchema.parse(JSON.parse(answer.body))).toMatchObject({ status, code });
  });
});

test("nothing of it was stored, and good input is still taken", async () => {
  expect(BODIES.length + SUBMISSIONS.length + QUERIES.length + ADDRESSES.length).toBeGreaterThanOrEqual(45);
  expect(await stored()).toBe(0);
  expect(await api.submit({ code: "function main() {}" })).toMatchObject({ status: 201 });
  expect(await stored()).toBe(1);
});

test.each([
  ["a byte order mark", post(`\ufeff${GOOD}`)],
  ["gzip", post(gzipSync(GOOD), encoding("gzip"))],
  ["UTF-8 by name, in capitals", post(GOOD, type("Application/JSON; Charset=UTF-8"))],
  ["a chunked body", post(`${GOOD.length.toString(16)}\r\n${GOOD}\r\n0\r\n\r\n`, chunked())],
])("unusual, and yet good: %s", async (_what, bytes) => {
  expect(await sendRaw(api.port, bytes)).toMatchObject({ status: 201 });
});
