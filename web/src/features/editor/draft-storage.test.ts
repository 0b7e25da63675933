import { expect, test } from "vitest";
import { parseDraft, readDraft } from "./draft-storage.ts";
import { SAMPLE_CODE } from "./sample.ts";

test("a stored draft comes back, without what doesn't belong to it", () => {
  const draft = { code: "1", args: "[", timeout: "" };
  expect(parseDraft({ ...draft, more: true })).toEqual(draft);
});

test.each([null, undefined, "text", 1, [], { code: "1", args: "[]" }, { code: 1, args: "[]", timeout: "" }])(
  "%j is no draft",
  (stored) => {
    expect(parseDraft(stored)).toBeUndefined();
  },
);

test("without any storage there is the sample", () => {
  expect(readDraft().code).toBe(SAMPLE_CODE);
});
