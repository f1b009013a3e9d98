import { describe, expect, it } from "vitest";
import { listCatalogue, listFacts, type TestLists } from "../../test/list-world.ts";
import { re2Engine } from "../../test/re2-engine.ts";
import { referenceHolds } from "../../test/reference-rules.ts";
import { anEvent, aRule, COMPILE_OPTIONS } from "../../test/rule-builders.ts";
import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import { epochMs } from "../kernel/index.ts";
import type { Calendar } from "./calendar.ts";
import { parseCode } from "./code-mode/index.ts";
import { compileRules } from "./compile-rules.ts";
import { createCountBook } from "./count-book.ts";
import { countersMet } from "./counting.ts";
import { evaluate } from "./evaluate.ts";
import { RULE_FEATURES } from "./facts.ts";
import type { Rule } from "./rule.ts";
import type { WhenNode } from "./when.ts";

const LISTS: TestLists = {
  banned: { kind: "activeList", entries: { abc: {}, "10.1.0.0/16": {} } },
  hosts: { kind: "contextTable", keyParts: 2, entries: { "ws-1|acme": { level: 3, owners: ["ann", "bob"] } } },
  levels: { kind: "dictionary", entries: { ann: { level: 2 }, bob: { level: 5 } } },
  servers: { kind: "category", entries: { "asset-1": {} } },
  "CN=Admins,DC=acme": { kind: "category", entries: { "account-1": {} } },
  empty: { kind: "dictionary", entries: {} },
  assets: {
    kind: "contextTable",
    entries: { "asset-1": { cves: ["CVE-2021-44228", "CVE-2020-1472"], severities: [2, 4] } },
  },
};

const CALENDARS: Readonly<Record<string, Calendar>> = {
  office: { zone: "Europe/Berlin", spans: [{ days: [1, 2, 3, 4, 5], from: 480, to: 1080 }], except: ["2026-03-02"] },
};

function treeOf(code: string): WhenNode {
  const parsed = parseCode(code, COMPILE_OPTIONS.catalogue);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return parsed.when;
}

function compiledWith(rules: readonly Rule[]) {
  const options = { ...COMPILE_OPTIONS, lists: listCatalogue(LISTS), features: new Set(RULE_FEATURES) };
  const compilation = compileRules(rules, options);
  if (!compilation.ok)
    throw new Error(compilation.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
  return compilation.ruleSet;
}

/** What the engine and the interpreter say to the last of the events, when they come in this order. */
function answersTo(code: string, events: readonly CorrelationEvent[]): readonly boolean[] {
  const when = treeOf(code);
  const rule = aRule("r", { when, ...(code.includes("office") ? { calendars: CALENDARS } : {}) });
  const ruleSet = compiledWith([rule]);
  const book = createCountBook();
  let engine = false;
  for (const event of events) {
    const met = countersMet(ruleSet, event, listFacts(LISTS));
    const facts = { lists: listFacts(LISTS), counts: book.record(event, met) };
    engine = evaluate(ruleSet, event, facts).matches.length === 1;
  }
  const last = events.at(-1) as CorrelationEvent;
  const world = { regex: re2Engine, lists: listFacts(LISTS), history: events.slice(0, -1) };
  return [engine, referenceHolds(when, last, world, CALENDARS)];
}

type Row = readonly [code: string, fields: Readonly<Record<string, FieldValue>>, expected: boolean];

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  "[R12] bits": [
    ["N.Mask hasBit 0", { "N.Mask": 1 }, true],
    ["N.Mask hasBit 1", { "N.Mask": 5 }, false],
    ["N.Mask hasBit [1, 2]", { "N.Mask": 4 }, true],
    ["Extra.mask hasBit 63", { "Extra.mask": "-1" }, true],
    ["Extra.mask hasBit 62", { "Extra.mask": "4611686018427387904" }, true],
    ["Extra.mask hasBit 0", { "Extra.mask": "9223372036854775809" }, false],
    ["Extra.mask hasBit 0", { "Extra.mask": "0x1" }, false],
    ["N.Mask hasBit 0", {}, false],
    ["NA.Masks hasBit 3", { "NA.Masks": [1, 8] }, true],
  ],
  "[R13] lists that meet": [
    ["SA.to intersect ['b', 'c']", { "SA.to": ["a", "b"] }, true],
    ["SA.to intersect ['B']", { "SA.to": ["a", "b"] }, false],
    ["SA.to intersect ['B'] ignoreCase", { "SA.to": ["a", "b"] }, true],
    ["SA.to intersect SA.from", {}, false],
    ["SA.to intersect SA.from", { "SA.to": ["x"], "SA.from": ["y", "x"] }, true],
    ["SA.to intersect list('levels')", { "SA.to": ["bob"] }, true],
  ],
  "[R14] entries": [
    ["inActiveList('banned', FileHash)", { FileHash: "abc" }, true],
    ["inActiveList('banned', FileHash)", { FileHash: "ABC" }, false],
    ["inActiveList('banned', FileHash)", {}, false],
    ["inActiveList('banned', SA.hashes)", { "SA.hashes": ["x", "abc"] }, true],
    [
      "inContextTable('hosts', DestinationHostName, DestinationNtDomain)",
      { DestinationHostName: "ws-1", DestinationNtDomain: "acme" },
      true,
    ],
    ["inContextTable('hosts', DestinationHostName, DestinationNtDomain)", { DestinationHostName: "ws-1" }, false],
    ["inDictionary('levels', SourceUserName)", { SourceUserName: "ann" }, true],
    ["NOT inDictionary('levels', SourceUserName)", { SourceUserName: "eve" }, true],
  ],
  "[R15] cells and lists of constants": [
    ["lookup('levels', 'level', SourceUserName) >= 3", { SourceUserName: "bob" }, true],
    ["lookup('levels', 'level', SourceUserName) >= 3", { SourceUserName: "ann" }, false],
    ["lookup('levels', 'level', SourceUserName) = ''", { SourceUserName: "eve" }, true],
    ["lookup('levels', 'level', SA.users) = 5", { "SA.users": ["eve", "ann", "bob"] }, true],
    [
      "SourceUserName = lookup('hosts', 'owners', DestinationHostName, DestinationNtDomain)",
      { SourceUserName: "bob", DestinationHostName: "ws-1", DestinationNtDomain: "acme" },
      true,
    ],
    ["SourceAddress inSubnet list('banned')", { SourceAddress: "10.1.2.3" }, true],
    ["SourceAddress inSubnet list('banned')", { SourceAddress: "10.2.2.3" }, false],
    ["SourceUserName in list('levels')", { SourceUserName: "ann" }, true],
    ["SourceUserName = list('empty')", {}, false],
    ["SourceUserName != list('empty')", {}, true],
  ],
  "[R16] categories, groups, threats": [
    ["DestinationAssetID inCategory 'servers'", { DestinationAssetID: "asset-1" }, true],
    ["DestinationAssetID inCategory ['servers']", { DestinationAssetID: "asset-2" }, false],
    ["DestinationAccountID inActiveDirectoryGroup 'CN=Admins,DC=acme'", { DestinationAccountID: "account-1" }, true],
    ["DestinationAssetID TIDetect 'servers'", {}, false],
  ],
  "[R17] vulnerabilities": [
    ["hasVulnerability('assets', DestinationAssetID)", { DestinationAssetID: "asset-1" }, true],
    ["hasVulnerability('assets', DestinationAssetID)", { DestinationAssetID: "asset-2" }, false],
    ["hasVulnerability('assets', DestinationAssetID, ['cve-2021-44228'])", { DestinationAssetID: "asset-1" }, true],
    ["hasVulnerability('assets', DestinationAssetID, ['CVE-2021-44228'], 3)", { DestinationAssetID: "asset-1" }, false],
    ["hasVulnerability('assets', DestinationAssetID, 4)", { DestinationAssetID: "asset-1" }, true],
    ["hasVulnerability('assets', DestinationAssetID, 5)", { DestinationAssetID: "asset-1" }, false],
  ],
  "[R18] times": [
    ["Timestamp during 'office'", { Timestamp: Date.parse("2026-03-03T09:00:00Z") }, true],
    ["Timestamp during 'office'", { Timestamp: Date.parse("2026-03-02T09:00:00Z") }, false],
    ["Timestamp during ['office', 'Sat,Sun UTC']", { Timestamp: Date.parse("2026-03-07T09:00:00Z") }, true],
    ["EndTime during '22:00-06:00 Europe/Berlin'", { EndTime: Date.parse("2026-03-03T04:59:00Z") }, true],
    ["EndTime during '22:00-06:00 Europe/Berlin'", { EndTime: Date.parse("2026-03-03T05:00:00Z") }, false],
    ["EndTime during '00:00-24:00 UTC'", {}, false],
  ],
};

describe("operators that ask more than the event", () => {
  for (const [title, rows] of Object.entries(TABLES)) {
    it.each(rows)(`${title}: %s with %j is %s`, (code, fields, expected) => {
      expect(answersTo(code, [anEvent(fields)])).toEqual([expected, expected]);
      expect(answersTo(`NOT (${code})`, [anEvent(fields)])).toEqual([!expected, !expected]);
    });
  }
});

describe("[R19] counting", () => {
  let count = 0;
  const seen = (second: number, fields: Readonly<Record<string, FieldValue>>): CorrelationEvent => ({
    ...anEvent(fields, `event-${count++}`),
    timestamp: epochMs(1_772_442_000_000 + second * 1_000),
  });
  const failed = (second: number, user: string, host: string) =>
    seen(second, { Name: "failed", SourceUserName: user, DestinationHostName: host });

  it.each<readonly [what: string, code: string, events: readonly CorrelationEvent[], expected: boolean]>([
    [
      "the one that makes it enough",
      "count(Name = 'failed', within '1m') >= 3",
      [failed(0, "a", "x"), failed(10, "b", "y"), failed(20, "c", "z")],
      true,
    ],
    ["not yet", "count(Name = 'failed', within '1m') >= 3", [failed(0, "a", "x"), failed(20, "c", "z")], false],
    [
      "the begin of the window is outside",
      "count(Name = 'failed', within '1m') >= 2",
      [failed(0, "a", "x"), failed(60, "a", "x")],
      false,
    ],
    ["just inside", "count(Name = 'failed', within '1m') >= 2", [failed(1, "a", "x"), failed(60, "a", "x")], true],
    [
      "an event that is not counted does not tip it",
      "count(Name = 'failed', within '1m') >= 1",
      [failed(0, "a", "x"), seen(1, { Name: "other" })],
      false,
    ],
    [
      "by groups",
      "count(Name = 'failed', within '1m', by [SourceUserName]) >= 2",
      [failed(0, "a", "x"), failed(1, "b", "x"), failed(2, "b", "x")],
      true,
    ],
    [
      "by other groups",
      "count(Name = 'failed', within '1m', by [SourceUserName]) >= 2",
      [failed(0, "a", "x"), failed(1, "a", "x"), failed(2, "b", "x")],
      false,
    ],
    [
      "different values",
      "count(Name = 'failed', within '1m', distinct DestinationHostName) >= 2",
      [failed(0, "a", "x"), failed(1, "a", "y")],
      true,
    ],
    [
      "the same value again",
      "count(Name = 'failed', within '1m', distinct DestinationHostName) >= 2",
      [failed(0, "a", "x"), failed(1, "b", "x")],
      false,
    ],
    [
      "late events count by their own time",
      "count(Name = 'failed', within '1m') >= 2",
      [failed(30, "a", "x"), failed(100, "a", "x"), failed(31, "a", "x")],
      true,
    ],
    [
      "what comes after it in time does not",
      "count(Name = 'failed', within '1m') >= 2",
      [failed(100, "a", "x"), failed(99, "a", "x")],
      false,
    ],
    [
      "among other conditions",
      "Name = 'failed' AND NOT count(Name = 'failed', within '1m') >= 2",
      [failed(0, "a", "x"), failed(61, "a", "x")],
      true,
    ],
  ])("%s", (_what, code, events, expected) => {
    expect(answersTo(code, events)).toEqual([expected, expected]);
  });
});
