import { type ActionKind, ARGUMENT_NAMES, parseActionArgs } from "../action/index.ts";
import { literalValue } from "./argument-forms.ts";
import { checkMapping } from "./check-mapping.ts";
import { below, type CompileContext, type Report } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import { nearestName } from "./nearest-name.ts";
import type { RulePath } from "./problem.ts";
import { type ArgumentMapping, isFieldMapping, type Rule, type RuleAction } from "./rule.ts";

/** Checks the actions of a rule: every argument exists, every mapped field too, and every literal fits. */
export function checkActions({ actions, chain }: Rule, context: CompileContext, report: Report): void {
  if (actions.length === 0) report(["actions"], "bad_operand", "a rule needs at least one action");
  if (actions.length > LIMITS.actionsMax) {
    report(["actions"], "limit", `the rule has ${actions.length} actions; at most ${LIMITS.actionsMax}`);
  }
  if (chain !== undefined && actions.length === 1) {
    report(["chain"], "bad_operand", "a chain needs at least two actions; with one there is no order");
  }
  for (const [index, action] of actions.entries()) {
    if (chain === undefined && action.onFailure !== undefined) {
      const message = "without a chain no action waits for another; add `chain: inOrder` to the rule, or remove it";
      report(["actions", index, "onFailure"], "bad_operand", message);
    }
    checkAction(action, context, below(report, "actions", index));
  }
}

function checkAction(action: RuleAction, context: CompileContext, report: Report): void {
  const { kind, deadlineMs } = action;
  if (deadlineMs !== undefined && (deadlineMs < LIMITS.deadlineMsMin || deadlineMs > LIMITS.deadlineMsMax)) {
    report(["deadline"], "limit", "must be between 1 minute and 30 days");
  }
  const known = ARGUMENT_NAMES[kind];
  const sample: Record<string, unknown> = {};
  for (const [name, mapping] of Object.entries(action.arguments)) {
    const path = ["arguments", name];
    if (!known.includes(name)) {
      const list = known.length === 0 ? `${kind} takes none` : `${kind} takes ${known.join(", ")}`;
      report(
        path,
        "unknown_argument",
        `there is no argument "${name.slice(0, 80)}"; ${list}`,
        nearestName(name, known),
      );
      continue;
    }
    checkMapping(kind, name, mapping, context, below(report, ...path));
    sample[name] = sampleOf(kind, name, mapping);
  }
  const parsed = parseActionArgs(kind, sample);
  if (parsed.ok) return;
  for (const { argument, problem } of parsed.problems) {
    report(argumentPath(argument, action), "bad_argument", `argument \`${argument}\` of ${kind} ${problem}`);
  }
}

/** A value that each argument takes, standing in for what an event will bring: so the literals beside it can be judged. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  path: "C:\\sample.exe",
  md5: "0".repeat(32),
  sha256: "0".repeat(64),
  searchInSubfolders: true,
  durationSeconds: 3_600,
  holdSeconds: 3_600,
  pid: 4,
};

function sampleOf(kind: ActionKind, name: string, mapping: ArgumentMapping): unknown {
  if (Array.isArray(mapping)) return mapping.map((item) => sampleOf(kind, name, item));
  if (!isFieldMapping(mapping)) return literalValue(name, mapping);
  if (name === "indicators") return { type: "domain", value: "sample.example" };
  if (name === "exclusions") return {};
  return SAMPLES[name] ?? "sample";
}

/** `indicators[2].value` as a path into the rule, as deep as the rule has it. */
function argumentPath(argument: string, action: RuleAction): RulePath {
  const path: (string | number)[] = ["arguments"];
  let at: unknown = action.arguments;
  for (const part of argument.split(/[.[\]]+/).filter((each) => each !== "")) {
    const step = Array.isArray(at) ? Number(part) : part;
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) break;
    path.push(step);
    at = (at as Record<string | number, unknown>)[step];
  }
  return path.length === 1 && Object.keys(action.arguments).length === 0 ? [] : path;
}
