import type { RuleId } from "@cordon/core/kernel";
import type { CompiledRuleSet, Rule } from "@cordon/core/rules";
import type { RuleFile } from "../ports/rule-sets.ts";
import { diffLines, type LineChange } from "./diff-lines.ts";

/** Two rule sets held against each other as they are written. */
export interface RuleSetDiff {
  /** By what the rules say, whatever their files look like. */
  readonly added: readonly RuleId[];
  readonly removed: readonly RuleId[];
  readonly changed: readonly { readonly ruleId: RuleId; readonly members: readonly string[] }[];
  readonly same: number;
  readonly files: readonly FileDiff[];
}

export interface FileDiff {
  readonly name: string;
  readonly kind: "added" | "removed" | "changed";
  /** As `diff -u` writes them, without the two lines of names; cut off at `DIFF_LINES_MAX`. */
  readonly lines: readonly string[];
  readonly cut: boolean;
}

/** Of one file. Nobody reads more at once, and the files themselves are there. */
export const DIFF_LINES_MAX = 2_000;
/** Lines around a change that tell where it is. */
const CONTEXT = 3;

export interface DiffedSet {
  readonly files: readonly RuleFile[];
  readonly compiled: CompiledRuleSet;
}

export function diffRuleSets(before: DiffedSet | undefined, after: DiffedSet): RuleSetDiff {
  const was = rulesOf(before);
  const is = rulesOf(after);
  const both = [...is.values()].flatMap((rule) => {
    const old = was.get(rule.id);
    return old === undefined ? [] : [{ ruleId: rule.id, members: changedMembers(old, rule) }];
  });
  return {
    added: [...is.keys()].filter((id) => !was.has(id)).sort(),
    removed: [...was.keys()].filter((id) => !is.has(id)).sort(),
    changed: both
      .filter(({ members }) => members.length > 0)
      .sort((left, right) => (left.ruleId < right.ruleId ? -1 : 1)),
    same: both.filter(({ members }) => members.length === 0).length,
    files: diffFiles(before?.files ?? [], after.files),
  };
}

function rulesOf(set: DiffedSet | undefined): ReadonlyMap<RuleId, Rule> {
  return new Map((set?.compiled.rules ?? []).map(({ rule }) => [rule.id, rule]));
}

/** Names of the rule's members that say something else. */
function changedMembers(before: Rule, after: Rule): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const digest = (rule: Rule, name: string) => JSON.stringify(rule[name as keyof Rule]) ?? "";
  return [...names].filter((name) => digest(before, name) !== digest(after, name)).sort();
}

function diffFiles(before: readonly RuleFile[], after: readonly RuleFile[]): readonly FileDiff[] {
  const was = withoutFolder(before);
  const is = withoutFolder(after);
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return names.flatMap((name): readonly FileDiff[] => {
    const old = was.get(name);
    const text = is.get(name);
    if (old === text) return [];
    const kind = old === undefined ? "added" : text === undefined ? "removed" : "changed";
    const lines = hunksOf(diffLines(linesOf(old), linesOf(text)));
    return [{ name, kind, lines: lines.slice(0, DIFF_LINES_MAX), cut: lines.length > DIFF_LINES_MAX }];
  });
}

/** Names without the folder that all of them lie in: the same files may have been published from another place. */
function withoutFolder(files: readonly RuleFile[]): ReadonlyMap<string, string> {
  const folders = files.map(({ name }) => name.split("/").slice(0, -1));
  const [first = []] = folders;
  const differs = first.findIndex((part, index) => folders.some((folder) => folder[index] !== part));
  const shared = differs < 0 ? first.length : differs;
  return new Map(files.map(({ name, text }) => [name.split("/").slice(shared).join("/"), text]));
}

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined || text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

const SIGNS = { same: " ", removed: "-", added: "+" } as const;

/** Changes with the lines around them, each run under its `@@ -line,count +line,count @@`. */
function hunksOf(changes: readonly LineChange[]): readonly string[] {
  const shown: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let index = 0; index < changes.length; ) {
    const first = changes.findIndex(({ kind }, at) => at >= index && kind !== "same");
    if (first < 0) break;
    const start = Math.max(index, first - CONTEXT);
    const end = endOfHunk(changes, first);
    oldLine += start - index;
    newLine += start - index;
    const hunk = changes.slice(start, end);
    const old = hunk.filter(({ kind }) => kind !== "added").length;
    const fresh = hunk.filter(({ kind }) => kind !== "removed").length;
    shown.push(
      `@@ -${oldLine},${old} +${newLine},${fresh} @@`,
      ...hunk.map(({ kind, text }) => `${SIGNS[kind]}${text}`),
    );
    oldLine += old;
    newLine += fresh;
    index = end;
  }
  return shown;
}

/** After the context behind the last change that the one before reaches. */
function endOfHunk(changes: readonly LineChange[], first: number): number {
  let last = first;
  for (let index = first; index < changes.length && index - last <= 2 * CONTEXT; index++) {
    if (changes[index]?.kind !== "same") last = index;
  }
  return Math.min(changes.length, last + CONTEXT + 1);
}
