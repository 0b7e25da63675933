import { expect, test } from "vitest";

import { renderBanner } from "./banner.ts";

const ports = { api: 8000, web: 5173, workerHealth: 8081, mongo: 27017, redis: 6379 };

test("has a line to try that a shell passes on as valid JSON", () => {
  const line = renderBanner({ ports, web: true, readyAfterMs: 1_000 })
    .split("\n")
    .find((text) => text.includes("curl"));
  const body = /-d '([^']*)'$/.exec(line ?? "")?.[1];
  expect(JSON.parse(body ?? "")).toMatchObject({ args: [2, 3] });
});

test("leaves the page out when it isn't started, and never shows the key", () => {
  const text = renderBanner({ ports, web: false, apiKey: "secret", readyAfterMs: 1_000 });
  expect(text).not.toContain("5173");
  expect(text).not.toContain("secret");
  expect(text).toContain("$API_KEY");
});
