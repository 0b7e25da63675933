import { ExitReason, isTerminal } from "@lambda-lite/shared";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { givenBack, outcome, plan, RACERS, STEPS } from "../testing/delivery-model-calls.ts";
import type { Choice } from "../testing/delivery-model-calls.ts";
import { openDeliverySubject, toModelJob } from "../testing/delivery-model-subject.ts";
import type { DeliverySubject } from "../testing/delivery-model-subject.ts";
import { call, emptyState, entriesThatAre, foretell } from "../testing/delivery-model.ts";
import type { Call, DeliveryState } from "../testing/delivery-model.ts";
import { openTestBackplane } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";
import type { JobDocument } from "./job-model.ts";

/** DELIVERY_MODEL_RUNS=1000 finds rarer interleavings. */
const RUNS = Number(process.env["DELIVERY_MODEL_RUNS"] ?? 30);
const TIMEOUT_MS = 60_000 + RUNS * 2_000;
/** The search for a shorter way to a difference ends in time to print it. Small cases first would leave few long ones. */
const FAST_CHECK = { interruptAfterTimeLimit: TIMEOUT_MS / 2, unbiased: true };

let backplane: TestBackplane;
beforeAll(async () => {
  backplane = await openTestBackplane();
});
afterAll(() => backplane.close());

/** The model and the backplane, told the same. */
interface Run {
  group: string;
  state: DeliveryState;
  subject: DeliverySubject;
  /** As they were last seen. */
  documents: Map<string, JobDocument>;
}

let runs = 0;

async function withRun(use: (run: Run) => Promise<void>): Promise<void> {
  const group = `run-${(runs += 1)}`;
  const subject = openDeliverySubject(backplane, group);
  try {
    await use({ group, subject, state: emptyState(), documents: new Map() });
  } finally {
    await subject.close();
  }
}

/** Both answer alike, and hold the same afterwards. */
async function step(run: Run, next: Call): Promise<void> {
  const answer = await run.subject.make(next);
  expect({ [next.name]: answer }).toEqual({ [next.name]: foretell(run.state, next) });
  await backplane.jobs.settle();
  const [seen, queue] = await Promise.all([look(run), backplane.queue.counts(run.group)]);
  expect(seen).toEqual(foreseen(run.state));
  const [waiting, active] = (["waiting", "taken"] as const).map((stand) => entriesThatAre(stand, run.state).length);
  expect(queue).toEqual({ waiting, active });
}

async function look(run: Run) {
  const [documents, workers] = await Promise.all([run.subject.readJobs(), run.subject.readWorkers()]);
  expectInvariants(run.documents, documents);
  run.documents = documents;
  return { jobs: [...documents.values()].map(toModelJob), workers };
}

function foreseen({ jobs, workers }: DeliveryState): Awaited<ReturnType<typeof look>> {
  return { jobs: [...jobs.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)), workers };
}

/** What holds whatever was done, judged by the documents alone. */
function expectInvariants(before: Run["documents"], after: Run["documents"]): void {
  for (const [id, then] of before) {
    const now = after.get(id);
    if (!now) expect(then.deadLetter, "only dead letters are purged").toBe(true);
    else if (isTerminal(then.status)) {
      // A purge takes back what points to the purged.
      const isCut = then.redriveOf && !after.has(then.redriveOf.toHexString());
      expect(now, "an outcome is recorded once").toEqual(isCut ? { ...then, redriveOf: undefined } : then);
    } else {
      expect(now.attempt, "attempt only rises").toBeGreaterThanOrEqual(then.attempt);
      expect(now.revision, "revision only rises").toBeGreaterThanOrEqual(then.revision);
    }
  }
  const running = [...after.values()].filter(({ status }) => status === "RUNNING");
  expect(new Set(running.map(({ token }) => token)).size, "a token holds one job").toBe(running.length);
  for (const { status, token, deadline, completedAt } of after.values()) {
    if (!isTerminal(status))
      expect(token !== undefined, "what runs is held, what waits isn't").toBe(status === "RUNNING");
    expect(deadline !== undefined, "what runs has a deadline").toBe(status === "RUNNING");
    expect(completedAt !== undefined, "what ended has an end").toBe(isTerminal(status));
  }
}

/** When every worker died and every delay is over, the reconciler and one more worker end every job. */
async function endAll(run: Run): Promise<void> {
  const { state } = run;
  for (const workerId of state.workers.keys()) await step(run, call("leaseRunsOut", workerId));
  const running = await backplane.jobs.running(null, 1_000);
  const lost = running.filter(({ id }) => state.jobs.has(id));
  for (const job of lost) await step(run, call("expire", job, givenBack("nothing")));
  for (const entry of entriesThatAre("taken", state)) await step(run, call("ack", entry));
  for (const job of state.jobs.values()) if (job.status === "PENDING") await step(run, call("delayPasses", job.id));
  await step(run, call("reconcile"));
  for (const entry of entriesThatAre("waiting", state)) {
    const [id = "", attempt] = entry.split("-");
    await step(run, call("take"));
    await step(run, call("claim", { id, attempt: Number(attempt) }, { workerId: "last", epoch: 1 }, entry));
    await step(run, call("finish", { id, token: entry }, outcome(ExitReason.OK)));
    await step(run, call("ack", entry));
  }
}

function choicesOf(weights: Partial<typeof STEPS>): fc.Arbitrary<Choice> {
  const whats = Object.entries(weights).map(([what, weight]) => ({
    arbitrary: fc.constant(what as Choice["what"]),
    weight,
  }));
  return fc.record({
    what: fc.oneof(...whats),
    apt: fc.constantFrom(true, true, true, false),
    job: fc.nat(5),
    worker: fc.nat(1),
    whose: fc.constantFrom("own", "own", "own", "earlier", "foreign"),
    delayed: fc.constantFrom(false, false, false, true),
    variant: fc.nat(5),
  });
}

function command(choice: Choice): fc.AsyncCommand<DeliveryState, Run> {
  let calls: Call[] = [];
  return {
    check: (state) => plan(choice, state, "").length > 0,
    async run(state, run) {
      calls = plan(choice, state, run.group);
      for (const next of calls) await step(run, next);
    },
    toString: () => calls.map(({ name, args }) => `${name}(${JSON.stringify(args).slice(1, -1)})`).join(" "),
  };
}

test(
  "whatever happens, every transition does what it must, and no job is stuck",
  async () => {
    const commands = fc.commands([choicesOf(STEPS).map(command)], { maxCommands: 60, size: "max" });
    const property = fc.asyncProperty(commands, (list) =>
      withRun(async (run) => {
        await fc.asyncModelRun(() => ({ model: run.state, real: run }), list);
        await endAll(run);
        expect([...run.state.jobs.values()].filter(({ status }) => !isTerminal(status))).toEqual([]);
        expect(run.state.queue).toEqual(new Map());
      }),
    );
    await fc.assert(property, { ...FAST_CHECK, numRuns: RUNS });
  },
  TIMEOUT_MS,
);

const SITUATIONS: Array<Array<Choice["what"]>> = [
  ["insert", "register"],
  ["insert", "register", "claim"],
  ["insert", "register", "claim", "requestCancel"],
  ["insert", "register", "claim", "deadlinePasses"],
  ["insert", "register", "claim", "leaseRunsOut"],
  ["insert", "register", "claim", "leaseRunsOut", "expire", "claim"],
  ["insert", "register", "claim", "finish"],
  ["insert", "register", "poison"],
];

test(
  "what happens at once ends as one after the other would, in some order",
  async () => {
    // A worker's first life is begun by one process alone.
    const registered = choicesOf(RACERS).map((choice) => ({ ...choice, worker: 0 }));
    const racers = fc.array(registered, { minLength: 2, maxLength: 3, size: "max" });
    const property = fc.asyncProperty(fc.constantFrom(...SITUATIONS), racers, (situation, together) =>
      withRun(async (run) => {
        const standard = { apt: true, job: 0, worker: 0, whose: "own", delayed: false, variant: 0 } as const;
        for (const what of situation) {
          for (const next of plan({ ...standard, what }, run.state, run.group)) await step(run, next);
        }
        const calls = together.flatMap((choice) => plan(choice, run.state, run.group).slice(0, 1));
        const answers = await Promise.all(calls.map((one) => run.subject.make(one)));
        // The queue may lag behind: that's the reconciler's.
        expect(serialOutcomes(run.state, calls)).toContainEqual({ answers, ...(await look(run)) });
      }),
    );
    await fc.assert(property, { ...FAST_CHECK, numRuns: RUNS * 5 });
  },
  TIMEOUT_MS,
);

function serialOutcomes(before: DeliveryState, calls: readonly Call[]) {
  return permutations([...calls.entries()]).map((order) => {
    const state = structuredClone(before);
    const answers: unknown[] = [];
    for (const [place, one] of order) answers[place] = foretell(state, one);
    return { answers, ...foreseen(state) };
  });
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first, place) => permutations(list.toSpliced(place, 1)).map((rest) => [first, ...rest]));
}

test(
  "at most one process leads",
  async () => {
    const leases = backplane.mongo.collection<{ _id: string; leaseUntil: Date }>("leases");
    const moves = fc.array(fc.constantFrom("hold a", "hold b", "hold both", "resign a", "resign b", "lapse"));
    const property = fc.asyncProperty(moves, async (list) => {
      const name = `lease-${(runs += 1)}`;
      const hold = (holder: string) => backplane.leaderLease.hold(name, holder);
      let leader: string | undefined;
      for (const [what, who = ""] of list.map((move) => move.split(" "))) {
        if (what === "lapse") await leases.updateOne({ _id: name }, { $set: { leaseUntil: new Date(0) } });
        if (what === "resign") await backplane.leaderLease.resign(name, who);
        if (what === "lapse" || (what === "resign" && leader === who)) leader = undefined;
        if (what !== "hold") continue;
        const holders = who === "both" ? ["a", "b"] : [who];
        const held = await Promise.all(holders.map(hold));
        const leading = holders.filter((_, place) => held[place]);
        if (leader === undefined) expect(leading).toHaveLength(1);
        else expect(leading).toEqual(holders.filter((holder) => holder === leader));
        leader ??= leading[0];
      }
    });
    await fc.assert(property, { ...FAST_CHECK, numRuns: RUNS });
  },
  TIMEOUT_MS,
);
