import { readdirSync, readFileSync } from "node:fs";
import { ACTION_KINDS, type ActionKind } from "@cordon/core/action";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { epochMs, tenantId } from "@cordon/core/kernel";
import { evaluate, explain } from "@cordon/core/rules";
import { describe, expect, it } from "vitest";
import { parseEventBody } from "../events/index.ts";
import { ruleFileJsonSchema } from "./json-schema.ts";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { printRuleFileProblem, type RuleFile } from "./rule-file-problem.ts";

const OPTIONS = { regex: re2Engine, catalogue: KUMA_CATALOGUE };

describe("the published JSON Schema", () => {
  it("is the one that the code means (`vitest run <this file> -u` writes it)", async () => {
    await expect(`${JSON.stringify(ruleFileJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      "../../schema/rules.schema.json",
    );
  });
});

const EXAMPLES = new URL("../../../../examples/", import.meta.url);

function exampleFiles(folder: string): readonly RuleFile[] {
  const names = readdirSync(new URL(folder, EXAMPLES), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  return names.map((name) => ({ name, text: readFileSync(new URL(`${folder}/${name}`, EXAMPLES), "utf8") }));
}

/** As the demo does it, with one endpoint for all. */
function filled(text: string): string {
  const values: Readonly<Record<string, string>> = {
    "host.id": "guid-1",
    "host.fqdn": "ws-1.hq.example",
    "host.name": "ws-1",
    "host.address": "10.1.0.5",
    "site.ksc": "ksc.hq.example",
    now: "1772442847123",
    "event.id.repeated": "same",
  };
  let count = 0;
  return text.replace(/\{\{([a-z.]+)\}\}/g, (whole, name: string) =>
    name === "event.id" ? `event-${count++}` : (values[name] ?? whole),
  );
}

describe("the examples", () => {
  const loaded = loadRuleFiles(exampleFiles("rules"), OPTIONS);
  const events = new Map(
    exampleFiles("events").map(({ name, text }) => [
      name,
      parseEventBody(filled(text), { tenantId: tenantId("acme"), receivedAt: epochMs(1) }),
    ]),
  );

  it("the rules compile clean and use all nine actions", () => {
    expect(loaded.ok ? [] : loaded.problems.map(printRuleFileProblem)).toEqual([]);
    const kinds = loaded.ok ? loaded.rules.flatMap(({ actions }) => actions.map(({ kind }) => kind)) : [];
    expect([...new Set(kinds)].sort()).toEqual([...ACTION_KINDS].sort());
  });

  it("every event of a numbered file leads to that file's action", () => {
    if (!loaded.ok) throw new Error("the rules are wrong");
    const led = new Map<string, Set<ActionKind>>();
    for (const [name, body] of events) {
      if (!/^\d\d-/.test(name) || body.kind !== "parsed") continue;
      expect(body.bad).toEqual([]);
      for (const { event } of body.events) {
        const enforcing = evaluate(loaded.ruleSet, event).matches.filter(({ rule }) => rule.mode === "enforce");
        const reasons = JSON.stringify(explain(loaded.ruleSet, event), null, 1);
        expect(enforcing, `${name} ${event.id} ${reasons}`).toHaveLength(1);
        for (const { kind } of enforcing.flatMap(({ rule }) => rule.actions))
          led.set(name, (led.get(name) ?? new Set()).add(kind));
      }
    }
    expect([...led.values()].map((kinds) => [...kinds])).toEqual(
      [
        "isolateHost",
        "preventExecution",
        "terminateProcess",
        "quarantineFile",
        "deleteFile",
        "startProcess",
        "getFile",
        "iocScan",
        "onDemandScan",
      ].map((kind) => [kind]),
    );
  });

  it("what is meant to be malformed is, and what is meant to match nothing does not", () => {
    if (!loaded.ok) throw new Error("the rules are wrong");
    expect(events.get("malformed.ndjson")).toMatchObject({
      events: [{ index: 0 }],
      bad: [1, 2, 3, 4, 5].map((index) => ({ index })),
    });
    expect(events.get("not-json.txt")).toMatchObject({ events: [], bad: [{ code: "event.bad_json" }] });
    const calm = events.get("no-match.ndjson");
    if (calm?.kind !== "parsed") throw new Error("no-match.ndjson is refused");
    expect(calm.events.map(({ event }) => evaluate(loaded.ruleSet, event).matches)).toEqual([[], [], [], []]);
  });
});
