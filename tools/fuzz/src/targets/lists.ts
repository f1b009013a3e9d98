import { readListsFile } from "@cordon/contracts";
import { epochMs } from "@cordon/core/kernel";
import { type ListDefinition, type ListFormat, readEntries } from "@cordon/core/lists";
import { asText, type FuzzTarget, promised, utf8 } from "../target.ts";

const ACCOUNTS: ListDefinition = {
  name: "accounts",
  kind: "contextTable",
  key: ["user", "domain"],
  columns: [
    { name: "level", type: "number" },
    { name: "home", type: "text" },
    { name: "groups", type: "texts" },
    { name: "ports", type: "numbers" },
  ],
  description: "",
};

function read(format: ListFormat) {
  return (input: Uint8Array): void => {
    const reading = readEntries(ACCOUNTS, format, asText(input), epochMs(1_772_442_000_000));
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    promised(step.value.problems.length === 0 || step.value.entries.length === 0, "a text with a mistake is not taken");
  };
}

export const csvLists: FuzzTarget = {
  name: "csv-lists",
  summary: "imports of lists as CSV",
  shape: "text",
  seeds: [
    'domain,user,level,home,groups,expiresAt\r\nACME,ann,3,"ws-1, ""the old one""",admins|a\\|b,2026-03-03T00:00:00Z\r\nACME,bob,,,,\r\n',
    "user,domain,level,ports\nann,ACME,3,1|2\n",
  ].map(utf8),
  words: [",", '"', '""', "|", "\\|", "user", "domain", "level", "expiresAt", "1e5", "2026-01-01"],
  bytesMax: 8_192,
  run: read("csv"),
};

export const jsonLists: FuzzTarget = {
  name: "json-lists",
  summary: "imports of lists as JSON Lines",
  shape: "text",
  seeds: [
    utf8(
      '{"key":["ann","ACME"],"cells":{"level":3,"groups":["a"]},"expiresAt":"2026-03-03T00:00:00Z"}\n{"key":["bob","ACME"]}\n',
    ),
  ],
  words: ['"key":', '"cells":', '"expiresAt":', '"level":', "[", "]", "{", "}", '"ports":[1,2]', "1772442000000"],
  bytesMax: 8_192,
  run: read("jsonl"),
};

export const listsFiles: FuzzTarget = {
  name: "lists-files",
  summary: "descriptions of lists, to check rules against",
  shape: "text",
  seeds: [
    "lists: [{name: accounts, kind: contextTable, key: [user], columns: [level, {name: home}], entries: 5}]\n",
    '{"items": [{"name": "hashes", "kind": "activeList"}]}',
  ].map(utf8),
  words: ["lists:", "items:", "name: ", "kind: ", "key: ", "columns: ", "&a ", "*a", "<<: *a", "- ", "!!binary "],
  bytesMax: 4_096,
  run(input) {
    const read = readListsFile(asText(input));
    if (!read.ok) promised(read.problem.length > 0, "a refused file says why");
  },
};
