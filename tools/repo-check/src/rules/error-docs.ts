import { readFileSync } from "node:fs";
import path from "node:path";
import { ERROR_CODES, isErrorCode } from "@cordon/core/kernel";
import { renderErrorDocs } from "../render-error-docs.ts";
import { lineOf, type Rule, type Violation } from "../violation.ts";
import type { SourceFile } from "../workspace.ts";

export const ERROR_DOCS = "docs/errors.md";

/** docs/errors.md is the code table for people; it is rendered, so both directions are one comparison. */
export const errorDocsRule: Rule = ({ root, sources }) => {
  const found = readFileSync(path.join(root, ERROR_DOCS), "utf8");
  const unused = unusedCodes(sources);
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
  return [...stale, ...unused];
};

/** A code that nothing raises is a promise that nothing keeps. */
function unusedCodes(sources: readonly SourceFile[]): readonly Violation[] {
  const table = sources.find(({ file }) => file === "packages/core/src/kernel/error-codes.ts");
  if (table === undefined) return [];
  const used = new Set<string>();
  for (const { file, text, isTest } of sources) {
    if (file === table.file || isTest) continue;
    for (const [, code] of text.matchAll(/["'`]([a-z_]+\.[a-z_]+)["'`]/g))
      if (code !== undefined && isErrorCode(code)) used.add(code);
  }
  return Object.keys(ERROR_CODES)
    .filter((code) => !used.has(code))
    .map((code) => ({
      file: table.file,
      line: lineOf(table.text, table.text.indexOf(`"${code}"`)),
      rule: `"${code}" is raised nowhere: remove it`,
    }));
}

function firstDifference(found: string): number {
  const expected = renderErrorDocs().split("\n");
  return found.split("\n").findIndex((line, index) => line !== expected[index]) + 1;
}
