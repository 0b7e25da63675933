import { randomBytes } from "node:crypto";

/** Unguessable bytes, as a dependency: a seeded one makes a run repeatable. */
export interface Random {
  /** `bytes` random bytes, in hex. */
  hex(bytes: number): string;
  /** 0 ≤ fraction < 1; not for secrets. */
  fraction(): number;
}

export const systemRandom: Random = {
  hex: (bytes) => randomBytes(bytes).toString("hex"),
  fraction: () => Math.random(),
};
