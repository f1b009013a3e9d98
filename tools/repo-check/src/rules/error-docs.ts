import { readFileSync } from "node:fs";
import path from "node:path";
import { isErrorCode } from "@cordon/core/kernel";
import { renderErrorDocs } from "../render-error-docs.ts";
import { lineOf, type Rule, type Violation } from "../violation.ts";
import type { SourceFile } from "../workspace.ts";

export const ERROR_DOCS = "docs/errors.md";

/** docs/errors.md is the code table for people; it is rendered, so both directions are one comparison. */
export const errorDocsRule: Rule = ({ root, sources }) => {
  const found = readFileSync(path.join(root, ERROR_DOCS), "utf8");
  const misused = misusedCodes(sources);
  const stale =
    found === renderErrorDocs()
      ? []
      : [
          {
            file: ERROR_DOCS,
            line: firstDifference(found),
            rule: "differs from the code table: run `npm run docs:errors` and commit it",
          },
        ];
  return [...stale, ...misused];
};

const TABLE = "packages/core/src/kernel/error-codes/";
const ROW = /^ {2}"([a-z_]+\.[a-z_]+)": \{/gm;

/** A code that nothing raises is a promise that nothing keeps; one that stands twice is two, and the later one would win unseen. */
function misusedCodes(sources: readonly SourceFile[]): readonly Violation[] {
  const used = new Set<string>();
  const rows = new Map<string, Violation>();
  const twice: Violation[] = [];
  for (const { file, text, isTest } of sources) {
    if (file.startsWith(TABLE)) {
      for (const { 1: code = "", index } of text.matchAll(ROW)) {
        const place = { file, line: lineOf(text, index) };
        if (rows.has(code)) twice.push({ ...place, rule: `"${code}" stands in the table twice` });
        rows.set(code, { ...place, rule: `"${code}" is raised nowhere: remove it` });
      }
    } else if (!isTest) {
      for (const [, code] of text.matchAll(/["'`]([a-z_]+\.[a-z_]+)["'`]/g))
        if (code !== undefined && isErrorCode(code)) used.add(code);
    }
  }
  return [...twice, ...[...rows].flatMap(([code, unused]) => (used.has(code) ? [] : [unused]))];
}

function firstDifference(found: string): number {
  const expected = renderErrorDocs().split("\n");
  return found.split("\n").findIndex((line, index) => line !== expected[index]) + 1;
}
