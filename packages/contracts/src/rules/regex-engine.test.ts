import { expect, test } from "vitest";
import { re2Engine } from "./regex-engine.ts";

function matches(pattern: string, text: string, ignoreCase = false): boolean {
  const compiled = re2Engine.compile(pattern, { ignoreCase });
  return compiled.ok && compiled.test(text);
}

test("an expression is found anywhere in the text, and case counts unless told otherwise", () => {
  expect(matches("enc\\.exe$", "C:\\Users\\Public\\enc.exe")).toBe(true);
  expect(matches("ENC", "enc")).toBe(false);
  expect(matches("ENC", "enc", true)).toBe(true);
});

test("a pattern that needs backtracking or is broken is refused with the reason, never run", () => {
  for (const pattern of ["(a)\\1", "(?=a)", "(", "[z-a]"]) {
    expect(re2Engine.compile(pattern, { ignoreCase: false })).toEqual({ ok: false, problem: expect.any(String) });
  }
});

test("a pattern made to explode takes linear work: a million characters end", () => {
  expect(matches("^(a+)+$", `${"a".repeat(1_000_000)}b`)).toBe(false);
});
