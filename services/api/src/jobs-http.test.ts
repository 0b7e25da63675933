import { setTimeout } from "node:timers/promises";
import type { Job, JobPage, Problem } from "@lambda-lite/shared";
import { DEFAULT_LIMITS, jobPageSchema, jobSchema } from "@lambda-lite/shared";
import { newJob } from "@lambda-lite/backplane/testing";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sendRaw } from "./testing/raw-http.ts";
import { startTestApi } from "./testing/test-api.ts";
import type { TestApi } from "./testing/test-api.ts";

const CODE = "function main(a, b) { return a + b; }";
const HELD = { reason: "OK" } as const;
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe("a submission", () => {
  test("is answered with the job as stored, and where it is", async () => {
    const { status, headers, body } = await api.submit({ code: CODE, args: [2, 3] });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _id: body.id,
      owner: "local",
      pool: "default",
      priority: 4,
      status: "PENDING",
      attempt: 0,
      revision: 1,
      limits: DEFAULT_LIMITS,
      code: CODE,
      args: [2, 3],
      availableAt: body.createdAt,
      createdAt: expect.any(String),
    });
    expect(jobSchema.parse(body)).toEqual(body);
    expect(Math.abs(Date.now() - Date.parse(body.createdAt))).toBeLessThan(60_000);
    expect(headers.get("location")).toBe(`/api/jobs/${body.id}`);
    expect(await api.get<Job>(headers.get("location") ?? "")).toMatchObject({ status: 200, body });
  });

  test("without arguments gets none, and its own timeout where it has one", async () => {
    expect((await api.submit({ code: CODE })).body.args).toEqual([]);
    expect((await api.submit({ code: CODE, timeout: 1 })).body.limits.timeout).toBe(1);
    expect((await api.submit({ code: CODE, timeout: 300_000 })).body.limits.timeout).toBe(300_000);
  });

  test("is queued by the time a worker asks", async () => {
    const { id } = (await api.submit({ code: CODE })).body;
    const queued = () => api.backplane.queue.has([{ id, attempt: 1, pool: "default", priority: 4 }]);
    await expect.poll(queued).toEqual([true]);
  });
});

/** The arguments as the API gives them back, as text: no parser between. */
async function roundTrip(args: string, code = CODE): Promise<{ args: string; code: string }> {
  const body = `{"code":${JSON.stringify(code)},"args":${args}}`;
  const head = `Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  const posted = await sendRaw(api.port, `POST /api/jobs HTTP/1.1\r\n${head}\r\n\r\n${body}`);
  expect(posted.status).toBe(201);
  const got = await sendRaw(api.port, `GET ${posted.headers.get("location")} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  expect(JSON.parse(got.body)).toEqual(JSON.parse(posted.body));
  const job = JSON.parse(got.body) as Job;
  return { args: JSON.stringify(job.args), code: job.code };
}

describe("code and arguments come back as they were sent", () => {
  test.each([
    ["keys that Mongo dislikes", '[{"$where":1,"a.b":2,"":3,"$set":{"$gt":""}}]'],
    ["keys that JavaScript dislikes", '[{"__proto__":4,"constructor":{"prototype":5},"toString":6}]'],
    ["both, nested", '[[{"a":{"__proto__":{"$ne":{"":[{"__proto__":[]}]}}}}]]'],
    ["text of every kind", JSON.stringify(["ünï", "汉字", "😀", "\u2028", "\0", '"', "\\", "$code", "</script>"])],
    ["half a character, escaped", '["\\ud83d"]'],
    ["deeper than Mongo nests", `[${"[".repeat(400)}1${"]".repeat(400)}]`],
    ["objects deeper than Mongo nests", `[${'{"a":'.repeat(400)}1${"}".repeat(400)}]`],
    ["numbers at the edge", "[1.7976931348623157e+308,5e-324,9007199254740991,0.1,-1e-7]"],
    ["dates and ids, which are texts", '["2026-01-01T00:00:00.000Z",{"$oid":"0123456789abcdef01234567"}]'],
    ["null, where a value may be missing", '[null,{},[],"",false,0]'],
    ["many", JSON.stringify(Array.from({ length: 10_000 }, (_, n) => n))],
  ])("%s", async (_what, args) => {
    expect((await roundTrip(args)).args).toBe(args);
  });

  test("numbers become what JavaScript makes of them", async () => {
    expect((await roundTrip("[-0,12345678901234567890,1E2,1.0]")).args).toBe("[0,12345678901234567000,100,1]");
  });

  test("code, to the character", async () => {
    const code = "\ufeff// ünï 汉字 😀\r\n\tfunction main() { return '\0$where'; }\u2028\n ";
    expect((await roundTrip("[]", code)).code).toBe(code);
  });

  test("any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), async (args) => {
        expect((await roundTrip(JSON.stringify(args))).args).toBe(JSON.stringify(args));
      }),
      { numRuns: 30 },
    );
  });
});

describe("a list", () => {
  const ids: string[] = [];
  beforeEach(async () => {
    if (ids.length > 0) return;
    await api.backplane.mongo.collection("jobs").deleteMany({});
    for (let n = 0; n < 23; n += 1) {
      ids.unshift((await api.submit({ code: `secret${n}()`, args: ["secret"] })).body.id);
      // Jobs of the same millisecond have no order that a test could know.
      await setTimeout(2);
    }
    const [newest = "", second = ""] = ids;
    await api.claim(newest);
    const outcome = {
      success: true,
      result: "secret",
      logs: "secret",
      exit: HELD,
      executionTime: 1,
      sandboxStartTime: 0,
    };
    await api.backplane.jobs.finish({ id: newest, token: "t" }, outcome);
    await api.backplane.jobs.requestCancel(second, "local");
    await api.backplane.jobs.insert(newJob({ owner: "somebody else" }));
  });
  const list = async (query: string) => (await api.get<JobPage>(`/api/jobs${query}`)).body;
  const idsOf = ({ jobs }: JobPage) => jobs.map(({ id }) => id);

  test("has the ten newest, newest first, and says how many there are", async () => {
    const page = await list("");
    expect(page).toMatchObject({ page: 1, limit: 10, total: 23, totalPages: 3, totalCapped: false });
    expect(Object.keys(page).toSorted()).toEqual(["jobs", "limit", "page", "total", "totalCapped", "totalPages"]);
    expect(idsOf(page)).toEqual(ids.slice(0, 10));
    expect(jobPageSchema.parse(page)).toEqual(page);
  });

  test.each([1, 7, 23, 100])("of pages of %i has each job once", async (limit) => {
    const seen: string[] = [];
    for (let page = 1; page <= Math.ceil(23 / limit); page += 1) {
      seen.push(...idsOf(await list(`?page=${page}&limit=${limit}`)));
    }
    expect(seen).toEqual(ids);
  });

  test("is empty past its end", async () => {
    expect(await list("?page=4")).toMatchObject({ jobs: [], page: 4, total: 23, totalPages: 3 });
  });

  test("of a status has that status only, and its own total", async () => {
    expect(idsOf(await list("?status=COMPLETED"))).toEqual(ids.slice(0, 1));
    expect(idsOf(await list("?status=CANCELLED"))).toEqual(ids.slice(1, 2));
    expect(await list("?status=PENDING&limit=100")).toMatchObject({ total: 21, totalPages: 1 });
    expect(await list("?status=FAILED")).toMatchObject({ jobs: [], total: 0, totalPages: 0 });
  });

  test("has no bodies, neither of what was sent nor of what came out", async () => {
    const text = JSON.stringify(await list("?limit=100"));
    expect(text).not.toContain("secret");
    expect(text).not.toMatch(/"(code|args|result|logs|token)"/);
  });

  test("has nobody else's jobs, and they can't be read either", async () => {
    const other = await api.backplane.jobs.insert(newJob({ owner: "somebody else" }));
    expect(await api.get<Problem>(`/api/jobs/${other.id}`)).toMatchObject({ status: 404 });
  });
});

test("a finished job has its outcome, and no token", async () => {
  const { id } = (await api.submit({ code: CODE, args: [2, 3] })).body;
  await api.claim(id);
  const outcome = {
    success: true,
    result: 5,
    logs: "adding\n",
    exit: HELD,
    executionTime: 12.5,
    sandboxStartTime: 300,
  };
  await api.backplane.jobs.finish({ id, token: "t" }, outcome);
  const { body } = await api.get<Job>(`/api/jobs/${id}`);
  const { success: _success, ...shown } = outcome;
  expect(body).toMatchObject({ ...shown, status: "COMPLETED", attempt: 1, revision: 3, workerId: `worker-of-${id}` });
  expect(body).not.toHaveProperty("token");
  expect(Date.parse(body.completedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(body.startedAt ?? ""));
});
