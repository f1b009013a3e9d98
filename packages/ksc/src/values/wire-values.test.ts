import { epochMs } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { parseKscJson, stringifyKscJson } from "./json.ts";
import { anyParams, binary, datetime, long, params, reading, returning, safeLong } from "./reply-schemas.ts";
import {
  kscBinary,
  kscDate,
  kscDateTime,
  kscDouble,
  kscFloat,
  kscLong,
  kscParams,
  sortBy,
  unwrap,
} from "./wire-types.ts";

test("values inside containers are wrapped as the Open API documents", () => {
  expect([
    kscLong(7),
    kscDateTime(epochMs(Date.UTC(2026, 2, 2, 9, 14, 7, 999))),
    kscDate("2026-03-02"),
    kscBinary(Uint8Array.of(1, 2, 255)),
    kscFloat(1.5),
    kscDouble(2.5),
    kscParams({ a: 1 }),
    sortBy("rise_time", "descending"),
  ]).toEqual([
    { type: "long", value: 7 },
    { type: "datetime", value: "2026-03-02T09:14:07Z" },
    { type: "date", value: "2026-03-02" },
    { type: "binary", value: "AQL/" },
    { type: "float", value: 1.5 },
    { type: "double", value: 2.5 },
    { type: "params", value: { a: 1 } },
    { type: "params", value: { Name: "rise_time", Asc: false } },
  ]);
});

test("a 64-bit number keeps every digit in both directions", () => {
  const text = '{"id":{"type":"long","value":9223372036854775807},"list":[-9007199254740993, 5],"half":0.5}';
  const parsed = parseKscJson(text);
  expect(parsed).toEqual({
    id: { type: "long", value: 9223372036854775807n },
    list: [-9007199254740993n, 5],
    half: 0.5,
  });
  expect(stringifyKscJson(parsed)).toBe(text.replace(", 5", ",5"));
  expect(stringifyKscJson({ pData: { KLHSTUSER_ID: kscLong(9223372036854775807n) } })).toBe(
    '{"pData":{"KLHSTUSER_ID":{"type":"long","value":9223372036854775807}}}',
  );
});

test("long digits inside a text stay text, and safe numbers stay numbers", () => {
  expect(parseKscJson('{"a":"x: 12345678901234567890","b": 9007199254740991,"c":1234567890123456.5}')).toEqual({
    a: "x: 12345678901234567890",
    b: 9007199254740991,
    c: 1234567890123456.5,
  });
});

test("unwrapping shows what a value means", () => {
  expect(
    unwrap({ a: kscParams({ b: [kscLong(1n), kscDateTime(epochMs(0))] }), c: kscBinary(Uint8Array.of(9)), d: null }),
  ).toEqual({ a: { b: [1n, "1970-01-01T00:00:00Z"] }, c: Buffer.from([9]), d: null });
});

test("readers take wrapped and plain values alike", () => {
  for (const wrap of [(value: unknown) => value, (value: unknown) => ({ type: "long", value })]) {
    expect(returning(long)({ PxgRetVal: wrap(5) }, "M")).toBe(5);
    expect(returning(long)({ PxgRetVal: wrap(2n ** 60n) }, "M")).toBe(2n ** 60n);
  }
  expect(returning(datetime)({ PxgRetVal: { type: "datetime", value: "2026-03-02T09:14:07Z" } }, "M")).toBe(
    Date.UTC(2026, 2, 2, 9, 14, 7),
  );
  expect(returning(binary)({ PxgRetVal: "AQI=" }, "M")).toEqual(Buffer.from([1, 2]));
  expect(returning(anyParams)({ PxgRetVal: { type: "params", value: { a: 1 } } }, "M")).toEqual({ a: 1 });
});

test("an answer that does not fit names method and field, never its values", () => {
  const read = reading(params({ inner: params({ secret: safeLong }) }));
  try {
    read({ inner: { type: "params", value: { secret: "hunter2" } } }, "Class.Method");
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: "ksc.unexpected_reply",
      details: { method: "Class.Method", field: "inner.secret" },
    });
    expect(String(error)).not.toContain("hunter2");
  }
});

test("a number that a plain number cannot hold is refused rather than rounded where a number is needed", () => {
  expect(() => returning(safeLong)({ PxgRetVal: 2n ** 60n }, "M")).toThrow("ksc.unexpected_reply");
});
