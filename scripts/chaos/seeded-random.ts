/** Random numbers that are the same for the same seed. Not for secrets. */
export interface SeededRandom {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number, both ends included. */
  integer(min: number, max: number): number;
  /** @throws RangeError when there is nothing to pick from. */
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
  /** A stream of its own: what one part draws doesn't move what another one draws. */
  fork(name: string): SeededRandom;
}

export function seededRandom(seed: string | number): SeededRandom {
  const next = mulberry32(fnv1a(String(seed)));
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    pick(items) {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    shuffled(items) {
      const rest = [...items];
      return items.map(() => rest.splice(integer(0, rest.length - 1), 1)[0] as (typeof items)[number]);
    },
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

/** 32-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Tommy Ettinger's generator: 32 bits of state, enough to choose what to break and when. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
