import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import { describe, expect, it } from "vitest";
import { fittingItems } from "./fitting-items.ts";

const A = "aa".repeat(32);
const B = "bb".repeat(32);
const ITEMS = [
  { itemId: "full", objectName: "C:\\Temp\\evil.exe" },
  { itemId: "name", objectName: "EVIL.exe" },
  { itemId: "elsewhere", objectName: "C:\\Other\\evil.exe" },
  { itemId: "hash-a", objectName: "evil.exe", sha256: A },
  { itemId: "hash-b", objectName: "evil.exe", sha256: B },
];

const fitting = (spec: ActionArgs) => fittingItems({ spec } as ActionOrder, ITEMS).map(({ itemId }) => itemId);

describe("what an action may have brought", () => {
  it("is told by the full path where the list has it, otherwise by the name, in any case and with either slash", () => {
    expect(fitting({ kind: "getFile", path: "c:/temp/EVIL.EXE" })).toEqual(["full", "name", "hash-a", "hash-b"]);
    expect(fitting({ kind: "getFile", path: "C:\\Temp\\good.exe" })).toEqual([]);
  });

  it("is not an object whose hash is known to be another", () => {
    expect(fitting({ kind: "quarantineFile", path: "C:\\Temp\\evil.exe", sha256: A })).toEqual([
      "full",
      "name",
      "hash-a",
    ]);
    expect(fitting({ kind: "quarantineFile", sha256: A })).toEqual(["full", "name", "elsewhere", "hash-a"]);
  });

  it("is nothing for an action that brings no file", () => {
    expect(fitting({ kind: "onDemandScan" })).toEqual([]);
  });
});
