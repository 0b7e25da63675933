import type { Clock, JobStore, Random } from "@lambda-lite/backplane/ports";
import { AppError } from "@lambda-lite/backplane/ports";
import { jobIdSchema, pageQuerySchema } from "@lambda-lite/shared";
import type { Job, JobPage } from "@lambda-lite/shared";
import { newJobId } from "./job-service.ts";
import type { Principal } from "./principal.ts";
import { validate } from "./schema-validation.ts";

/** Dead letters redriven by one request: each is a write of its own. Whoever has more asks again. */
const REDRIVE_BATCH = 100;

/**
 * Jobs that the platform failed too often: kept until somebody redrives or purges them. Throws AppError:
 * VALIDATION_FAILED, DEAD_LETTER_NOT_FOUND, STORE_UNAVAILABLE.
 */
export interface DeadLetterService {
  list(query: unknown, principal: Principal): Promise<JobPage>;
  /** A new job of the same submission, with a fresh budget. Said twice, it's the same new job. */
  redrive(id: unknown, principal: Principal): Promise<{ job: Job; isNew: boolean }>;
  /** Redrives the oldest that nobody redrove yet. `remaining`: whether there are more. */
  redriveAll(principal: Principal): Promise<{ jobs: string[]; remaining: boolean }>;
  purge(id: unknown, principal: Principal): Promise<void>;
  purgeAll(principal: Principal): Promise<{ purged: number }>;
}

export function createDeadLetterService(deps: {
  jobs: Pick<JobStore, "deadLetters" | "undrivenDeadLetters" | "redrive" | "purgeDeadLetters">;
  clock: Clock;
  random: Random;
}): DeadLetterService {
  const { jobs, clock, random } = deps;

  async function redrive(id: string, { owner }: Principal): Promise<{ job: Job; isNew: boolean }> {
    const newId = newJobId(clock, random);
    const job = await jobs.redrive(id, owner, newId);
    if (!job) throw new AppError("DEAD_LETTER_NOT_FOUND");
    return { job, isNew: job.id === newId };
  }

  return {
    list: (query, { owner }) => jobs.deadLetters(owner, validate(pageQuerySchema, query)),
    redrive: async (id, principal) => redrive(deadLetterId(id), principal),

    async redriveAll(principal) {
      const ids = await jobs.undrivenDeadLetters(principal.owner, REDRIVE_BATCH + 1);
      const redriven: string[] = [];
      for (const id of ids.slice(0, REDRIVE_BATCH)) {
        // One that somebody purged meanwhile is no loss.
        const job = await jobs.redrive(id, principal.owner, newJobId(clock, random));
        if (job) redriven.push(job.id);
      }
      return { jobs: redriven, remaining: ids.length > REDRIVE_BATCH };
    },

    async purge(id, { owner }) {
      const purged = await jobs.purgeDeadLetters(owner, deadLetterId(id));
      if (purged === 0) throw new AppError("DEAD_LETTER_NOT_FOUND");
    },
    purgeAll: async ({ owner }) => ({ purged: await jobs.purgeDeadLetters(owner) }),
  };
}

function deadLetterId(id: unknown): string {
  const parsed = jobIdSchema.safeParse(id);
  if (!parsed.success) throw new AppError("DEAD_LETTER_NOT_FOUND", "A job's id has 24 lower-case hex digits");
  return parsed.data;
}
