// Submits a job and waits for its answer: `helm test` fails unless code really runs.
const { API_URL, API_KEY, TIMEOUT_SECONDS } = process.env;
const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
const deadline = Date.now() + Number(TIMEOUT_SECONDS) * 1000;

async function request(path, init) {
  const response = await fetch(`${API_URL}${path}`, { ...init, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const code = "function main(a, b) { console.log('adding'); return a + b; }";
let job = await request("/api/jobs", { method: "POST", body: JSON.stringify({ code, args: [2, 3] }) });
while (job.completedAt === undefined && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  job = await request(`/api/jobs/${job.id}`);
}
console.log(JSON.stringify(job));
process.exit(job.status === "COMPLETED" && job.result === 5 && job.logs === "adding\n" ? 0 : 1);
