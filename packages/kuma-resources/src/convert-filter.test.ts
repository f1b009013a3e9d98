import { KUMA_CATALOGUE } from "@cordon/core/event";
import { parseCode, printWhen } from "@cordon/core/rules";
import { describe, expect, it } from "vitest";
import { all, any, compare, type Node, nested, node, not } from "../test/fixtures.ts";
import { convertFilter } from "./convert-filter.ts";
import type { Note } from "./note.ts";
import type { Raw } from "./raw.ts";

function convert(
  filter: object,
  others: Readonly<Record<string, Raw>> = {},
  lists: Readonly<Record<string, string>> = {},
) {
  const notes: Note[] = [];
  const when = convertFilter(filter as Raw, "filter", {
    catalogue: KUMA_CATALOGUE,
    note: (kind, path, message) => void notes.push({ kind, path, message }),
    filters: new Map(Object.entries(others)),
    listNames: new Map(Object.entries(lists)),
    inside: [],
  });
  return { code: when === undefined ? undefined : printWhen(when), notes };
}

const of = (root: Node, more: object = {}) => convert({ id: "f", name: "f", root, ...more });
const blocked = (notes: readonly Note[]) => notes.filter(({ kind }) => kind === "blocked");

describe("a filter of KUMA", () => {
  it.each<readonly [string, Node, string]>([
    ["a constant", compare("FileName", "=", "a.exe"), "FileName = 'a.exe'"],
    [
      "a list, of which one is enough",
      compare("DeviceAction", "=", ["Block", "Deny"]),
      "DeviceAction = ['Block', 'Deny']",
    ],
    [
      "another field",
      node({
        leftKind: "event",
        leftField: "SourceAddress",
        op: "=",
        rightKind: "event",
        rightField: "DestinationAddress",
      }),
      "SourceAddress = DestinationAddress",
    ],
    ["case", compare("FileName", "endsWith", ".ps1", { ignoreCase: true }), "FileName endsWith '.ps1' ignoreCase"],
    ["a negation", not(compare("FileName", "contains", "x")), "NOT FileName contains 'x'"],
    ["an expression", compare("RequestUrl", "match", "(?i)evil[0-9]+"), "RequestUrl match '(?i)evil[0-9]+'"],
    [
      "subnets",
      compare("SourceAddress", "inSubnet", ["10.0.0.0/8", "192.168.0.0/16"]),
      "SourceAddress inSubnet ['10.0.0.0/8', '192.168.0.0/16']",
    ],
    ["order", compare("Priority", ">=", 3), "Priority >= 3"],
    ["bits", compare("DeviceCustomNumber1", "hasBit", [2]), "DeviceCustomNumber1 hasBit [2]"],
    ["a number written as text", compare("DestinationPort", "=", "445"), "DestinationPort = 445"],
    ["a text written as a number", compare("DeviceEventClassID", "=", [1, 4688]), "DeviceEventClassID = ['1', '4688']"],
    ["a field of the customer's own", compare("S.KscHostID", "=", "h"), "S.KscHostID = 'h'"],
    [
      "and, or, not",
      all(
        any(compare("Name", "=", "a"), compare("Name", "=", "b")),
        not(all(compare("Priority", "=", 4), compare("Type", "=", 3))),
      ),
      "(Name = 'a' OR Name = 'b') AND NOT (Priority = 4 AND Type = 3)",
    ],
    ["a group of one", all(all(compare("Name", "=", "a"))), "Name = 'a'"],
  ])("keeps %s", (_what, root, code) => {
    const { code: printed, notes } = of(root);
    expect(printed).toBe(code);
    expect(blocked(notes)).toEqual([]);
    // What is printed is what the language reads again.
    expect(parseCode(code, KUMA_CATALOGUE).ok).toBe(true);
  });

  it("keeps the operators that ask a list, and says which lists the tenant must have", () => {
    const key = { leftID: "al-1", leftKeys: ["SourceUserName", "SourceAddress"] };
    const asks = all(
      node({ op: "inActiveList", ...key }),
      node({ op: "inDictionary", leftKind: "dictionary", leftID: "d-1", leftKeys: ["FileHash"] }),
      node({ op: "inContextTable", leftID: "t-1", leftKeys: ["FileHash"] }),
      compare("SourceAssetID", "inCategory", ["c-1"]),
      compare("SourceAccountID", "inActiveDirectoryGroup", "CN=Admins,DC=acme"),
      node({ leftKind: "event", leftField: "RequestUrl", leftTICategory: "KL_Malicious", op: "TIDetect" }),
      node({
        leftKind: "event",
        leftField: "DestinationAssetID",
        op: "hasVulnerability",
        vulns: { cves: ["CVE-2030-1"], minSeverity: 3 },
      }),
      node({
        leftKind: "activeList",
        leftID: "al-1",
        leftKeys: ["SourceUserName"],
        leftField: "level",
        op: ">=",
        rightKind: "constant",
        constant: 3,
      }),
      node({
        leftKind: "event",
        leftField: "SourceUserName",
        op: "=",
        rightKind: "dictionary",
        rightID: "d-1",
        rightKeys: ["SourceAddress"],
        rightField: "owner",
      }),
    );
    const { code, notes } = convert({ id: "f", root: asks }, {}, { "al-1": "banned" });
    expect(blocked(notes)).toEqual([]);
    expect(code).toContain("inActiveList('banned', SourceUserName, SourceAddress)");
    expect(code).toContain("inDictionary('d-1', FileHash)");
    expect(notes.filter(({ kind }) => kind === "needs").length).toBeGreaterThanOrEqual(8);
    expect(notes.map(({ message }) => message).join("\n")).toContain(
      'the active list "banned", whose key is made of SourceUserName, SourceAddress',
    );
    expect(parseCode(code ?? "", KUMA_CATALOGUE).ok).toBe(true);
  });

  it("is read in code mode, too; a mistake in it stands with its place", () => {
    expect(
      convert({ id: "", name: "c", code: "DeviceVendor='Microsoft' AND NOT (FileName startsWith 'c:\\\\windows')" })
        .code,
    ).toBe("DeviceVendor = 'Microsoft' AND NOT FileName startsWith 'c:\\\\windows'");
    const asking = convert({ id: "", name: "c", code: "Priority = 4 OR NOT inActiveList('watched', SourceUserName)" });
    expect(asking.notes).toMatchObject([
      { kind: "needs", message: expect.stringContaining('"watched" of inActiveList') },
    ]);
    const wrong = convert({ id: "", name: "c", code: "DeviceVendor === 'x'" });
    expect(wrong.code).toBeUndefined();
    expect(blocked(wrong.notes)[0]?.path).toBe("filter.code");
  });

  it("takes a filter inside a filter by the copy that it carries, and says when that says otherwise", () => {
    const windows = { id: "w", name: "Windows", root: all(compare("DeviceProduct", "=", "Windows")) };
    const root = all(nested(windows), not(nested(windows)), compare("Priority", "=", 4));
    const same = convert({ id: "f", root }, { w: { ...windows, root: { ...windows.root, leftListItemIdx: null } } });
    expect(same).toEqual({
      code: "DeviceProduct = 'Windows' AND NOT DeviceProduct = 'Windows' AND Priority = 4",
      notes: [],
    });
    const other = convert(
      { id: "f", root: all(nested(windows)) },
      { w: { root: all(compare("DeviceProduct", "=", "Linux")) } },
    );
    expect(other.code).toBe("DeviceProduct = 'Windows'");
    expect(other.notes).toMatchObject([
      { kind: "assumed", message: expect.stringContaining('"Windows" in here says otherwise') },
    ]);
  });

  it("follows a reference without a copy, names one that is missing, and is not caught by a cycle", () => {
    const a = { name: "A", root: all(nested({ id: "b", name: "B" })) };
    const b = { name: "B", root: all(nested({ id: "a", name: "A" })) };
    expect(
      convert({ id: "x", root: all(nested({ id: "c", name: "C" })) }, { c: { root: all(compare("Name", "=", "c")) } })
        .code,
    ).toBe("Name = 'c'");
    const missing = convert({ id: "x", root: all(nested({ id: "gone", name: "Gone" })) });
    expect(blocked(missing.notes)[0]?.message).toContain('"Gone", which is not among what was given');
    const empty = convert({ id: "e" }, { e: { name: "Empty" } });
    expect(blocked(empty.notes)[0]?.message).toBe("has no conditions");
    const cycle = convert({ id: "a", ...a }, { a, b });
    expect(cycle.code).toBeUndefined();
    expect(blocked(cycle.notes)[0]?.message).toContain("contains itself");
  });

  it.each<readonly [string, Node, string]>([
    ["a local variable", compare("$host", "=", "x"), "local variable"],
    ["a field that does not exist", compare("FileNaem", "=", "x"), "did it mean FileName?"],
    ["an operator that is not known", compare("FileName", "soundsLike", "x"), 'operator "soundsLike"'],
    [
      "an operand of a kind that is not known",
      node({ leftKind: "event", leftField: "Name", op: "=", rightKind: "weather" }),
      'kind "weather"',
    ],
    [
      "a left side of a kind that is not known",
      node({ leftKind: "moon", leftField: "Name", op: "=", rightKind: "constant", constant: 1 }),
      'kind "moon"',
    ],
    [
      "a member that says something and is not known",
      { ...compare("Name", "=", "x"), fuzziness: 2 } as Node,
      "fuzziness",
    ],
    ["an empty list", compare("Name", "=", []), "empty"],
    ["a group without conditions", all(), "no conditions"],
    ["nothing to compare with", node({ leftKind: "event", leftField: "Name", op: "=" }), "nothing to compare with"],
    ["a list without a key", node({ op: "inActiveList", leftID: "x" }), "no event fields"],
  ])("is refused whole for %s", (_what, condition, reason) => {
    const { code, notes } = of(all(compare("Priority", "=", 4), condition));
    expect(code).toBeUndefined();
    expect(
      blocked(notes)
        .map(({ message }) => message)
        .join("\n"),
    ).toContain(reason);
  });

  it("names every reason, not only the first, each with its place", () => {
    const { notes } = of(any(compare("$a", "=", 1), all(compare("$b", "=", 1))));
    expect(blocked(notes).map(({ path }) => path)).toEqual([
      "filter.root.conditions[0]",
      "filter.root.conditions[1].conditions[0]",
    ]);
  });

  it("nesting without end is refused, not followed", () => {
    let root = compare("Name", "=", "x");
    for (let depth = 0; depth < 5_000; depth++) root = all(root);
    expect(blocked(of(root).notes)[0]?.message).toContain("nest more than");
  });

  it("says that what can never hold here never holds", () => {
    expect(of(compare("Type", "=", [1, 2])).notes).toMatchObject([
      { kind: "assumed", message: expect.stringContaining("never holds") },
    ]);
    expect(of(compare("Type", "=", [2, 3])).notes).toEqual([]);
  });
});
