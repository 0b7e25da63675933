import type { Clock } from "@lambda-lite/backplane/ports";
import type { PoolKey } from "../ports/sandbox.ts";
import { poolKeyText } from "../ports/sandbox.ts";
import { planPools } from "./pool-plan.ts";
import type { PoolBudget, PoolDemand } from "./pool-plan.ts";
import { createSandboxShelf } from "./sandbox-shelf.ts";
import type { SandboxShelf } from "./sandbox-shelf.ts";

/** How far ahead the stock is planned, in ms: what a few fresh containers take on a busy machine. */
const LEAD_MS = 2_000;

/** So much older than it should a sandbox becomes at most, in ms, when there is no time to replace it. */
const MAX_OVERDUE_MS = 60_000;

/** Everything that waits, one shelf per class, and how much of each is to wait. */
export interface SandboxStock {
  /** The shelf of this class: an empty one when it is new. */
  shelf(key: PoolKey): SandboxShelf;
  /** What waits, of all classes. */
  waiting(): number;
  /**
   * A shelf that lacks a sandbox, most urgent first. Room for it is made by removing what others have beyond their share;
   * until that is gone, there is none to fill.
   */
  nextToFill(): SandboxShelf | undefined;
  /** Replaces what has waited longer, one by one, and forgets classes that no job asks for any more. */
  removeOlderThan(ageMs: number): void;
  removeAll(): void;
}

export interface SandboxStockOptions {
  /** What most jobs need: of this class `min` always wait. Of others some wait once their like came twice within a minute. */
  usual: PoolKey;
  min: number;
  /** What all may take together. */
  budget: PoolBudget;
  /** Of a class that can't be had none is prepared ahead. */
  canBeHad: (key: PoolKey) => boolean;
  clock: Clock;
}

export function createSandboxStock({ usual, min, budget, canBeHad, clock }: SandboxStockOptions): SandboxStock {
  const usualId = poolKeyText(usual);
  const shelves = new Map<string, SandboxShelf>([[usualId, createSandboxShelf(usual, clock)]]);

  function demand([id, { key, arrivals }]: [string, SandboxShelf]): PoolDemand {
    const expected = arrivals.expectedWithin(LEAD_MS);
    if (id === usualId) return { id, memoryMb: key.memoryMb, least: min, wanted: expected };
    const isWanted = arrivals.recurs() && canBeHad(key);
    return { id, memoryMb: key.memoryMb, least: 0, wanted: isWanted ? Math.max(1, expected) : 0 };
  }

  /** How many of each class may wait. What is wanted most comes first. */
  function plan(): Array<{ shelf: SandboxShelf; share: number }> {
    const demands = [...shelves].map(demand).sort((a, b) => b.wanted - a.wanted);
    return [...planPools(demands, budget)].map(([id, share]) => ({ shelf: shelves.get(id) as SandboxShelf, share }));
  }

  /** Whether another one of so much memory fits beside these. */
  function hasRoom(neededMb: number, countOf: (shelf: SandboxShelf) => number): boolean {
    let [sandboxes, memoryMb] = [1, neededMb];
    for (const shelf of shelves.values()) {
      sandboxes += countOf(shelf);
      memoryMb += countOf(shelf) * shelf.key.memoryMb;
    }
    return sandboxes <= budget.sandboxes && memoryMb <= budget.memoryMb;
  }
  const staying = (shelf: SandboxShelf) => shelf.size();
  const existing = (shelf: SandboxShelf) => shelf.size() + shelf.leaving();

  return {
    shelf(key) {
      const id = poolKeyText(key);
      const shelf = shelves.get(id) ?? createSandboxShelf(key, clock);
      shelves.set(id, shelf);
      return shelf;
    },
    waiting: () => [...shelves.values()].reduce((sum, shelf) => sum + shelf.waiting(), 0),
    nextToFill() {
      const planned = plan();
      const lacking = planned.find(({ shelf, share }) => shelf.size() < share)?.shelf;
      if (!lacking) return undefined;
      while (!hasRoom(lacking.key.memoryMb, staying)) {
        const surplus = planned.find(({ shelf, share }) => shelf.waiting() > 0 && shelf.size() > share);
        // What has no room yet is being prepared: there is some when that is done.
        if (!surplus) return undefined;
        surplus.shelf.removeOne();
      }
      return hasRoom(lacking.key.memoryMb, existing) ? lacking : undefined;
    },
    removeOlderThan(ageMs) {
      for (const { shelf, share } of plan()) {
        // The next one goes when the last one's place is filled, if that doesn't take too long.
        const isWhole = shelf.size() >= share && shelf.preparing === 0 && shelf.leaving() === 0;
        shelf.removeOne(isWhole ? ageMs : ageMs + MAX_OVERDUE_MS);
      }
      for (const [id, shelf] of shelves) {
        const isUsed = shelf.size() > 0 || shelf.leaving() > 0 || !shelf.arrivals.isOver();
        if (id !== usualId && !isUsed) shelves.delete(id);
      }
    },
    removeAll() {
      for (const shelf of shelves.values()) shelf.removeAll();
    },
  };
}
