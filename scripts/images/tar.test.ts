import { mkdtemp, readFile, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createTar, type TarEntry } from "./tar.ts";

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), "lambda-lite-tar-"))));
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The reader is somebody else's. */
async function unpack(entries: TarEntry[]): Promise<void> {
  await execa("tar", ["-x", "-C", dir], { input: createTar(entries) });
}

function file(name: string, text: string): TarEntry {
  const content = Buffer.from(text);
  return { name, mode: 0o640, sizeBytes: content.length, content };
}

describe("a tar archive", () => {
  test("carries content and mode", async () => {
    await unpack([file("a.txt", "content")]);
    expect(await readFile(join(dir, "a.txt"), "utf8")).toBe("content");
    expect((await stat(join(dir, "a.txt"))).mode & 0o777).toBe(0o640);
  });

  test("takes names of more than 100 bytes", async () => {
    const name = `${"folder-of-some-length/".repeat(7)}${"f".repeat(90)}.js`;
    await unpack([file(name, "deep")]);
    expect(await readFile(join(dir, name), "utf8")).toBe("deep");
  });

  test("refuses a name that fits in no way", async () => {
    await expect(createTar([file("x".repeat(101), "")]).toArray()).rejects.toThrow("too long");
  });

  test("keeps symbolic links", async () => {
    await unpack([{ name: "link", mode: 0o777, sizeBytes: 0, linkTarget: "../services/shared" }]);
    expect(await readlink(join(dir, "link"))).toBe("../services/shared");
  });
});
