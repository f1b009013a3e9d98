import { readFileSync } from "node:fs";
import { ACTION_KINDS } from "@cordon/core/action";
import { type CorrelationEvent, KUMA_CATALOGUE } from "@cordon/core/event";
import { addMs, epochMs, eventId, tenantId } from "@cordon/core/kernel";
import { mapArguments } from "@cordon/core/planning";
import {
  canonicalWhen,
  compileRules,
  countersMet,
  createCountBook,
  ENTRY_OPERATORS,
  evaluate,
  type ListKind,
  parseCode,
  printWhen,
  RULE_FEATURES,
  RULE_OPERATORS,
  type Rule,
} from "@cordon/core/rules";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadRuleFiles } from "./load-rule-files.ts";
import { re2Engine } from "./regex-engine.ts";
import { showRuleFileProblem } from "./rule-file-problem.ts";

/** docs/rules.md is read here: each of its examples is parsed and run. */
const PAGE = readFileSync(new URL("../../../../docs/rules.md", import.meta.url), "utf8");

interface Section {
  readonly title: string;
  /** By the words behind the opening backquotes: `code`, `yaml when`, … */
  readonly blocks: readonly { readonly kind: string; readonly text: string }[];
  readonly text: string;
}

const sections: readonly Section[] = PAGE.split(/^(?=#{2,3} )/m).map((text) => ({
  title: (/^#+ (.*)$/m.exec(text)?.[1] ?? "").replaceAll("`", ""),
  blocks: [...text.matchAll(/^```(.*)\n((?:.*\n)*?)```$/gm)].map(([, kind = "", body = ""]) => ({ kind, text: body })),
  text,
}));

const blockOf = ({ blocks }: Section, kind: string) => blocks.find((block) => block.kind === kind)?.text;
/** `Meets: ` and the JSON values in backquotes behind it. */
const eventsOf = ({ text }: Section, word: string): readonly Record<string, never>[] =>
  [...(new RegExp(`^${word}: (.*)$`, "m").exec(text)?.[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, json = ""]) =>
    JSON.parse(json),
  );

type Entries = Readonly<
  Record<string, Readonly<Record<string, string | number | readonly string[] | readonly number[]>>>
>;
const lists: Readonly<Record<string, { kind: ListKind; keyParts?: number; entries: Entries }>> = parse(
  sections.map((section) => blockOf(section, "yaml lists")).find((text) => text !== undefined) ?? "",
);

const OPTIONS = {
  regex: re2Engine,
  catalogue: KUMA_CATALOGUE,
  features: new Set(RULE_FEATURES),
  lists: {
    names: Object.keys(lists),
    shapeOf(name: string) {
      const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
      if (list === undefined) return undefined;
      const columns = [...new Set(Object.values(list.entries).flatMap((entry) => Object.keys(entry)))];
      return { kind: list.kind, keyParts: list.keyParts ?? 1, columns };
    },
  },
};
const listFacts = {
  has: (name: string, key: readonly string[]) => lists[name]?.entries[key.join("|")] !== undefined,
  cell: (name: string, key: readonly string[], column: string) => lists[name]?.entries[key.join("|")]?.[column],
  keys: (name: string) => Object.keys(lists[name]?.entries ?? {}),
};

function rulesOf(text: string): readonly Rule[] {
  const loaded = loadRuleFiles([{ name: "rules.md", text }], OPTIONS);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => showRuleFileProblem(problem, text)).join("\n"));
  return loaded.rules;
}

const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const fileWith = (member: string, text: string) =>
  `version: 1\nrules:\n  - id: one\n    name: One\n    mode: observe\n    ${member}:\n${indented(text, "      ")}` +
  (member === "when" ? "    actions: [{ kind: onDemandScan }]\n" : "    when: Name = 'x'\n") +
  "    target: [{ by: fqdn, field: DestinationHostName }]\n";

let made = 0;
const anEvent = (fields: CorrelationEvent["fields"]): CorrelationEvent => ({
  tenantId: tenantId("acme"),
  id: eventId(`event-${made}`),
  name: "",
  timestamp: addMs(epochMs(1_772_442_000_000), made++ * 1_000),
  fields,
});

function compiled(rules: readonly Rule[]) {
  const compilation = compileRules(rules, OPTIONS);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return compilation.ruleSet;
}

/** Whether the last of the events meets the rule, when they come in this order. */
function isMet(rule: Rule, events: readonly CorrelationEvent[]): boolean {
  const ruleSet = compiled([rule]);
  const book = createCountBook();
  return (
    events
      .map((event) => {
        const met = countersMet(ruleSet, event, listFacts);
        return evaluate(ruleSet, event, { lists: listFacts, counts: book.record(event, met) }).matches.length === 1;
      })
      .at(-1) === true
  );
}

describe("docs/rules.md", () => {
  const conditions = sections.filter((section) => blockOf(section, "code") !== undefined);
  const actions = sections.filter((section) => blockOf(section, "yaml actions") !== undefined);

  it("has one worked example for every operator and every action", () => {
    const operators = [...RULE_OPERATORS, ...ENTRY_OPERATORS, "hasVulnerability", "lookup", "list", "count"];
    expect(operators.filter((op) => !conditions.some(({ title }) => title === op))).toEqual([]);
    expect(ACTION_KINDS.filter((kind) => !actions.some(({ title }) => title === kind))).toEqual([]);
  });

  it.each(conditions)("$title: both spellings are one, and the events say the same as the text", (section) => {
    const code = (blockOf(section, "code") ?? "").trim();
    const tree = blockOf(section, "yaml when") ?? "";
    const [rule] = rulesOf(fileWith("when", tree));
    const parsed = parseCode(code, KUMA_CATALOGUE);
    if (rule === undefined || !parsed.ok) throw new Error(`the example is wrong: ${code}`);
    expect(parsed.when).toEqual(canonicalWhen(rule.when));
    expect(printWhen(rule.when)).toBe(code);
    const before = eventsOf(section, "Before").map(anEvent);
    const [meets, not] = [eventsOf(section, "Meets"), eventsOf(section, "Not")];
    expect(meets.length).toBeGreaterThan(0);
    expect(not.length).toBeGreaterThan(0);
    for (const fields of meets) expect(isMet(rule, [...before, anEvent(fields)]), JSON.stringify(fields)).toBe(true);
    for (const fields of not) expect(isMet(rule, [...before, anEvent(fields)]), JSON.stringify(fields)).toBe(false);
  });

  it.each(actions)("$title: the event gives the action what the page says", (section) => {
    const [action] = rulesOf(fileWith("actions", blockOf(section, "yaml actions") ?? ""))[0]?.actions ?? [];
    if (action === undefined) throw new Error("the example has no action");
    expect(action.kind).toBe(section.title);
    const event = anEvent(JSON.parse(blockOf(section, "json event") ?? ""));
    expect(mapArguments(action, event)).toEqual({
      kind: "mapped",
      spec: JSON.parse(blockOf(section, "json given") ?? ""),
    });
  });

  it("the whole files in it are right", () => {
    const files = sections.flatMap(({ blocks }) => blocks).filter(({ kind }) => kind === "yaml file");
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const { text } of files) expect(rulesOf(text)).toHaveLength(1);
  });

  it("the wrong file is refused with the words of the page, and every other mistake in it too", () => {
    const section = sections.find((each) => blockOf(each, "yaml wrong") !== undefined);
    const text = section === undefined ? "" : (blockOf(section, "yaml wrong") ?? "");
    const loaded = loadRuleFiles([{ name: "wrong.yaml", text }], OPTIONS);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [6, 26],
      [6, 49],
      [7, 33],
      [8, 60],
    ]);
    const [first] = problems;
    if (section === undefined || first === undefined) throw new Error("there is no wrong file");
    expect(`${showRuleFileProblem(first, text)}\n`).toBe(blockOf(section, "text"));
  });
});
