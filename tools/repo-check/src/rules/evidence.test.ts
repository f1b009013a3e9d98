import { expect, test } from "vitest";
import { missingEvidence } from "./evidence.ts";

const there = new Set(["packages/core/src/signing", "docs/audit.md"]);
const found = (text: string) =>
  missingEvidence("docs/security.md", text, (named) => there.has(named)).map(({ line, rule }) => [
    line,
    rule.split('"')[1],
  ]);

test("what is there passes, by its path from the root or as a link beside the page", () => {
  expect(
    found("`packages/core/src/signing` ([audit.md](audit.md#keys)), `npm test`, [x](https://example.org/y)"),
  ).toEqual([]);
});

test("a file that was moved, and a page that is gone, are named with their line", () => {
  expect(found("a\n| `apps/gone.test.ts` |\n[gone](gone.md)")).toEqual([
    [2, "apps/gone.test.ts"],
    [3, "docs/gone.md"],
  ]);
});
