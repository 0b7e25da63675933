import { execa } from "execa";

/** Runs Helm; resolves to its output, rejects with what it complained of. */
export type Helm = (...args: string[]) => Promise<string>;

export function createHelm(program: string): Helm {
  return async (...args) => {
    const result = await execa(program, args, { reject: false, timeout: 360_000 });
    if (result.failed) throw new Error(`helm ${args.join(" ")}: ${result.stderr || result.shortMessage}`);
    return result.stdout;
  };
}
