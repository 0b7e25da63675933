import { afterAll, beforeAll, expect, test } from "vitest";

import { endOnPage, openPage, runOnPage, submitOnPage } from "./browser-page.ts";
import type { BrowserPage } from "./browser-page.ts";
import { startTestStack } from "./test-stack.ts";
import type { TestStack } from "./test-stack.ts";

let stack: TestStack;
let browser: BrowserPage;

beforeAll(async () => {
  stack = await startTestStack();
  browser = await openPage(stack.url);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const text = (testId: string) => browser.page.getByTestId(testId).innerText();

test("a function runs from the editor to its result and logs", async () => {
  const code = "function main(a, b) { console.log('adding'); return a + b; }";
  const { status } = await runOnPage(browser.page, { code, args: "[2, 3]" });
  expect(status).toBe("COMPLETED");
  expect(await text("result")).toBe("5");
  expect((await text("logs")).trim()).toBe("adding");
});

test("an error shows its message and leads to its line", async () => {
  const code = "function main() {\n  throw new Error('boom');\n}";
  const { status } = await runOnPage(browser.page, { code, args: "[]" });
  expect(status).toBe("FAILED · USER_ERROR");
  expect(await text("error")).toContain("Error: boom");
  await browser.page
    .getByTestId("error")
    .getByRole("button", { name: /main\.js:2:9/ })
    .click();
  await expect
    .poll(() => browser.page.locator(".monaco-editor.focused, .monaco-editor :focus").count())
    .toBeGreaterThan(0);
});

test("an endless loop ends as a timeout", async () => {
  const { status } = await runOnPage(browser.page, { code: "while(true){}", args: "[]", timeout: "1000" });
  expect(status).toBe("FAILED · TIMEOUT");
});

test("the newest jobs are listed, and one can be looked at again and survives a reload", async () => {
  const rows = browser.page.getByTestId("job-row");
  await expect.poll(() => rows.count()).toBe(3);
  await rows.nth(2).click();
  await expect.poll(() => text("result")).toBe("5");
  await browser.page.reload();
  await expect.poll(() => text("result")).toBe("5");
});

test("what a job prints is seen as it prints it, and it can be stopped", async () => {
  const code = `async function main() {
  console.log("first");
  console.error("oh");
  for (let n = 0; ; n += 1) { console.log("tick " + n); await new Promise((resolve) => setTimeout(resolve, 100)); }
}`;
  await submitOnPage(browser.page, { code, args: "[]", timeout: "30000" });
  await expect.poll(() => text("logs")).toMatch(/^first\noh\ntick 0\n/);
  await expect.poll(() => text("logs")).toContain("tick 5");
  expect(await browser.page.getByTestId("logs").locator("span.text-bad").innerText()).toContain("oh");
  await browser.page.getByTestId("cancel").click();
  expect((await endOnPage(browser.page)).status).toBe("CANCELLED");
  expect(await text("logs")).toMatch(/^first\noh\ntick 0\n/);
  expect(await browser.page.getByTestId("cancel").count()).toBe(0);
});

test("a mistake in the arguments is told before anything is sent", async () => {
  await browser.page.getByTestId("args").fill("[2,");
  await expect.poll(() => browser.page.getByText(/Not JSON/).isVisible()).toBe(true);
  expect(await browser.page.getByTestId("run").isDisabled()).toBe(true);
});

test("nothing on the way broke the content security policy or complained", () => {
  expect(browser.complaints).toEqual([]);
});
