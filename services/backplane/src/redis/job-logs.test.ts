import { afterAll, beforeAll, expect, test } from "vitest";

import type { LogEntry } from "../ports/index.ts";
import { openTestBackplane } from "../testing/index.ts";
import type { TestBackplane } from "../testing/index.ts";

const BEGINNING = { attempt: 0, offset: 0 };
let backplane: TestBackplane;
beforeAll(async () => void (backplane = await openTestBackplane()));
afterAll(() => backplane.close());

/** Pieces of one character each, from one place to another. */
const pieces = (from: number, to: number): LogEntry[] =>
  Array.from({ length: to - from }, (_, n) => ({
    end: { attempt: 1, offset: from + n + 1 },
    stream: n % 2 === 0 ? "stdout" : "stderr",
    text: "x",
  }));

test("a log of very many pieces keeps the newest of them", async () => {
  const id = "0123456789abcdef01234567";
  for (let from = 0; from < 25_000; from += 5_000) await backplane.logs.append(id, pieces(from, from + 5_000));
  const length = await backplane.redis.xlen(`${backplane.redisPrefix}:job-logs:${id}`);
  expect(length).toBeGreaterThanOrEqual(20_000);
  expect(length).toBeLessThan(20_200);
  expect(await backplane.logs.length(id, 1)).toBe(25_000);
  const [oldest] = await backplane.logs.read(id, BEGINNING, 1);
  expect(oldest?.end.offset).toBe(25_000 - length + 1);
});

test("what isn't behind the last piece is refused", async () => {
  const id = "0123456789abcdef01234568";
  await backplane.logs.append(id, pieces(0, 3));
  await expect(backplane.logs.append(id, pieces(1, 2))).rejects.toThrow(/equal or smaller/);
  expect(await backplane.logs.read(id, BEGINNING, 10)).toEqual(pieces(0, 3));
});
