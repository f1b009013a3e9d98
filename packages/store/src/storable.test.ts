import { expect, test } from "vitest";
import { storableJson, storableText } from "./storable.ts";

test("text without oddities is left as it is", () => {
  const value = { path: "C:\\u0000folder\\ud800", emoji: "😀", list: [1, null, "ä"] };
  expect(JSON.parse(storableJson(value))).toEqual(value);
  expect(storableText("ä😀")).toBe("ä😀");
});

test("NUL and half pairs become replacement characters, in values and in names, at any depth", () => {
  expect(JSON.parse(storableJson({ "a\0": ["\ud800x", { b: "\0" }] }))).toEqual({
    "a\ufffd": ["\ufffdx", { b: "\ufffd" }],
  });
  expect(storableText("\0\udc00")).toBe("\ufffd\ufffd");
});
