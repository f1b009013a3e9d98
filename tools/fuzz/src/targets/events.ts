import { EVENT_LIMITS, parseEventBody } from "@cordon/contracts";
import { epochMs, tenantId } from "@cordon/core/kernel";
import { type FuzzTarget, promised, utf8 } from "../target.ts";

const OPTIONS = { tenantId: tenantId("fuzz"), receivedAt: epochMs(1_772_442_999_000) };
const EVENT = {
  ID: "e1",
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "RANSOM: mass file encryption",
  Priority: "4",
  "S.KscHostID": "7b4f1c1e",
  DestinationAddress: "10.0.0.1",
  FilePath: "C:\\Users\\Public\\enc.exe",
  StartTime: "2026-03-02T09:14:07.123Z",
  Extra: { a: "1", b: { c: 1 } },
  SA: { to: ["x", 7] },
  BaseEventIDs: ["a", "b"],
};
const WORDS = [
  "ID",
  "Type",
  "3",
  "Timestamp",
  "Extra",
  "SA",
  "S",
  "NA",
  "N.n",
  "Priority",
  "BaseEvents",
  "1772442847123456789",
];

function run(input: Uint8Array): void {
  const parsed = parseEventBody(input, OPTIONS);
  if (parsed.kind === "refused") return;
  const places = [...parsed.events, ...parsed.bad].map(({ index }) => index).sort((left, right) => left - right);
  promised(
    places.every((place, index) => place === index),
    "count in equals count out",
  );
  for (const { event } of parsed.events) {
    promised(Object.getPrototypeOf(event.fields) === Object.prototype, "fields have no prototype of the sender's");
    promised(Object.keys(event.fields).length <= EVENT_LIMITS.fieldsMax, "an event's fields are bounded");
  }
}

export const events: FuzzTarget = {
  name: "events",
  summary: "bodies of the HTTP intake: one event or a list",
  shape: "json",
  seeds: [EVENT, [EVENT, { ...EVENT, ID: "e2" }]].map((value) => utf8(JSON.stringify(value))),
  words: WORDS,
  bytesMax: 16_384,
  run,
};

export const ndjson: FuzzTarget = {
  name: "ndjson",
  summary: "bodies of the HTTP intake: one event per line",
  shape: "text",
  seeds: [
    utf8(`${JSON.stringify(EVENT)}\n${JSON.stringify({ ...EVENT, ID: "e2" })}\r\n`),
    utf8(`[${JSON.stringify(EVENT)}]\n{"ID":"cut\n7\n`),
  ],
  words: [...WORDS.map((word) => `"${word}":`), '{"ID":"e3","Type":3}\n', "[]\n", "CEF:0|a"],
  bytesMax: 16_384,
  run,
};
