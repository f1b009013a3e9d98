import { expect, test } from "vitest";
import { type CorrelationEvent, KUMA_CATALOGUE } from "../event/index.ts";
import { epochMs, eventId, ruleId, tenantId } from "../kernel/index.ts";
import { compileRules } from "./compile-rules.ts";
import { explain } from "./explain.ts";
import { explainStored } from "./explain-stored.ts";
import { RULE_FEATURES } from "./facts.ts";
import type { Rule } from "./rule.ts";
import type { WhenNode } from "./when.ts";

const lists = {
  names: ["banned"],
  shapeOf: (name: string) =>
    name === "banned" ? ({ kind: "activeList", keyParts: 1, columns: [] } as const) : undefined,
};

function compiled(...whens: readonly (WhenNode | Partial<Rule>)[]) {
  const rules = whens.map((given, index): Rule => {
    const parts = "when" in given ? given : { when: given as WhenNode };
    return {
      id: ruleId(`r${index}`),
      name: "A rule",
      mode: "enforce",
      priority: 0,
      continue: true,
      when: { all: [] },
      target: [{ by: "hostName", field: "DestinationHostName" }],
      actions: [{ kind: "onDemandScan", arguments: {} }],
      limits: {},
      ...parts,
    };
  });
  const regex = { compile: () => ({ ok: false, problem: "none here" }) as const };
  const made = compileRules(rules, { regex, catalogue: KUMA_CATALOGUE, lists, features: new Set(RULE_FEATURES) });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.ruleSet;
}

const event: CorrelationEvent = {
  tenantId: tenantId("acme"),
  id: eventId("e1"),
  name: "R001",
  timestamp: epochMs(1),
  fields: { Name: "R001", FileName: "a.exe" },
};
const named: WhenNode = { field: "Name", op: "=", value: "R001" };
const other: WhenNode = { field: "Name", op: "=", value: "other" };
const banned: WhenNode = { op: "inActiveList", list: "banned", key: ["FileName"] };
const counted: WhenNode = { count: { of: named, windowMs: 60_000, atLeast: 5 } };
const nothingMet = new Set<ReturnType<typeof ruleId>>();

test("[R30] of what asks the event alone it says the same as an explanation on the spot", () => {
  const rules = compiled(other, { all: [named, other] }, { any: [other, other] }, { not: named });
  const spot = explain(rules, event);
  expect(explainStored(rules, event, nothingMet)).toEqual(spot);
});

test("[R30] a clause that fails for certain is named, whatever a list said", () => {
  expect(explainStored(compiled({ all: [banned, other] }), event, nothingMet)).toEqual([
    {
      ruleId: "r0",
      kind: "not_matched",
      clause: { path: ["when", "all", 1], message: "Name = 'other' fails: Name is \"R001\"." },
    },
  ]);
});

test("[R30] a single open clause failed, because everything else holds", () => {
  const [answer] = explainStored(compiled({ all: [named, banned] }), event, nothingMet);
  expect(answer).toMatchObject({ kind: "not_matched", clause: { path: ["when", "all", 1] } });
  expect(answer?.kind === "not_matched" && answer.clause.message).toMatch(
    /^It did not hold, for everything else does\. inActiveList\('banned', FileName\): what the list said then is not stored; FileName is "a\.exe"\.$/,
  );
});

test("[R30] several open clauses are all named, and none of them is guessed", () => {
  const [answer] = explainStored(compiled({ all: [banned, counted] }), event, nothingMet);
  expect(answer).toMatchObject({
    kind: "not_known",
    clauses: [{ path: ["when", "all", 0] }, { path: ["when", "all", 1] }],
  });
});

test("[R30] what decisions prove is believed, also of a rule that asks lists", () => {
  const rules = compiled({ when: banned, continue: false }, named);
  expect(explainStored(rules, event, new Set([ruleId("r0")]))).toEqual([
    { ruleId: "r0", kind: "matched" },
    { ruleId: "r1", kind: "stopped", by: "r0" },
  ]);
});

test("[R30] a rule that holds by the event alone and has no decision is said to be unrecorded", () => {
  expect(explainStored(compiled(named), event, nothingMet)).toMatchObject([{ ruleId: "r0", kind: "unrecorded" }]);
});

test("[R30] negation of an open clause stays open, and of a failing one holds", () => {
  expect(explainStored(compiled({ not: banned }), event, nothingMet)).toMatchObject([{ kind: "not_matched" }]);
  expect(explainStored(compiled({ not: other }), event, nothingMet)).toMatchObject([{ kind: "unrecorded" }]);
});
