import { describe, expect, it } from "vitest";
import { anEvent, aRule, compiled } from "../../test/rule-builders.ts";
import type { FieldValue } from "../event/index.ts";
import { evaluate } from "./evaluate.ts";
import type { Condition, WhenNode } from "./when.ts";

function holdsFor(condition: WhenNode, fields: Readonly<Record<string, FieldValue>>): boolean {
  return evaluate(compiled([aRule("r", { when: condition })]), anEvent(fields)).matches.length === 1;
}

type Row = readonly [condition: Condition, fields: Readonly<Record<string, FieldValue>>, expected: boolean];

const field = "FilePath";

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  "[R1] empty, 0 and absent are alike": [
    [{ field, op: "=", value: "" }, {}, true],
    [{ field: "Priority", op: "=", value: 0 }, {}, true],
    [{ field: "Priority", op: "=", value: "" }, {}, true],
    [{ field, op: "=", value: "x" }, {}, false],
    [{ field, op: "!=", value: "x" }, {}, true],
    [{ field, op: "!=", value: "" }, {}, false],
    [{ field: "SourceUserName", op: "=", valueField: "DestinationUserName" }, {}, true],
    [{ field: "Priority", op: "<", value: 3 }, {}, true],
    [{ field: "SA.x", op: "=", value: "" }, { "SA.x": [] }, true],
  ],
  "[R2] numbers compare as numbers, everything else as text": [
    [{ field: "Priority", op: ">=", value: 3 }, { Priority: 10 }, true],
    [{ field: "Priority", op: ">=", value: "3" }, { Priority: 10 }, true],
    [{ field: "Extra.count", op: ">", value: 9 }, { "Extra.count": "10" }, true],
    [{ field: "Extra.count", op: ">", value: "9" }, { "Extra.count": "10" }, false],
    [{ field: "Extra.time", op: ">", value: "03:00:00" }, { "Extra.time": "04:00:00" }, true],
    [{ field: "Extra.time", op: "<=", value: "03:00:00" }, { "Extra.time": "03:00:00" }, true],
    [{ field: "DeviceEventClassID", op: "=", value: [1, 4688] }, { DeviceEventClassID: "4688" }, true],
    [{ field: "DeviceEventClassID", op: "=", value: 4688 }, { DeviceEventClassID: "04688" }, true],
    [{ field: "DeviceEventClassID", op: "=", value: "4688" }, { DeviceEventClassID: "04688" }, false],
    [{ field, op: "<", value: "B", ignoreCase: true }, { FilePath: "a" }, true],
    [{ field, op: "<", value: "B" }, { FilePath: "a" }, false],
  ],
  "[R3] any element of a list is enough, and != negates =": [
    [{ field: "SA.to", op: "=", value: "b" }, { "SA.to": ["a", "b"] }, true],
    [{ field: "SA.to", op: "!=", value: "b" }, { "SA.to": ["a", "b"] }, false],
    [{ field: "SA.to", op: "!=", value: ["c", "d"] }, { "SA.to": ["a", "b"] }, true],
    [{ field: "SA.to", op: "endsWith", value: "@x.example" }, { "SA.to": ["a@y.example", "b@x.example"] }, true],
    [{ field: "Name", op: "in", value: ["a"] }, { Name: "A" }, false],
    [{ field: "Name", op: "in", value: ["a"], ignoreCase: true }, { Name: "A" }, true],
    [{ field: "Name", op: "=", valueField: "SA.to" }, { Name: "b", "SA.to": ["a", "b"] }, true],
  ],
  "[R4] texts and subnets": [
    [{ field, op: "contains", value: ["x", "temp"], ignoreCase: true }, { FilePath: "C:\\Temp\\a" }, true],
    [{ field, op: "contains", value: "temp" }, { FilePath: "C:\\Temp\\a" }, false],
    [{ field, op: "startsWith", value: "C:\\" }, { FilePath: "C:\\Temp\\a" }, true],
    [{ field, op: "endsWith", value: ".exe" }, { FilePath: "C:\\a.exe.txt" }, false],
    [{ field, op: "contains", valueField: "FileName" }, { FilePath: "C:\\a" }, false],
    [{ field, op: "contains", valueField: "FileName" }, { FilePath: "C:\\a.exe", FileName: "a.exe" }, true],
    [{ field, op: "match", value: "^c:.*\\.(exe|dll)$", ignoreCase: true }, { FilePath: "C:\\a.DLL" }, true],
    [{ field, op: "match", value: "\\.dll$" }, { FilePath: "C:\\a.DLL" }, false],
    [{ field: "SourceAddress", op: "inSubnet", value: "10.0.0.0/8" }, { SourceAddress: "10.255.1.1" }, true],
    [{ field: "SourceAddress", op: "inSubnet", value: "10.0.0.0/8" }, { SourceAddress: "11.0.0.1" }, false],
    [
      { field: "SourceAddress", op: "inSubnet", value: ["192.0.2.0/24", "fc00::/7"] },
      { SourceAddress: "fd00::1" },
      true,
    ],
    [{ field: "SourceAddress", op: "inSubnet", value: "10.1.2.3" }, { SourceAddress: "::ffff:10.1.2.3" }, true],
    [{ field: "SourceAddress", op: "inSubnet", value: "0.0.0.0/0" }, { SourceAddress: "::1" }, false],
    [{ field: "SourceAddress", op: "inSubnet", value: "0.0.0.0/0" }, { SourceAddress: "not an address" }, false],
    [{ field: "SourceAddress", op: "inSubnet", value: "0.0.0.0/0" }, {}, false],
    [
      { field: "SourceAddress", op: "inSubnet", valueField: "Extra.net" },
      { SourceAddress: "10.1.1.1", "Extra.net": "10.1.0.0/16" },
      true,
    ],
  ],
};

describe("operators", () => {
  for (const [title, rows] of Object.entries(TABLES)) {
    it.each(rows)(`${title}: %j with %j is %s`, (condition, fields, expected) => {
      expect(holdsFor(condition, fields)).toBe(expected);
      expect(holdsFor({ not: condition }, fields)).toBe(!expected);
    });
  }

  it("[R7] match looks at the beginning of a long value only", () => {
    const text = `${"a".repeat(65_536)}needle`;
    expect(holdsFor({ field: "Raw", op: "match", value: "needle" }, { Raw: text })).toBe(false);
    expect(holdsFor({ field: "Raw", op: "match", value: "needle" }, { Raw: text.slice(10) })).toBe(true);
  });
});
