import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

import { testServers } from "@lambda-lite/backplane/testing";

/** Sandboxing of its own needs a user who isn't root; the rest keeps Chromium from calling home. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface BrowserPage {
  page: Page;
  /** Everything that a person with open developer tools would frown at. */
  complaints: string[];
  close(): Promise<void>;
}

export async function openPage(url: string): Promise<BrowserPage> {
  const browser: Browser = await chromium.launch({ executablePath: testServers().chromium, args: FLAGS });
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints, close: () => browser.close() };
}

export interface Submission {
  code: string;
  args: string;
  timeout?: string;
}

/** Writes the code, runs it, and waits until the page shows its end. @returns what the page shows. */
export async function runOnPage(page: Page, submission: Submission) {
  await submitOnPage(page, submission);
  return endOnPage(page);
}

/** Writes the code and runs it. */
export async function submitOnPage(page: Page, { code, args, timeout = "" }: Submission): Promise<void> {
  const editor = page.getByTestId("editor").locator(".monaco-editor").first();
  await editor.waitFor();
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  // Pasted, because Monaco closes brackets for those who type.
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(code)})`);
  await page.keyboard.press("ControlOrMeta+V");
  await page.getByTestId("args").fill(args);
  await page.getByTestId("timeout").fill(timeout);
  const before = page.url();
  await page.getByTestId("run").click();
  await page.waitForURL((url) => url.href !== before);
}

/** Waits until the page shows the job's end. @returns what it shows. */
export async function endOnPage(page: Page): Promise<{ status: string }> {
  const status = page.getByTestId("status");
  await status.getByText(/COMPLETED|FAILED|CANCELLED/).waitFor();
  return { status: (await status.innerText()).replaceAll(/\s+/g, " ") };
}
