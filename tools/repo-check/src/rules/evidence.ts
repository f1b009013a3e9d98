import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { lineOf, type Rule, type Violation } from "../violation.ts";

const EVIDENCE_DOCS = ["docs/security.md", "docs/asvs.md"] as const;
/** In backquotes, from the root: a file, or a folder without what varies. */
const NAMED = /`((?:apps|packages|tools|docs|proto|examples)\/[^`\s]*)`/g;
/** Links to other pages, beside the page. */
const LINKED = /\]\((?!https?:|#)([^)#\s]+)/g;

/** What the security pages name as evidence exists: a file that is moved or removed takes its claim along. */
export const evidenceRule: Rule = ({ root }) =>
  EVIDENCE_DOCS.flatMap((file) =>
    missingEvidence(file, readFileSync(path.join(root, file), "utf8"), (named) => existsSync(path.join(root, named))),
  );

export function missingEvidence(file: string, text: string, exists: (named: string) => boolean): readonly Violation[] {
  const beside = path.posix.dirname(file);
  const named = [...text.matchAll(NAMED)].map((match) => ({ match, to: match[1] ?? "" }));
  const linked = [...text.matchAll(LINKED)].map((match) => ({ match, to: path.posix.join(beside, match[1] ?? "") }));
  return [...named, ...linked]
    .filter(({ to }) => !exists(to))
    .map(({ match, to }) => ({
      file,
      line: lineOf(text, match.index),
      rule: `"${to}" is named as evidence and is not there: name what shows it now, or take the claim back`,
    }));
}
