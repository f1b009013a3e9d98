import type { ApprovalPolicy } from "@cordon/core/approval";
import { ruleId } from "@cordon/core/kernel";
import {
  type ArgumentMapping,
  type Calendar,
  isCalendarName,
  kinded,
  type Rule,
  type RuleAction,
  type RuleLimits,
  type TargetStep,
  type WhenNode,
} from "@cordon/core/rules";
import type { z } from "zod";
import { durationMs } from "./duration.ts";
import type {
  approvalSchema,
  limitsSchema,
  RuleInput,
  ruleActionSchema,
  targetStepSchema,
} from "./rule-file-schema.ts";
import type { whenSchema } from "./when-schema.ts";

/** A rule of the file, of which the shape was checked, as the core's rule; it takes along the calendars that it names. */
export function toRule(input: RuleInput, calendars: Readonly<Record<string, Calendar>>): Rule {
  const when = toWhen(input.when);
  const named = calendarsIn(when);
  // With a name that is not there, the rule is refused; all names are then good for the suggestion.
  const isWhole = named.every((name) => Object.hasOwn(calendars, name));
  const taken = isWhole ? named : Object.keys(calendars);
  const used = Object.fromEntries(taken.map((name) => [name, calendars[name] as Calendar]));
  return {
    id: ruleId(input.id),
    name: input.name,
    ...optional({ description: input.description, owner: input.owner, labels: input.labels, chain: input.chain }),
    mode: input.mode,
    priority: input.priority,
    continue: input.continue,
    when,
    target: input.target.map(toTargetStep),
    actions: input.actions.map(toAction),
    limits: toLimits(input.limits),
    ...(input.approval === undefined ? {} : { approval: toApproval(input.approval) }),
    ...(taken.length === 0 ? {} : { calendars: used }),
  };
}

function toApproval({ need, of, timeout, onTimeout, notAuthor }: z.output<typeof approvalSchema>): ApprovalPolicy {
  const timeoutMs = timeout === undefined ? undefined : durationMs(timeout);
  return { need, onTimeout, notAuthor, ...optional({ of, timeoutMs }) };
}

function toLimits({ coolDown, coolDownGrowth, maxActions, maxSiteShare }: z.output<typeof limitsSchema>): RuleLimits {
  return optional({
    coolDownMs: coolDown === undefined ? undefined : durationMs(coolDown),
    coolDownGrowth: coolDownGrowth && {
      factor: coolDownGrowth.factor,
      maxMs: durationMs(coolDownGrowth.upTo),
      forgetAfterMs: durationMs(coolDownGrowth.forgetAfter),
    },
    maxActions: maxActions && { count: maxActions.count, windowMs: durationMs(maxActions.within) },
    maxSiteShare: maxSiteShare && {
      share: Number(maxSiteShare.share.slice(0, -1)) / 100,
      windowMs: durationMs(maxSiteShare.within),
    },
  });
}

function toWhen(node: z.output<typeof whenSchema>): WhenNode {
  if (node.all !== undefined) return { all: node.all.map(toWhen) };
  if (node.any !== undefined) return { any: node.any.map(toWhen) };
  if (node.not !== undefined) return { not: toWhen(node.not) };
  if (node.count !== undefined) {
    const { of, within, by, distinct, atLeast } = node.count;
    return { count: { of: toWhen(of), windowMs: durationMs(within), ...optional({ by, distinct }), atLeast } };
  }
  // The members fit one of the other forms; zod writes `?: T | undefined` where ours says `?: T`.
  return optional(node) as unknown as WhenNode;
}

/** The names of calendars that a tree asks for; sorted, so that equal rules are equal. */
function calendarsIn(node: WhenNode): readonly string[] {
  const found = new Set<string>();
  const visit = (at: WhenNode): void => {
    const known = kinded(at);
    if (known.kind === "all" || known.kind === "any") for (const child of known.nodes) visit(child);
    else if (known.kind === "not") visit(known.node);
    else if (known.kind === "count") visit(known.node.count.of);
    else if (known.kind === "condition" && known.node.op === "during") {
      for (const each of [known.node.value].flat()) {
        if (typeof each === "string" && isCalendarName(each)) found.add(each);
      }
    }
  };
  visit(node);
  return [...found].sort();
}

function toTargetStep({ by, field, site }: z.output<typeof targetStepSchema>): TargetStep {
  return { by, field, ...optional({ site }) };
}

function toAction({ kind, arguments: mappings, deadline, onFailure }: z.output<typeof ruleActionSchema>): RuleAction {
  return {
    kind,
    // The same shape; zod writes `?: T | undefined` where ours says `?: T`.
    arguments: mappings as Readonly<Record<string, ArgumentMapping>>,
    ...optional({ deadlineMs: deadline === undefined ? undefined : durationMs(deadline), onFailure }),
  };
}

/** Without the members that are undefined. */
function optional<T extends Record<string, unknown>>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
