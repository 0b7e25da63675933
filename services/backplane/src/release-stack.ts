type Step = () => unknown;

/** Longest wait for one step, in ms. What is to be closed may hang on a server that went away first. */
const STEP_LIMIT_MS = 5_000;

/**
 * Teardown steps, registered right after each acquire; run once, last in first out. One that fails or hangs doesn't
 * keep the others from running.
 */
export interface ReleaseStack {
  /** `limitMs`: longest wait for this step; Infinity for one that bounds itself, such as a drain. */
  push(step: Step, options?: { limitMs: number }): void;
  /** @throws AggregateError of what failed or hung, after everything was tried. */
  run(): Promise<void>;
}

export function createReleaseStack(): ReleaseStack {
  const steps: Array<{ step: Step; limitMs: number }> = [];
  return {
    push: (step, { limitMs } = { limitMs: STEP_LIMIT_MS }) => void steps.push({ step, limitMs }),
    async run() {
      const errors: unknown[] = [];
      for (const { step, limitMs } of steps.splice(0).toReversed()) {
        try {
          await within(limitMs, step);
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, "not everything could be released");
    },
  };
}

async function within(limitMs: number, step: Step): Promise<void> {
  if (limitMs === Infinity) return void (await step());
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`not released within ${limitMs} ms`)), limitMs);
  try {
    await Promise.race([step(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
