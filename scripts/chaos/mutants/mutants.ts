/** A build that is broken on purpose, and what must find it out. */
export interface Mutant {
  /** Of its patch in this folder. */
  name: string;
  caughtBy: readonly Check[];
}

export interface Check {
  name: string;
  run: { kind: "model" } | { kind: "chaos"; args: readonly string[] };
}

const model: Check = { name: "the model test", run: { kind: "model" } };

const chaos = (name: string, seed: number, args: Record<string, string>): Check => ({
  name: `chaos: ${name}`,
  run: {
    kind: "chaos",
    args: ["--seed", String(seed), ...Object.entries(args).flatMap(([key, value]) => [`--${key}`, value])],
  },
});

/** What a worker sent before it was cut off arrives when others run its jobs. */
const latePackets = chaos("late packets", 11, { only: "late-packets", rounds: "8", "every-ms": "450" });
/** What is accepted while Mongo is away. */
const mongoAway = chaos("Mongo away", 12, { only: "mongo-kill", rounds: "3", "every-ms": "300" });

/**
 * | mutant                 | model test | chaos        | why not by the other                                              |
 * | finish-without-token   | x          |              | what was held back seldom meets another's run of the same job     |
 * | accepted-before-stored |            | Mongo away   | the model's Mongo never goes away                                 |
 * | lease-revived          | x          | late packets |                                                                   |
 * | same-queue-id          | x          |              | the reconciler queues what the queue refused half a second before |
 */
export const mutants: readonly Mutant[] = [
  { name: "finish-without-token", caughtBy: [model] },
  { name: "accepted-before-stored", caughtBy: [mongoAway] },
  { name: "lease-revived", caughtBy: [model, latePackets] },
  { name: "same-queue-id", caughtBy: [model] },
];

/** What an unbroken build must pass, so that a check which always fails proves nothing. */
export const allChecks: readonly Check[] = [...new Set(mutants.flatMap(({ caughtBy }) => caughtBy))];
