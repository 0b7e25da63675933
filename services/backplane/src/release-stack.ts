type Step = () => unknown;

/**
 * Teardown steps, registered right after each acquire; run once, last in first out. One that fails
 * doesn't keep the others from running.
 */
export interface ReleaseStack {
  push(step: Step): void;
  /** @throws AggregateError of what failed, after everything was tried. */
  run(): Promise<void>;
}

export function createReleaseStack(): ReleaseStack {
  const steps: Step[] = [];
  return {
    push: (step) => void steps.push(step),
    async run() {
      const errors: unknown[] = [];
      for (const step of steps.splice(0).toReversed()) {
        try {
          await step();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, "not everything could be released");
    },
  };
}
