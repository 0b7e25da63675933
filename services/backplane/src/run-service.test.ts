import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";

const MODULE = JSON.stringify(new URL("run-service.ts", import.meta.url).href);

/** Runs a service in a process of its own, and signals it when it says that it starts. */
async function signalledWhileStarting(start: string) {
  const program = `
    import { runService } from ${MODULE};
    const logger = { info: (...words) => console.log(words.at(-1)), error: (...words) => console.log(words.at(-1)) };
    const stop = async () => console.log("in order");
    await runService("example", async () => { console.log("starting"); ${start} });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = text(child.stderr);
  const out: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => out.push(chunk));
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, lines: out.join("").trim().split("\n"), errors: await errors };
}

describe("SIGTERM while a service starts", () => {
  test("stops it in order when it has started", async () => {
    const end = await signalledWhileStarting(`
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { logger, stop };`);
    expect(end).toEqual({ code: 0, signal: null, lines: ["starting", "stopping", "in order", "stopped"], errors: "" });
  });

  test("ends it with its error when it can't start", async () => {
    const end = await signalledWhileStarting(`
      await new Promise((resolve) => setTimeout(resolve, 500));
      throw new Error("no such database");`);
    expect(end).toEqual({ code: 1, signal: null, lines: ["starting"], errors: "example: no such database\n" });
  });

  test("ends it when it doesn't get started in time", { timeout: 40_000 }, async () => {
    const end = await signalledWhileStarting(`
      setInterval(() => {}, 1000);
      return new Promise(() => {});`);
    expect(end).toEqual({ code: 1, signal: null, lines: ["starting"], errors: "example: SIGTERM while starting\n" });
  });
});
