import { findProgram } from "../lib/find-program.ts";
import type { Setup } from "../lib/setup.ts";
import { installPackages } from "./apt.ts";

/** The page's tests drive a real browser: LAMBDALITE_TEST_CHROMIUM, one on the PATH, Debian's package. */
export async function ensureChromium(setup: Setup): Promise<string> {
  return setup.screen.step("Chromium", async (step) => {
    const found = setup.processEnv["LAMBDALITE_TEST_CHROMIUM"] || findChromium() || (await installChromium(setup));
    step.note(found);
    return found;
  });
}

async function installChromium(setup: Setup): Promise<string> {
  await installPackages(setup, ["chromium"], "Chromium", { startsServices: false });
  return findChromium() ?? "/usr/bin/chromium";
}

function findChromium(): string | undefined {
  return ["chromium", "google-chrome-stable", "google-chrome"].map((name) => findProgram(name)).find(Boolean);
}
