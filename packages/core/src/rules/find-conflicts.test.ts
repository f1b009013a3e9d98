import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anEvent, aRule, compiled } from "../../test/rule-builders.ts";
import { KUMA_CATALOGUE } from "../event/index.ts";
import { evaluate } from "./evaluate.ts";
import { findConflicts } from "./find-conflicts.ts";
import type { Rule } from "./rule.ts";
import type { WhenNode } from "./when.ts";

const isolate = (id: string, change: Partial<Rule> = {}) =>
  aRule(id, { actions: [{ kind: "isolateHost", arguments: { durationSeconds: 600 } }], ...change });
const start = (id: string, change: Partial<Rule> = {}) =>
  aRule(id, { actions: [{ kind: "startProcess", arguments: { path: "c:\\x.exe" } }], ...change });

const codes = (rules: readonly Rule[]) => findConflicts(rules, KUMA_CATALOGUE).found.map(({ code }) => code);
const name = (value: string): WhenNode => ({ field: "Name", op: "=", value });

describe("conflicts of a rule set", () => {
  it("[R31] tells that one rule isolates where the other starts a process, with both places", () => {
    const [conflict] = findConflicts([isolate("a"), start("b")], KUMA_CATALOGUE).found;
    expect(conflict).toMatchObject({
      code: "actions_collide",
      ruleIndex: 1,
      path: ["actions", 0, "kind"],
      otherIndex: 0,
      otherPath: ["actions", 0, "kind"],
    });
    expect(conflict?.message).toContain('rule "a" orders isolateHost and "b" orders startProcess on the same host');
  });

  it("[R31] says nothing of rules that no event meets together, that find another host, or that only observe", () => {
    expect(codes([isolate("a", { when: name("x") }), start("b", { when: name("y") })])).toEqual([]);
    const elsewhere = [{ by: "fqdn", field: "SourceHostName" }] as const;
    expect(codes([isolate("a"), start("b", { target: elsewhere })])).toEqual([]);
    const at = (site: string) => [{ by: "fqdn", field: "DestinationHostName", site }] as const;
    expect(codes([isolate("a", { target: at("hq") }), start("b", { target: at("lab") })])).toEqual([]);
    expect(codes([isolate("a"), start("b", { mode: "observe" })])).toEqual([]);
    expect(codes([isolate("a", { priority: 900, continue: false }), start("b")])).toEqual([]);
  });

  it("[R31] a rule whose own actions collide is told to put them in order", () => {
    const both = [...isolate("a").actions, ...start("a").actions];
    expect(codes([aRule("a", { actions: both })])).toEqual(["actions_collide"]);
    expect(codes([aRule("a", { actions: both, chain: "inOrder" })])).toEqual([]);
  });

  it("[R31] tells that equal priorities leave open which rule stops the other", () => {
    expect(codes([aRule("a", { continue: false }), aRule("b")])).toEqual(["order_unclear"]);
    expect(codes([aRule("a", { continue: false, priority: 400 }), aRule("b")])).toEqual([]);
  });

  it("[R31] tells that one rule does at once what the other asks people about", () => {
    expect(codes([isolate("a"), isolate("b", { mode: "hold" })])).toEqual(["approval_bypassed"]);
    const approval = { need: 2, onTimeout: "deny", notAuthor: true } as const;
    expect(codes([isolate("a", { approval }), isolate("b")])).toEqual(["approval_bypassed"]);
    expect(codes([isolate("a", { approval }), isolate("b", { approval })])).toEqual([]);
  });

  it("[R31] what is left out of many is said", () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      index % 2 === 0 ? isolate(`r-${index}`) : start(`r-${index}`),
    );
    const { found, complete } = findConflicts(many, KUMA_CATALOGUE);
    expect([found.length, complete]).toEqual([100, false]);
  });

  it("[R31] two rules that one event meets are never taken for such that none does", () => {
    const leaf = fc.record({
      field: fc.constantFrom("Name", "FileName"),
      op: fc.constant("=" as const),
      value: fc.constantFrom("a", "b", "A"),
      ignoreCase: fc.boolean(),
    });
    const tree = fc.letrec<{ node: WhenNode }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.record({ all: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ any: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ not: tie("node") }),
      ),
    })).node;
    fc.assert(
      fc.property(
        tree,
        tree,
        fc.constantFrom("a", "b", "A"),
        fc.constantFrom("a", "b", "A"),
        (one, two, Name, FileName) => {
          const rules = [isolate("a", { when: one }), start("b", { when: two })];
          const { matches } = evaluate(compiled(rules), anEvent({ Name, FileName }));
          if (matches.length === 2) expect(codes(rules)).toContain("actions_collide");
        },
      ),
    );
  });
});
