import { ruleId } from "@cordon/core/kernel";
import type { ArgumentMapping, Rule, RuleAction, TargetStep, WhenNode } from "@cordon/core/rules";
import type { z } from "zod";
import { durationMs } from "./duration.ts";
import type { RuleInput, ruleActionSchema, targetStepSchema, whenSchema } from "./rule-file-schema.ts";

/** A rule of the file, of which the shape was checked, as the core's rule. */
export function toRule(input: RuleInput): Rule {
  const { coolDown } = input.limits;
  return {
    id: ruleId(input.id),
    name: input.name,
    ...optional({ description: input.description, owner: input.owner, labels: input.labels }),
    mode: input.mode,
    priority: input.priority,
    continue: input.continue,
    when: toWhen(input.when),
    target: input.target.map(toTargetStep),
    actions: input.actions.map(toAction),
    limits: coolDown === undefined ? {} : { coolDownMs: durationMs(coolDown) },
  };
}

function toWhen(node: z.output<typeof whenSchema>): WhenNode {
  if (node.all !== undefined) return { all: node.all.map(toWhen) };
  if (node.any !== undefined) return { any: node.any.map(toWhen) };
  if (node.not !== undefined) return { not: toWhen(node.not) };
  const { field = "", op = "=", value, valueField, ignoreCase } = node;
  return { field, op, ...optional({ value, valueField, ignoreCase }) };
}

function toTargetStep({ by, field, site }: z.output<typeof targetStepSchema>): TargetStep {
  return { by, field, ...optional({ site }) };
}

function toAction({ kind, arguments: mappings, deadline }: z.output<typeof ruleActionSchema>): RuleAction {
  return {
    kind,
    // The same shape; zod writes `?: T | undefined` where ours says `?: T`.
    arguments: mappings as Readonly<Record<string, ArgumentMapping>>,
    ...optional({ deadlineMs: deadline === undefined ? undefined : durationMs(deadline) }),
  };
}

/** Without the members that are undefined. */
function optional<T extends Record<string, unknown>>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
