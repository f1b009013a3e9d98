import { describe, expect, it } from "vitest";
import { addMs, type EndpointId, epochMs } from "../kernel/index.ts";
import { isKnown } from "./place.ts";
import { DEFAULT_LEDGER_POLICY } from "./policy.ts";

const NOW = epochMs(1_772_442_847_000);
const { occupancyMaxAgeMs } = DEFAULT_LEDGER_POLICY;

describe("[L2] what a look at an endpoint is worth", () => {
  it.each([
    ["one just now", 0, true],
    ["an older one", -occupancyMaxAgeMs, true],
    ["one that is too old", -occupancyMaxAgeMs - 1, false],
    ["one that lies far ahead, because the clock was set back", occupancyMaxAgeMs + 1, false],
  ])("%s: known is %s", (_, at, known) => {
    const book = { endpointId: "h1" as EndpointId, slots: [], waiting: [], measuredAt: addMs(NOW, at) };
    expect(isKnown(book, NOW, DEFAULT_LEDGER_POLICY)).toBe(known);
  });
});
