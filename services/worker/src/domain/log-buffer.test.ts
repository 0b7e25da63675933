import { expect, test } from "vitest";
import { createLogBuffer } from "./log-buffer.ts";

test("keeps everything up to the limit, in bytes", () => {
  const logs = createLogBuffer(6);
  logs.append("éé");
  logs.append("ab");
  expect(logs.text()).toBe("ééab");
});

test("past the limit it says so once, and keeps nothing more", () => {
  const logs = createLogBuffer(3);
  logs.append("abc");
  logs.append("d");
  logs.append("e");
  expect(logs.text()).toBe("abc\n[output truncated at 3 bytes]\n");
});
