import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { allFaults } from "./faults/all-faults.ts";
import { createSchedule } from "./schedule.ts";
import type { Round } from "./schedule.ts";
import { seededRandom } from "./seeded-random.ts";
import { isApi, isWorker } from "./stack/parts.ts";

const WIDTH = 3;
const plan = (seed: number, rounds = 100) =>
  createSchedule({ faults: allFaults, rounds, random: seededRandom(seed), width: WIDTH });

/** What is going on right after a blow. */
const activeAt = (rounds: readonly Round[], ms: number) =>
  rounds.filter(({ startMs, endMs }) => startMs <= ms && ms < endMs);

describe("a schedule", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  test("of 100 rounds has every kind, and ends within the hour", () => {
    for (const seed of [1, 2, 3]) {
      const rounds = plan(seed);
      expect(rounds.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
      expect(new Set(rounds.map(({ kind }) => kind))).toEqual(new Set(allFaults.map(({ kind }) => kind)));
      expect(Math.max(...rounds.map(({ endMs }) => endMs))).toBeLessThan(30 * 60_000);
    }
  });

  test("of as many rounds as there are kinds has each once", () => {
    const kinds = plan(6, allFaults.length).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(allFaults.map(({ kind }) => kind).toSorted());
  });

  test("of 100 rounds measures each promise twice, with nothing else going on", () => {
    const rounds = plan(4);
    const alone = rounds.filter((round) => round.alone);
    expect(alone.map(({ kind }) => kind).toSorted()).toEqual(
      ["mongo-kill", "redis-kill", "worker-kill", "worker-term"].flatMap((kind) => [kind, kind]),
    );
    for (const { startMs, endMs, number } of alone) {
      const others = rounds.filter(
        (other) => other.number !== number && other.startMs < endMs && other.endMs > startMs,
      );
      expect(others).toEqual([]);
    }
  });

  test("overlaps, and never takes out too much at once", () => {
    let most = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, count) => {
        const rounds = plan(seed, count);
        expect(rounds).toHaveLength(count);
        for (const { startMs } of rounds) {
          const targets = activeAt(rounds, startMs).map(({ target }) => target);
          most = Math.max(most, targets.length);
          expect(targets.length).toBeLessThanOrEqual(WIDTH);
          expect(new Set(targets).size).toBe(targets.length);
          expect(targets.filter(isWorker).length).toBeLessThanOrEqual(2);
          expect(targets.filter(isApi).length).toBeLessThanOrEqual(1);
          expect(targets.includes("docker") && targets.includes("sandbox")).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
    expect(most).toBe(WIDTH);
  });

  test("keeps to what a kind allows", () => {
    for (const { kind, target, durationMs, alone } of plan(5)) {
      const fault = allFaults.find((known) => known.kind === kind);
      expect(fault?.targets).toContain(target);
      const [shortest, longest] = alone
        ? [fault?.alone?.durationMs, fault?.alone?.durationMs]
        : (fault?.durationMs ?? []);
      expect(durationMs).toBeGreaterThanOrEqual(shortest ?? Infinity);
      expect(durationMs).toBeLessThanOrEqual(longest ?? 0);
    }
  });
});
