import { epochMs, tenantId } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { type EventBodyOptions, parseEventBody } from "./parse-event-body.ts";

const OPTIONS: EventBodyOptions = { tenantId: tenantId("acme"), receivedAt: epochMs(1_772_442_999_000) };

const anEvent = (change: object = {}): Record<string, unknown> => ({
  ID: "e1",
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "alarm",
  ...change,
});

function parse(body: string | Uint8Array, change: Partial<EventBodyOptions> = {}) {
  const parsed = parseEventBody(body, { ...OPTIONS, ...change });
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  return parsed;
}

const fieldsOf = (change: object) => parse(JSON.stringify(anEvent(change))).events[0]?.event.fields;
const codesOf = (body: string, change: Partial<EventBodyOptions> = {}) =>
  parse(body, change).bad.map(({ index, code }) => `${index} ${code}`);

describe("the forms of a body", () => {
  const one = JSON.stringify(anEvent());
  const two = JSON.stringify(anEvent({ ID: "e2" }));

  it.each([
    ["one object", one],
    ["one object over many lines", JSON.stringify(anEvent(), null, 2)],
    ["a list of one", `[${one}]`],
    ["a byte order mark and white space around", `\uFEFF\n ${one} \r\n`],
  ])("%s is one event", (_form, body) => {
    expect(parse(body).events.map(({ event }) => event.id)).toEqual(["e1"]);
    expect(parse(new TextEncoder().encode(body)).events).toHaveLength(1);
  });

  it.each([
    ["a list", `[${one},${two}]`],
    ["a list over many lines", JSON.stringify([anEvent(), anEvent({ ID: "e2" })], null, 2)],
    ["one object per line", `${one}\n${two}`],
    ["one object per line, with empty lines and CRLF", `${one}\r\n\r\n${two}\r\n`],
    ["one list per line", `[${one}]\n[${two}]`],
  ])("%s is two events", (_form, body) => {
    expect(parse(body).events.map(({ index, event }) => [index, event.id])).toEqual([
      [0, "e1"],
      [1, "e2"],
    ]);
    expect(parse(body).bad).toEqual([]);
  });

  it("good lines are taken although others are bad, and each bad one keeps its text", () => {
    const body = `${one}\n{"ID":"cut\n${two}\n[]\n7`;
    const { events, bad } = parse(body);
    expect(events.map(({ index }) => index)).toEqual([0, 2]);
    expect(bad).toMatchObject([
      { index: 1, code: "event.bad_json", raw: '{"ID":"cut', rawTruncated: false },
      { index: 3, code: "event.invalid", raw: "7" },
    ]);
  });

  it("a first line that is broken does not hide the good ones after it", () => {
    const { events, bad } = parse(`{"ID":\n${one}`);
    expect([events.length, bad.length]).toEqual([1, 1]);
  });

  it("a body that is no JSON at all is one bad entry, not one for each line", () => {
    expect(codesOf("CEF:0|a\nCEF:0|b\n")).toEqual(["0 event.bad_json"]);
    expect(codesOf(`[${one},`)).toEqual(["0 event.bad_json"]);
    expect(parse("  \n ")).toEqual({ kind: "parsed", events: [], bad: [] });
  });
});

describe("what makes a correlation event", () => {
  it("only Type 3 may lead to actions, and 2 where it is configured", () => {
    const body = [1, 2, "3", 4, undefined].map((Type) => JSON.stringify(anEvent({ Type }))).join("\n");
    expect(parse(body).events.map(({ index }) => index)).toEqual([2]);
    expect(codesOf(body)).toEqual([0, 1, 3, 4].map((index) => `${index} event.not_correlation`));
    expect(parse(body, { acceptTypes: [2, 3] }).events.map(({ index }) => index)).toEqual([1, 2]);
  });

  it("a Type that is an object is no correlation, whatever it says of itself as a text", () => {
    const body = `[${JSON.stringify(anEvent({ Type: { toString: 1, valueOf: 1 } }))}]`;
    expect(codesOf(body)).toEqual(["0 event.not_correlation"]);
  });

  it("an event without a usable ID goes to quarantine: a repeat could not be told", () => {
    const body = [undefined, "", 7, "two words", "é", "x".repeat(129)]
      .map((ID) => JSON.stringify(anEvent({ ID })))
      .join("\n");
    expect(codesOf(body)).toEqual([0, 1, 2, 3, 4, 5].map((index) => `${index} event.invalid`));
  });

  it("takes name and time, and the time of arrival where there is none", () => {
    expect(parse(JSON.stringify(anEvent())).events[0]?.event).toMatchObject({
      tenantId: "acme",
      name: "alarm",
      timestamp: 1_772_442_847_123,
    });
    const bare = parse(JSON.stringify({ ID: "e", Type: 3, CorrelationRuleName: "rule", Timestamp: "soon" })).events[0]
      ?.event;
    expect(bare).toMatchObject({ name: "rule", timestamp: OPTIONS.receivedAt });
  });

  it.each([
    ["seconds", 1_772_442_847, 1_772_442_847_000],
    ["fractions of seconds", 1_772_442_847.123, 1_772_442_847_123],
    ["milliseconds as text", "1772442847123", 1_772_442_847_123],
    ["microseconds", 1_772_442_847_123_456, 1_772_442_847_123],
    ["nanoseconds as text", "1772442847123456789", 1_772_442_847_123],
    ["RFC 3339", "2026-03-02T09:14:07.123Z", 1_772_442_847_123],
    ["RFC 3339 with offset and nanoseconds", "2026-03-02 12:14:07.123456789+03:00", 1_772_442_847_123],
  ])("reads a time in %s", (_unit, Timestamp, expected) => {
    expect(parse(JSON.stringify(anEvent({ Timestamp }))).events[0]?.event.timestamp).toBe(expected);
  });
});

describe("fields", () => {
  it("leaves out what is empty, because to KUMA empty and absent are the same", () => {
    expect(
      fieldsOf({ FilePath: "", Priority: 0, FileName: null, BytesIn: "0", "SA.x": ["", "a"], "NA.y": [0] }),
    ).toEqual({
      ...{ ID: "e1", Type: 3, Timestamp: 1_772_442_847_123, Name: "alarm" },
      "SA.x": ["a"],
    });
  });

  it("numbers written as text become numbers in number fields only", () => {
    expect(
      fieldsOf({
        Priority: "4",
        DeviceEventClassID: "4688",
        SourceLatitude: "-1.5",
        SourcePort: "many",
        "N.n": "12",
        "Extra.n": "12",
      }),
    ).toMatchObject({
      Priority: 4,
      DeviceEventClassID: "4688",
      SourceLatitude: -1.5,
      SourcePort: "many",
      "N.n": 12,
      "Extra.n": "12",
    });
    expect(fieldsOf({ StartTime: "2026-03-02T09:14:07Z", EndTime: 1_772_442_847 })).toMatchObject({
      StartTime: 1_772_442_847_000,
      EndTime: 1_772_442_847_000,
    });
  });

  it("flattens Extra and the extended schema, keeps unknown members, drops what nests", () => {
    expect(
      fieldsOf({
        Extra: { a: "1", b: { c: 1 } },
        S: { host: "h" },
        SA: { to: ["x", 7] },
        Novel: "n",
        BaseEvents: [{ ID: "b" }],
        Odd: { x: 1 },
      }),
    ).toEqual({
      ...{ ID: "e1", Type: 3, Timestamp: 1_772_442_847_123, Name: "alarm" },
      ...{ "Extra.a": "1", "S.host": "h", "SA.to": ["x", "7"], Novel: "n" },
    });
  });

  it("a member called __proto__ cannot reach the prototype", () => {
    const event = parse('{"ID":"e1","Type":3,"__proto__":["Priority"],"Extra":{"__proto__":"x"}}').events[0]?.event;
    expect(Object.getPrototypeOf(event?.fields)).toBe(Object.prototype);
    expect(event?.fields.Priority).toBeUndefined();
  });
});

describe("limits", () => {
  const limits = {
    eventBytesMax: 1_000,
    fieldsMax: 10,
    valueCharsMax: 100,
    listItemsMax: 3,
    depthMax: 4,
    eventsPerBodyMax: 3,
  };
  const bad = (change: object) => parse(JSON.stringify(anEvent(change)), { limits }).bad[0];

  it.each([
    ["an event that is too large", { Raw: "x".repeat(1_000) }, "event.too_large", /larger than 1000 bytes/],
    [
      "too many fields",
      Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`F.${index}`, 1])),
      "event.invalid",
      /more than 10 fields/,
    ],
    ["a value that is too long", { FilePath: "x".repeat(101) }, "event.invalid", /FilePath has 101 characters/],
    ["a list that is too long", { BaseEventIDs: ["a", "b", "c", "d"] }, "event.invalid", /BaseEventIDs has 4 items/],
    ["nesting", { Odd: { a: { b: { c: {} } } } }, "event.invalid", /nests more than 4 deep/],
  ] as const)("%s goes to quarantine with the reason", (_what, change, code, message) => {
    expect(bad(change)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("measures bytes, not characters", () => {
    expect(bad({ Raw: "é".repeat(90), Message: "é".repeat(90), Reason: "é".repeat(90) })).toBeUndefined();
    expect(
      bad(
        Object.fromEntries(
          ["Raw", "Message", "Reason", "Code", "TI", "Severity"].map((name) => [name, "é".repeat(90)]),
        ),
      ),
    ).toMatchObject({
      code: "event.too_large",
    });
  });

  it("a large event inside a list does not take the others with it", () => {
    const body = JSON.stringify([anEvent(), anEvent({ ID: "big", Raw: "x".repeat(1_000) }), anEvent({ ID: "e3" })]);
    const { events, bad: refused } = parse(body, { limits });
    expect(events.map(({ event }) => event.id)).toEqual(["e1", "e3"]);
    expect(refused).toMatchObject([{ index: 1, code: "event.too_large" }]);
  });

  it("a body with too many events or bytes is refused whole", () => {
    const many = Array.from({ length: 4 }, () => JSON.stringify(anEvent()));
    const code = (body: string, change: object) => {
      const parsed = parseEventBody(body, { ...OPTIONS, limits: { ...limits, ...change } });
      return parsed.kind === "refused" ? parsed.code : parsed.kind;
    };
    expect(code(many.join("\n"), {})).toBe("event.too_many");
    expect(code(`[${many.join(",")}]`, {})).toBe("event.too_many");
    expect(code(many.slice(1).join("\n"), {})).toBe("parsed");
    expect(code(many.join("\n"), { bodyBytesMax: 10 })).toBe("event.too_large");
  });

  it("nesting that would overflow a naive reader is answered, not crashed on", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(codesOf(`{"ID":"e1","Type":3,"x":${deep}}`)).toEqual(["0 event.invalid"]);
    expect(codesOf(`[{"ID":"e1","Type":3,"x":${deep}}]`)).toEqual(["0 event.invalid"]);
    expect(codesOf(deep)).toEqual(["0 event.invalid"]);
  });
});
