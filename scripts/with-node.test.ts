import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

let root: string;

/** Stands in for npm: notes that it was called, and does what the test wants of `npm ci`. */
async function fakeNpm(whatItDoes: string): Promise<void> {
  const npm = join(root, "bin", "npm");
  await writeFile(npm, `#!/bin/sh\necho "$*" >> "${root}/calls"\n${whatItDoes}\n`);
  await chmod(npm, 0o755);
}

const installs = () =>
  `rm -rf node_modules && mkdir -p node_modules/.bin && ln -s "${process.execPath}" node_modules/.bin/node`;

const run = (...args: string[]) =>
  execa("sh", [join(root, "scripts", "with-node.sh"), join(root, "hello.ts"), ...args], {
    env: { PATH: `${join(root, "bin")}${delimiter}${process.env["PATH"]}` },
    reject: false,
  });

const calls = async () =>
  (await readFile(join(root, "calls"), "utf8").catch(() => "")).split("\n").filter(Boolean).length;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "with-node-"));
  await mkdir(join(root, "scripts"));
  await mkdir(join(root, "bin"));
  await copyFile(join(import.meta.dirname, "with-node.sh"), join(root, "scripts", "with-node.sh"));
  await writeFile(join(root, "package-lock.json"), '{"version":1}');
  await writeFile(
    join(root, "hello.ts"),
    "const args: string[] = process.argv.slice(2); console.log(JSON.stringify(args));",
  );
  await fakeNpm(installs());
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("installs once, announces it, and passes the arguments on as they are", async () => {
  const first = await run("a b", "--flag", "");
  expect(first.stdout).toContain("npm ci");
  expect(first.stdout).toContain('["a b","--flag",""]');
  const second = await run();
  expect(second.stdout).toBe("[]");
  expect(await calls()).toBe(1);
});

test("installs again when the lockfile has changed", async () => {
  await run();
  await writeFile(join(root, "package-lock.json"), '{"version":2}');
  await run();
  await run();
  expect(await calls()).toBe(2);
});

test("repairs an installation that was interrupted", async () => {
  await fakeNpm("mkdir -p node_modules/half && kill -9 $$");
  expect((await run()).exitCode).not.toBe(0);
  await fakeNpm(installs());
  expect((await run()).stdout).toContain("[]");
  expect(await calls()).toBe(2);
});

test("trusts a person's own npm install", async () => {
  await mkdir(join(root, "node_modules", ".bin"), { recursive: true });
  await symlink(process.execPath, join(root, "node_modules", ".bin", "node"));
  await utimes(join(root, "package-lock.json"), 1, 1);
  await writeFile(join(root, "node_modules", ".package-lock.json"), "{}");
  expect((await run()).stdout).toBe("[]");
  expect(await calls()).toBe(0);
});

test("passes the exit code on", async () => {
  await writeFile(join(root, "hello.ts"), "process.exit(7)");
  expect((await run()).exitCode).toBe(7);
});
