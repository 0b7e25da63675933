import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

const MIB = 1024 * 1024;

/** A folder on a disk of its own, small enough to be filled. Where nothing can be mounted it is a plain folder. */
export interface SmallDisk {
  dir: string;
  /** Why it can't be filled; undefined when it can. */
  problem: string | undefined;
  /** Leaves no byte to anybody. */
  fill(): Promise<void>;
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** In memory, so that a run is no burden to the machine's real disk. */
export async function createSmallDisk(dir: string, sizeMib: number): Promise<SmallDisk> {
  await unmount(dir);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const mounted = await execa("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m`, "lambda-lite-chaos", dir], {
    reject: false,
  });
  const ballast = join(dir, "ballast");
  return {
    dir,
    problem: mounted.failed ? `no disk can be mounted (${mounted.stderr || mounted.shortMessage})` : undefined,
    async fill() {
      const file = await open(ballast, "w");
      try {
        // Ever smaller pieces, until not even the smallest fits.
        for (const bytes of [4 * MIB, 64 * 1024, 4096]) await writeUntilFull(file, Buffer.alloc(bytes));
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    async remove() {
      if (!mounted.failed) await unmount(dir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function writeUntilFull(file: Awaited<ReturnType<typeof open>>, piece: Buffer): Promise<void> {
  for (;;) {
    try {
      await file.appendFile(piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") return;
      throw error;
    }
  }
}

/** Also what a run left that was killed. */
async function unmount(dir: string): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    if ((await execa("umount", [dir], { reject: false })).failed) return;
  }
}
