import type { FieldCatalogue } from "@cordon/core/event";
import {
  type Calendar,
  type CompiledRuleSet,
  type CompileOptions,
  compileRules,
  findConflicts,
  type Rule,
  type RuleConflict,
  type RulePath,
  type RuleProblem,
} from "@cordon/core/rules";
import { type DefinedCalendar, definedCalendars, readCalendars } from "./calendars.ts";
import { readCodes } from "./code-when.ts";
import { contentHash } from "./content-hash.ts";
import { type Place, readYaml } from "./read-yaml.ts";
import { printPath, type RuleFile, type RuleFileProblem, withSuggestion } from "./rule-file-problem.ts";
import { ruleSchema } from "./rule-file-schema.ts";
import { isObject, shapeProblems } from "./schema-problems.ts";
import { withStandIns } from "./stand-in.ts";
import { toRule } from "./to-rule.ts";

export const RULE_FILE_LIMITS = {
  filesMax: 200,
  /** Nobody mends more at once; the rest shows up in the next run. */
  problemsMax: 200,
  /** Of the file's value: `when` may nest 16 deep, with two levels each, below five. */
  depthMax: 48,
} as const;

export type LoadedRules =
  | {
      readonly ok: true;
      readonly rules: readonly Rule[];
      readonly ruleSet: CompiledRuleSet;
      /** Of what the rules say, whatever their files look like: equal sets have equal hashes. */
      readonly contentHash: string;
      /** What the rules may do against each other: no mistakes. Looked for when it is asked, for it takes a while in a large set. */
      conflicts(): readonly RuleFileProblem[];
    }
  /** Sorted by file and place. Nothing of the set may be used. */
  | { readonly ok: false; readonly problems: readonly RuleFileProblem[] };

/** Reads, checks and compiles the files of one rule set; one mistake refuses all of it, and all mistakes are named. */
export function loadRuleFiles(files: readonly RuleFile[], options: CompileOptions): LoadedRules {
  const { placed, problems } = readFiles(files, options.catalogue);
  const compilation = compileRules(
    placed.map(({ rule }) => rule),
    options,
  );
  if (!compilation.ok) problems.push(...compilation.problems.map((problem) => placeProblem(problem, placed)));
  if (compilation.ok && problems.length === 0) {
    const rules = placed.map(({ rule }) => rule);
    return {
      ok: true,
      rules,
      ruleSet: compilation.ruleSet,
      contentHash: contentHash(rules),
      conflicts: () => conflictsOf(rules, placed, files, options.catalogue),
    };
  }
  return { ok: false, problems: sorted(problems, files).slice(0, RULE_FILE_LIMITS.problemsMax) };
}

/** The hash that `loadRuleFiles` would give, whether or not the rules compile; undefined: they cannot be read. */
export function contentHashOf(files: readonly RuleFile[], catalogue: FieldCatalogue): string | undefined {
  const { placed, problems } = readFiles(files, catalogue);
  return problems.length === 0 ? contentHash(placed.map(({ rule }) => rule)) : undefined;
}

function readFiles(
  files: readonly RuleFile[],
  catalogue: FieldCatalogue,
): { readonly placed: readonly PlacedRule[]; readonly problems: RuleFileProblem[] } {
  const problems: RuleFileProblem[] = [];
  const beyond = files[RULE_FILE_LIMITS.filesMax];
  if (beyond !== undefined) {
    const message = `the set has ${files.length} files; at most ${RULE_FILE_LIMITS.filesMax}`;
    problems.push({ file: beyond.name, line: 1, column: 1, length: 1, path: "", code: "limit", message });
  }
  const read = files.slice(0, RULE_FILE_LIMITS.filesMax).flatMap((file) => readFile(file, catalogue, problems));
  const calendars = readCalendars(
    read.flatMap((file) => file.calendars),
    problems,
  );
  return { placed: read.flatMap((file) => file.rules.map((make) => make(calendars))), problems };
}

/** A rule and where it stands. */
interface PlacedRule {
  readonly rule: Rule;
  readonly file: RuleFile;
  position(path: RulePath, at?: "key" | "value"): Place;
  readonly path: RulePath;
}

interface ReadFile {
  readonly calendars: readonly DefinedCalendar[];
  /** Rules are made once the calendars of all files are known. */
  readonly rules: readonly ((calendars: Readonly<Record<string, Calendar>>) => PlacedRule)[];
}

function readFile(file: RuleFile, catalogue: FieldCatalogue, problems: RuleFileProblem[]): readonly ReadFile[] {
  const yaml = readYaml(file);
  problems.push(...yaml.problems);
  if (yaml.value === undefined) return [];
  if (!isShallow(yaml.value, RULE_FILE_LIMITS.depthMax)) {
    const message = `the file nests more than ${RULE_FILE_LIMITS.depthMax} deep`;
    problems.push({ file: file.name, ...yaml.position([]), path: "", code: "limit", message });
    return [];
  }
  const { value, codes, mistakes } = readCodes(yaml.value, catalogue);
  for (const { ruleIndex, offset, length, message } of mistakes) {
    const path = ["rules", ruleIndex, "when"];
    const place = yaml.positionInText(path, offset, length);
    problems.push({ file: file.name, ...place, path: printPath(path), code: "bad_code", message });
  }
  /** Of a part of a `when` in code mode: its place in the text. */
  const position = (path: RulePath, at?: "key" | "value"): Place => {
    const [, ruleIndex, member, ...rest] = path;
    const code = member === "when" && typeof ruleIndex === "number" ? codes.get(ruleIndex) : undefined;
    if (code === undefined) return yaml.position(path, at);
    const { offset, length } = code.spanOf(rest);
    return yaml.positionInText(path.slice(0, 3), offset, length);
  };
  const shape = shapeProblems(value);
  for (const { path, at, code, message } of shape) {
    problems.push({ file: file.name, ...position(path, at), path: printPath(path), code, message });
  }
  const raws = isObject(value) && Array.isArray(value.rules) ? value.rules : [];
  const rules = raws.flatMap((raw, index) => {
    const broken = shape
      .filter(({ path }) => path[0] === "rules" && path[1] === index)
      .map(({ path }) => path.slice(2));
    const parsed = ruleSchema.safeParse(broken.length === 0 ? raw : withStandIns(raw, index, broken));
    if (!parsed.success) return [];
    const { data } = parsed;
    return [
      (calendars: Readonly<Record<string, Calendar>>): PlacedRule => ({
        rule: toRule(data, calendars),
        file,
        position,
        path: ["rules", index],
      }),
    ];
  });
  return [{ calendars: definedCalendars(value, file, yaml), rules }];
}

function placeProblem(problem: RuleProblem, placed: readonly PlacedRule[]): RuleFileProblem {
  const at = placed[problem.ruleIndex];
  const message = withSuggestion(problem.message, problem.suggestion);
  if (at === undefined) return { file: "", line: 1, column: 1, length: 1, path: "", code: problem.code, message };
  const path = [...at.path, ...problem.path];
  const place = {
    file: at.file.name,
    ...at.position(path, keyed(problem)),
    path: printPath(path),
    code: problem.code,
  };
  const first = problem.code === "duplicate_id" ? placed.find(({ rule }) => rule.id === problem.ruleId) : undefined;
  if (first === undefined) return { ...place, message };
  return { ...place, message: `${message}, at ${first.file.name}:${first.position([...first.path, "id"]).line}` };
}

function conflictsOf(
  rules: readonly Rule[],
  placed: readonly PlacedRule[],
  files: readonly RuleFile[],
  catalogue: FieldCatalogue,
): readonly RuleFileProblem[] {
  const { found, complete } = findConflicts(rules, catalogue);
  const problems = found.flatMap((conflict) => placeConflict(conflict, placed));
  const last = problems.at(-1);
  if (complete || last === undefined) return sorted(problems, files);
  const message = "there are more pairs of rules than are looked at: mend these and look again";
  return [...sorted(problems, files), { ...last, message }];
}

function placeConflict(
  { ruleIndex, path, otherIndex, otherPath, message }: RuleConflict,
  placed: readonly PlacedRule[],
): readonly RuleFileProblem[] {
  const [at, other] = [placed[ruleIndex], placed[otherIndex]];
  if (at === undefined || other === undefined) return [];
  const whole = [...at.path, ...path];
  const there = other.position([...other.path, ...otherPath]);
  return [
    {
      file: at.file.name,
      ...at.position(whole),
      path: printPath(whole),
      code: "conflict",
      message: `${message} (the other one: ${other.file.name}:${there.line}:${there.column})`,
    },
  ];
}

/** An argument that does not exist is wrong in its name, not in its value. */
function keyed({ code }: RuleProblem): "key" | "value" {
  return code === "unknown_argument" ? "key" : "value";
}

function sorted(problems: readonly RuleFileProblem[], files: readonly RuleFile[]): readonly RuleFileProblem[] {
  const order = new Map(files.map(({ name }, index) => [name, index]));
  const fileOf = ({ file }: RuleFileProblem): number => order.get(file) ?? 0;
  const ordered = problems.toSorted(
    (left, right) => fileOf(left) - fileOf(right) || left.line - right.line || left.column - right.column,
  );
  // A scalar that YAML programs read differently is often also of the wrong type: one of the two says enough.
  const place = ({ file, line, column }: RuleFileProblem): string => `${file}\n${line}:${column}`;
  const unclear = new Set(ordered.filter(({ code }) => code === "bad_yaml").map(place));
  return ordered.filter((problem) => problem.code === "bad_yaml" || !unclear.has(place(problem)));
}

/** Also false for a value that contains itself, which aliases can make. */
function isShallow(value: unknown, depthLeft: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depthLeft > 0 && Object.values(value).every((member) => isShallow(member, depthLeft - 1));
}
