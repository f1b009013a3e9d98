import { epochMs, tenantId } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, it } from "vitest";
import { parseEventBody } from "./parse-event-body.ts";

const OPTIONS = { tenantId: tenantId("acme"), receivedAt: epochMs(1_772_442_999_000) };

const eventLike = fc.record(
  {
    ID: fc.oneof(fc.uuid(), fc.anything()),
    Type: fc.oneof(fc.constant(3), fc.anything()),
    Timestamp: fc.anything(),
    Extra: fc.dictionary(fc.string(), fc.jsonValue()),
    Priority: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

const line = fc
  .oneof(fc.jsonValue(), eventLike)
  .map((value) => JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? String(each) : each)) ?? "null");

describe("any body at all", () => {
  it("random bytes never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseEventBody(bytes, OPTIONS);
      }),
    );
  });

  it("text made of JSON's own signs never throws", () => {
    const sign = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"',
      ":",
      ",",
      "\n",
      "1e999",
      "null",
      '"ID"',
      '"Type"',
      "3",
      "\\",
      "\u0000",
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), (signs) => {
        parseEventBody(signs.join(""), OPTIONS);
      }),
      { numRuns: 500 },
    );
  });

  it("[S5] count in equals count out, and each place is answered once", () => {
    fc.assert(
      fc.property(
        fc.array(
          line.filter((text) => !text.startsWith("[")),
          { minLength: 1, maxLength: 8 },
        ),
        (lines) => {
          for (const body of [lines.join("\n"), `[${lines.join(",")}]`]) {
            const parsed = parseEventBody(body, OPTIONS);
            if (parsed.kind !== "parsed") return false;
            const places = [...parsed.events, ...parsed.bad]
              .map(({ index }) => index)
              .sort((left, right) => left - right);
            if (places.join() !== lines.map((_, index) => index).join()) return false;
          }
          return true;
        },
      ),
    );
  });
});
