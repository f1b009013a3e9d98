import { nearestName, type RulePath } from "@cordon/core/rules";
import * as z from "zod";
import { label } from "../api/brakes.ts";
import { DEFAULT_RULE_ROLLOUT_POLICY, type RuleRolloutPolicy, ruleRolloutPolicy } from "../api/rule-rollouts.ts";
import { DURATION, durationMs } from "../rules/duration.ts";
import { readYaml } from "../rules/read-yaml.ts";
import { printPath, type RuleFile, type RuleFileProblem, withSuggestion } from "../rules/rule-file-problem.ts";

const seconds = z
  .string()
  .regex(DURATION, "must be a duration like 30m, 4h or 7d")
  .transform((text) => durationMs(text) / 1_000);
const PERCENT = /^(\d{1,3}(?:\.\d{1,4})?)%$/;
/** `25%`, or a part of one. */
const part = z.union([
  z.number().min(0).max(1),
  z
    .string()
    .regex(PERCENT, "must be a share like 5% or 0.5%")
    .transform((text) => Number(PERCENT.exec(text)?.[1]) / 100),
]);

const waveSchema = z.strictObject({
  sites: z.array(z.string()).min(1).optional(),
  labels: z.array(label).min(1).optional(),
  share: part.optional(),
  soak: seconds,
});
const sampleMin = z.int().min(0).optional();
const countGate = z.strictObject({ max: z.number().min(0), sampleMin });
const shareGate = z.strictObject({ max: part, sampleMin });
const releasesGate = shareGate.extend({ within: seconds.optional() });
/** `false`: not asked. */
const orOff = <T extends z.ZodType>(gate: T) => z.union([z.literal(false), gate]).optional();
const gatesSchema = z.strictObject({
  isolations: orOff(countGate),
  releases: orOff(releasesGate),
  unknown: orOff(shareGate),
  budget: orOff(shareGate),
});
const fileSchema = z.strictObject({
  waves: z.array(waveSchema).min(1).optional(),
  gates: gatesSchema.optional(),
  onBad: z.enum(["pause", "rollback"]).optional(),
  extendMax: seconds.optional(),
});

export type LoadedRolloutFile =
  | { readonly ok: true; readonly policy: RuleRolloutPolicy }
  /** In the order of the file; nothing of it may be used. */
  | { readonly ok: false; readonly problems: readonly RuleFileProblem[] };

/** Reads how a rollout is to go; what it does not say is as by default. All mistakes are named with their place. */
export function loadRolloutFile(file: RuleFile): LoadedRolloutFile {
  const yaml = readYaml(file);
  if (yaml.problems.length > 0) return { ok: false, problems: yaml.problems };
  const parsed = fileSchema.safeParse(yaml.value ?? {});
  if (parsed.success) {
    const checked = ruleRolloutPolicy.safeParse(toPolicy(parsed.data));
    if (checked.success) return { ok: true, policy: checked.data };
    return { ok: false, problems: problemsOf(checked.error.issues) };
  }
  return { ok: false, problems: problemsOf(parsed.error.issues) };

  function problemsOf(issues: readonly z.core.$ZodIssue[]): readonly RuleFileProblem[] {
    const problems = issues.flatMap(explain).map(({ path, at, message }): RuleFileProblem => {
      const code = at === "key" ? "unknown_key" : "bad_shape";
      return { file: file.name, ...yaml.position(path, at), path: printPath(path), code, message };
    });
    return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
  }
}

function toPolicy({ waves, gates = {}, onBad, extendMax }: z.output<typeof fileSchema>): RuleRolloutPolicy {
  const { gates: usual, ...otherwise } = DEFAULT_RULE_ROLLOUT_POLICY;
  const { within, ...releases } = gates.releases || {};
  return {
    waves: waves?.map(({ soak, ...wave }) => ({ ...wave, soakSeconds: soak })) ?? otherwise.waves,
    gates: {
      ...(gates.isolations === false ? {} : { isolations: merged(usual.isolations, gates.isolations) }),
      ...(gates.releases === false
        ? {}
        : {
            releases: merged(usual.releases, {
              ...releases,
              ...(within === undefined ? {} : { withinSeconds: within }),
            }),
          }),
      ...(gates.unknown === false ? {} : { unknown: merged(usual.unknown, gates.unknown) }),
      ...(gates.budget === false ? {} : { budget: merged(usual.budget, gates.budget) }),
    },
    onBad: onBad ?? otherwise.onBad,
    extendSecondsMax: extendMax ?? otherwise.extendSecondsMax,
  };
}

function merged<T extends object>(usual: T | undefined, own: object = {}): T {
  return { ...usual, ...own } as T;
}

interface Explained {
  readonly path: RulePath;
  readonly at: "key" | "value";
  readonly message: string;
}

function explain(issue: z.core.$ZodIssue): readonly Explained[] {
  const path: RulePath = issue.path.filter((step) => typeof step !== "symbol");
  const value = (message: string): readonly Explained[] => [{ path, at: "value", message }];
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: "key",
      message: withSuggestion(
        `there is no member "${key.slice(0, 80)}" here; known: ${known.join(", ")}`,
        nearestName(key, known),
      ),
    }));
  }
  if (issue.code === "invalid_union") {
    // The branch that took the value for what it is says what is wrong inside of it.
    const inner = issue.errors.find((branch) =>
      branch.some(({ path: below, code }) => below.length > 0 || code === "unrecognized_keys"),
    );
    if (inner !== undefined) return inner.flatMap((nested) => explain({ ...nested, path: [...path, ...nested.path] }));
    return value(
      path[0] === "gates" && path.length === 2 ? "must be a gate, or false to turn it off" : "must be a share like 5%",
    );
  }
  if (issue.code === "invalid_type" && issue.input === undefined) return value(`\`${path.at(-1)}\` is missing`);
  return value(issue.message);
}

function knownKeys([section, name]: RulePath): readonly string[] {
  if (section === "waves") return Object.keys(waveSchema.shape);
  if (section !== "gates") return Object.keys(fileSchema.shape);
  if (name === undefined) return Object.keys(gatesSchema.shape);
  return Object.keys((name === "releases" ? releasesGate : countGate).shape);
}
