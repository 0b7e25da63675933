import { jobPageSchema, jobSchema, jobSummarySchema } from "@lambda-lite/shared";
import type { Job, JobPage, JobSubmission, JobSummary } from "@lambda-lite/shared";
import { toApiError, unexpectedBody, unreachable } from "./api-error.ts";
import { apiKey } from "./api-key.ts";

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** The one way to the REST interface. Every method throws ApiError; answers are checked against the contract. */
export const apiClient = {
  submitJob: (submission: JobSubmission): Promise<Job> =>
    request(jobSchema, "/api/jobs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(submission),
    }),
  getJob: (id: string): Promise<Job> => request(jobSchema, `/api/jobs/${encodeURIComponent(id)}`),
  cancelJob: (id: string): Promise<JobSummary> =>
    request(jobSummarySchema, `/api/jobs/${encodeURIComponent(id)}/cancel`, { method: "POST" }),
  listJobs: ({ limit }: { limit: number }): Promise<JobPage> =>
    request(jobPageSchema, `/api/jobs?page=1&limit=${limit}`),
};

async function request<T>(schema: Schema<T>, path: string, init: RequestInit = {}): Promise<T> {
  const key = apiKey.get();
  const headers = new Headers(init.headers);
  if (key) headers.set("authorization", `Bearer ${key}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch {
    throw unreachable();
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw toApiError(response.status, body);
  const checked = schema.safeParse(body);
  if (!checked.success) throw unexpectedBody(response.status);
  return checked.data;
}
