import { randomFillSync } from "node:crypto";

/** Unguessable bytes, as a dependency: a seeded one makes a run repeatable. */
export interface Random {
  /** `bytes` random bytes, in hex. */
  hex(bytes: number): string;
  /** 0 ≤ fraction < 1; not for secrets. */
  fraction(): number;
}

/** Bytes drawn ahead: a call into the generator takes longer than the rest of what a name needs. Each is used once. */
const drawn = Buffer.alloc(4 * 1024);
let used = drawn.length;

function draw(bytes: number): Buffer {
  if (bytes > drawn.length) return randomFillSync(Buffer.alloc(bytes));
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.subarray(used - bytes, used);
}

export const systemRandom: Random = {
  hex: (bytes) => draw(bytes).toString("hex"),
  fraction: () => Math.random(),
};
