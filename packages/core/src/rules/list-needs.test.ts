import { expect, test } from "vitest";
import { listCatalogue } from "../../test/list-world.ts";
import { aRule } from "../../test/rule-builders.ts";
import { KUMA_CATALOGUE } from "../event/index.ts";
import { listNeeds, parseCode, unmetNeeds, type WhenNode } from "./index.ts";

function whenOf(code: string): WhenNode {
  const parsed = parseCode(code, KUMA_CATALOGUE);
  if (!parsed.ok) throw new Error(code);
  return parsed.when;
}

const needsOf = (code: string) =>
  listNeeds([aRule("one", { when: whenOf(code) })], KUMA_CATALOGUE).map(({ ruleId: _, ...need }) => need);
const need = { columns: [], keyParts: 1, walks: false };

test("[R27] what a rule asks of lists is found wherever it stands, within counts too", () => {
  expect(needsOf("NOT (inActiveList('a', Name) OR inContextTable('b', Name, FilePath))")).toEqual([
    { ...need, list: "a", kind: "activeList" },
    { ...need, list: "b", kind: "contextTable", keyParts: 2 },
  ]);
  expect(
    needsOf("DestinationAssetID inCategory ['x', 'y'] AND lookup('c', 'level', Name) = lookup('d', 'home', Name)"),
  ).toEqual([
    { ...need, list: "x", kind: "category" },
    { ...need, list: "y", kind: "category" },
    { ...need, list: "c", columns: ["level"] },
    { ...need, list: "d", columns: ["home"] },
  ]);
  expect(needsOf("hasVulnerability('v', DestinationAssetID)")).toEqual([
    { ...need, list: "v", kind: "contextTable", columns: ["cves", "severities"] },
  ]);
});

test("[E7] only text that is compared for being the same is looked up; all else walks the keys", () => {
  const walks = (code: string) => needsOf(code).map((each) => each.walks);
  expect(walks("Name = list('a')")).toEqual([false]);
  expect(walks("Name in list('a') OR Name != list('a')")).toEqual([false]);
  for (const code of [
    "SourceAddress inSubnet list('a')",
    "Name = list('a') ignoreCase",
    "DestinationPort = list('a')",
    "lookup('b', 'x', Name) = list('a')",
  ]) {
    expect(walks(code).includes(true), code).toBe(true);
  }
});

test("[E8] what is missing is told in sentences that name the rule", () => {
  const needs = listNeeds(
    [
      aRule("one", {
        when: whenOf("inActiveList('a', Name) AND lookup('b', 'level', Name) = 1 AND SourceAddress inSubnet list('c')"),
      }),
    ],
    KUMA_CATALOGUE,
  );
  const lists = listCatalogue({
    a: { kind: "activeList", entries: {} },
    b: { kind: "dictionary", entries: { x: { level: 1 } } },
    c: { kind: "dictionary", entries: {} },
  });
  expect(unmetNeeds(needs, lists)).toEqual([]);
  const without = (name: string, shape?: object) => ({
    ...lists,
    shapeOf: (asked: string) => {
      const found = lists.shapeOf(asked);
      if (asked !== name || found === undefined) return found;
      return shape && { ...found, ...shape };
    },
  });
  expect(unmetNeeds(needs, without("a"))).toEqual(['rule "one" needs the active list "a"']);
  expect(unmetNeeds(needs, without("a", { kind: "category" }))).toEqual([
    'rule "one" needs the active list "a", and it is a category',
  ]);
  expect(unmetNeeds(needs, without("b", { columns: [] }))).toEqual(['rule "one" needs the column "level" of "b"']);
  expect(unmetNeeds(needs, without("b", { keyParts: 2 }))).toEqual([
    'rule "one" needs keys of 1 in "b", and they have 2',
  ]);
  expect(unmetNeeds(needs, without("c", { entries: 10_001 }))).toEqual([
    expect.stringContaining("at most 10000 entries"),
  ]);
});
