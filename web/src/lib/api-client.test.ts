import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { apiClient } from "./api-client.ts";
import { apiKey } from "./api-key.ts";

const JOB = {
  id: "65f000000000000000000001",
  _id: "65f000000000000000000001",
  owner: "local",
  pool: "default",
  priority: 3,
  status: "PENDING",
  attempt: 0,
  revision: 1,
  limits: { cpus: 1, memory: 512, timeout: 30_000, logBytes: 1_048_576, resultBytes: 1_048_576, pids: 64 },
  createdAt: "2026-01-01T00:00:00.000Z",
  code: "1",
  args: [],
};

const fetchStub = vi.fn<typeof fetch>();

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  vi.stubGlobal("fetch", fetchStub);
  fetchStub.mockReset();
});
afterEach(() => void vi.unstubAllGlobals());

const sentHeaders = () => new Headers(fetchStub.mock.calls[0]?.[1]?.headers);

test("a submission is posted as JSON, and the job comes back", async () => {
  fetchStub.mockResolvedValue(Response.json(JOB, { status: 201 }));
  expect(await apiClient.submitJob({ code: "1", args: [2] })).toEqual(JOB);
  const [path, init] = fetchStub.mock.calls[0] ?? [];
  expect(path).toBe("/api/jobs");
  expect(init).toMatchObject({ method: "POST", body: '{"code":"1","args":[2]}' });
  expect(sentHeaders().get("content-type")).toBe("application/json");
});

test("the key is sent once there is one", async () => {
  fetchStub.mockImplementation(() => Promise.resolve(Response.json(JOB)));
  await apiClient.getJob(JOB.id);
  expect(sentHeaders().has("authorization")).toBe(false);
  fetchStub.mockClear();
  apiKey.set("secret");
  await apiClient.getJob(JOB.id);
  expect(sentHeaders().get("authorization")).toBe("Bearer secret");
});

describe("what goes wrong is an ApiError", () => {
  test("a problem", async () => {
    const problem = { type: "urn:x", title: "There is no such job", status: 404, code: "JOB_NOT_FOUND" };
    fetchStub.mockResolvedValue(Response.json(problem, { status: 404 }));
    await expect(apiClient.getJob("x")).rejects.toMatchObject({ name: "ApiError", code: "JOB_NOT_FOUND", status: 404 });
  });

  test("no network", async () => {
    fetchStub.mockRejectedValue(new TypeError("fetch failed"));
    await expect(apiClient.listJobs({ limit: 10 })).rejects.toMatchObject({ code: "UNREACHABLE", status: 0 });
  });

  test.each([
    ["HTML from a proxy", new Response("<html>", { status: 502 }), 502],
    ["a success that isn't JSON", new Response("<html>"), 200],
    ["a success that breaks the contract", Response.json({ ...JOB, status: "LOST" }), 200],
  ])("%s", async (_what, response, status) => {
    fetchStub.mockResolvedValue(response);
    await expect(apiClient.getJob(JOB.id)).rejects.toMatchObject({ code: "UNEXPECTED_ANSWER", status });
  });
});
