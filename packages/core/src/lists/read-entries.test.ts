import { expect, test } from "vitest";
import { addMs, epochMs } from "../kernel/index.ts";
import { exportHead, exportLines, type ListDefinition, type ListFormat, readEntries } from "./index.ts";

const NOW = epochMs(1_772_442_000_000);
const accounts: ListDefinition = {
  name: "accounts",
  kind: "contextTable",
  key: ["user", "domain"],
  columns: [
    { name: "level", type: "number" },
    { name: "home", type: "text" },
    { name: "groups", type: "texts" },
  ],
  description: "",
};
const hashes: ListDefinition = { ...accounts, name: "hashes", kind: "activeList", key: ["hash"], columns: [] };

function read(definition: ListDefinition, format: ListFormat, text: string) {
  const reading = readEntries(definition, format, text, NOW);
  let step = reading.next();
  while (step.done !== true) step = reading.next();
  return step.value;
}

test("[E3] cells of a table become what the columns hold; what is empty is no value", () => {
  const text =
    "\ufeffdomain,user,level,home,groups,expiresAt\r\n" +
    'ACME,ann,3,"ws-1, ""the old one""",admins|a\\|b,2026-03-03T00:00:00Z\r\n' +
    "\r\nACME,bob,,,,\r\n";
  expect(read(accounts, "csv", text)).toEqual({
    entries: [
      {
        key: ["ann", "ACME"],
        cells: { level: 3, home: 'ws-1, "the old one"', groups: ["admins", "a|b"] },
        expiresAt: Date.parse("2026-03-03T00:00:00Z"),
      },
      { key: ["bob", "ACME"], cells: {} },
    ],
    problems: [],
    more: false,
    over: 0,
  });
});

test("[E4] each bad line is named with its number and what is wrong, and nothing of the text is taken", () => {
  const text = [
    "user,domain,level",
    "ann,ACME,3",
    "bob,ACME,many",
    "ann,ACME,4",
    "carl,ACME",
    "emil,ACME,2",
    '"frida" x,ACME,2',
    ",,1",
    '"dora,ACME,1',
  ].join("\n");
  expect(read(accounts, "csv", text)).toMatchObject({
    entries: [],
    problems: [
      { line: 3, message: 'level: "many" is no number' },
      { line: 4, message: "the same key stands in line 2" },
      { line: 5, message: "the line has 2 cells, and the first line names 3" },
      { line: 7, message: expect.stringContaining("behind a closing quote") },
      { line: 8, message: expect.stringContaining("the key is empty") },
      { line: 9, message: "a quote is opened and not closed" },
    ],
  });
});

test("[E4] the first line names the key and columns that the list has; a slip is told what was meant", () => {
  const problems = (header: string) =>
    read(accounts, "csv", `${header}\nann,ACME`).problems.map(({ message }) => message);
  expect(problems("user,domain,levle")).toEqual(['the list has no column "levle"; did you mean "level"?']);
  expect(problems("user,home")).toEqual([expect.stringContaining('must name "domain", which is part of the key')]);
  expect(problems("user,domain,user")).toEqual(['"user" stands twice in the first line']);
  expect(read(accounts, "csv", "").problems).toEqual([
    { line: 1, message: expect.stringContaining("there is nothing in it") },
  ]);
  expect(read(accounts, "jsonl", "").problems).toHaveLength(1);
});

test("[E4] lines of JSON: a key of one part may stand without brackets, and another shape is refused", () => {
  const good = '{"key": "a"}\n\n{"key": ["b"], "expiresAt": "never"}\n';
  expect(read(hashes, "jsonl", good).entries).toEqual([
    { key: ["a"], cells: {} },
    { key: ["b"], cells: {} },
  ]);
  const bad = '{"key": "a"\n{"kye": "a"}\n{"key": ["a", "b"]}\n{"key": {"a": 1}}\n{"key": "a", "cells": {"x": 1}}';
  expect(read(hashes, "jsonl", bad).problems).toEqual([
    { line: 1, message: expect.stringContaining("it is no JSON") },
    { line: 2, message: expect.stringContaining("an entry is") },
    { line: 3, message: "a key is hash (1), but 2 parts are given" },
    { line: 4, message: expect.stringContaining("a text or a number") },
    { line: 5, message: '"hashes" has no column "x"; it has none' },
  ]);
});

test("[E3] an entry ends when it says so, else after the list's own term; [E4] one that is over is left out and counted", () => {
  const term = { ...hashes, expireAfterMs: 3_600_000 };
  const text = "hash,expiresAt\na,\nb,never\nc,1772442060000\nd,2020-01-01T00:00:00Z\n";
  expect(read(term, "csv", text)).toMatchObject({
    entries: [
      { key: ["a"], expiresAt: addMs(NOW, 3_600_000) },
      { key: ["b"] },
      { key: ["c"], expiresAt: 1_772_442_060_000 },
    ],
    over: 1,
  });
  expect(read(term, "csv", text).entries[1]).not.toHaveProperty("expiresAt");
  expect(read(term, "csv", "hash,expiresAt\na,soon").problems).toEqual([
    { line: 2, message: expect.stringContaining("takes a time") },
  ]);
});

test("[E4] no more than a hundred lines are named, and that there are more is said", () => {
  const text = `hash\n${"\u0000\n".repeat(500)}`;
  const { problems, more } = read(hashes, "csv", text);
  expect([problems.length, more]).toEqual([100, true]);
});

test("[E4] what is exported and imported again is the same", () => {
  const entries = [
    { key: ['ann,\n"x"', "A|B"], cells: { level: -1.5, home: " a\\b ", groups: ["x|y", "\\", "z"] } },
    { key: ["bob", ""], cells: {}, expiresAt: addMs(NOW, 1) },
  ];
  for (const format of ["csv", "jsonl"] as const) {
    const text = exportHead(accounts, format) + exportLines(accounts, format, entries);
    expect(read({ ...accounts, expireAfterMs: 60_000 }, format, text).entries, format).toEqual(entries);
  }
});
