import { expect, test } from "vitest";

import { shareReads } from "./share-reads.ts";

function countedReads() {
  const reads: string[] = [];
  const answers: Array<PromiseWithResolvers<string>> = [];
  const read = shareReads((id: string, owner: string) => {
    reads.push(`${id} of ${owner}`);
    const answer = Promise.withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  });
  return { read, reads, answers };
}

test("whoever asks while a read is under way gets its answer; the next one reads again", async () => {
  const { read, reads, answers } = countedReads();
  const asked = [read("a", "ann"), read("a", "ann")];
  answers[0]?.resolve("first");
  expect(await Promise.all(asked)).toEqual(["first", "first"]);
  const later = read("a", "ann");
  answers[1]?.resolve("second");
  expect(await later).toBe("second");
  expect(reads).toEqual(["a of ann", "a of ann"]);
});

test("nothing is shared between keys", async () => {
  const { read, reads, answers } = countedReads();
  const asked = [read("a", "ann"), read("a", "bob"), read("b", "ann")];
  for (const [n, answer] of answers.entries()) answer.resolve(String(n));
  expect(await Promise.all(asked)).toEqual(["0", "1", "2"]);
  expect(reads).toEqual(["a of ann", "a of bob", "b of ann"]);
});

test("a failure is everybody's, and isn't kept", async () => {
  const { read, answers } = countedReads();
  const asked = [read("a", "ann"), read("a", "ann")];
  answers[0]?.reject(new Error("away"));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const later = read("a", "ann");
  answers[1]?.resolve("back");
  expect(await later).toBe("back");
});
