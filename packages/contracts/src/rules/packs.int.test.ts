import { readdirSync, readFileSync } from "node:fs";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { epochMs, tenantId } from "@cordon/core/kernel";
import { mapArguments } from "@cordon/core/planning";
import { evaluate, explain } from "@cordon/core/rules";
import { describe, expect, it } from "vitest";
import { parseEventBody } from "../events/index.ts";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { printRuleFileProblem } from "./rule-file-problem.ts";

/** What a plain installation takes: no feature is asked for. */
const OPTIONS = { regex: re2Engine, catalogue: KUMA_CATALOGUE };
const FOLDER = new URL("../../../../examples/rules/packs/", import.meta.url);
const packs = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml") && !name.endsWith(".test.yaml"))
  .map((name) => name.replace(".yaml", ""));

const read = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const load = (...names: readonly string[]) =>
  loadRuleFiles(
    names.map((name) => ({ name: `${name}.yaml`, text: read(`${name}.yaml`) })),
    OPTIONS,
  );

describe("the rule packs", () => {
  it("fit into one set", () => {
    const all = load(...packs);
    expect(all.ok ? [] : all.problems.map(printRuleFileProblem)).toEqual([]);
    expect(packs.length).toBeGreaterThanOrEqual(5);
  });

  it.each(packs)("%s: every rule observes first, may not repeat itself at once, and says whom to ask", (pack) => {
    const loaded = load(pack);
    for (const rule of loaded.ok ? loaded.rules : []) {
      expect([rule.id, rule.mode, rule.owner === undefined]).toEqual([rule.id, "observe", false]);
      expect(rule.limits.coolDownMs ?? 0, rule.id).toBeGreaterThanOrEqual(300_000);
      expect(rule.labels, rule.id).toMatchObject({ pack });
    }
  });

  it.each(packs)("%s: its events meet exactly the rules that they are for, and every rule is met by one", (pack) => {
    const loaded = load(pack);
    if (!loaded.ok) throw new Error(loaded.problems.map(printRuleFileProblem).join("\n"));
    const body = parseEventBody(read(`${pack}.events.ndjson`), { tenantId: tenantId("acme"), receivedAt: epochMs(1) });
    if (body.kind !== "parsed") throw new Error("the events are refused");
    expect(body.bad).toEqual([]);
    const met = new Set<string>();
    for (const { event } of body.events) {
      const { matches } = evaluate(loaded.ruleSet, event);
      const wanted = String(event.fields["Extra.expect"])
        .split(" ")
        .filter((id) => id !== "none");
      const why = JSON.stringify(explain(loaded.ruleSet, event), null, 1);
      expect(matches.map(({ rule }) => rule.id).sort(), `${event.name}\n${why}`).toEqual(wanted.sort());
      for (const { rule } of matches) {
        met.add(rule.id);
        for (const action of rule.actions) {
          expect(mapArguments(action, event), `${event.name}: ${rule.id}`).toMatchObject({ kind: "mapped" });
        }
      }
    }
    expect([...met].sort()).toEqual(loaded.rules.map(({ id }) => id).sort());
  });
});
