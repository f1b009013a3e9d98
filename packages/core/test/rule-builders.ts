import { type CorrelationEvent, type FieldValue, KUMA_CATALOGUE } from "../src/event/index.ts";
import { epochMs, eventId, ruleId, tenantId } from "../src/kernel/index.ts";
import { type CompiledRuleSet, compileRules, type Rule, type WhenNode } from "../src/rules/index.ts";
import { re2Engine } from "./re2-engine.ts";

export const CAUSE: WhenNode = { field: "Name", op: "=", value: "alarm" };

export function aRule(id: string, change: Partial<Rule> = {}): Rule {
  return {
    id: ruleId(id),
    name: id,
    mode: "enforce",
    priority: 500,
    continue: true,
    when: CAUSE,
    target: [{ by: "fqdn", field: "DestinationHostName" }],
    actions: [{ kind: "onDemandScan", arguments: {} }],
    limits: {},
    ...change,
  };
}

export function anEvent(fields: Readonly<Record<string, FieldValue>>, id = "event-1"): CorrelationEvent {
  return { tenantId: tenantId("acme"), id: eventId(id), name: "alarm", timestamp: epochMs(1_772_442_847_123), fields };
}

export const COMPILE_OPTIONS = { regex: re2Engine, catalogue: KUMA_CATALOGUE };

export function compiled(rules: readonly Rule[]): CompiledRuleSet {
  const compilation = compileRules(rules, COMPILE_OPTIONS);
  if (!compilation.ok) throw new Error(compilation.problems.map(({ message }) => message).join("\n"));
  return compilation.ruleSet;
}
