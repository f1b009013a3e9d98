import { describe, expect, it } from "vitest";
import { aRule, COMPILE_OPTIONS } from "../../test/rule-builders.ts";
import { literalValue, readForm } from "./argument-forms.ts";
import { compileRules } from "./compile-rules.ts";
import type { ArgumentForm, Rule, RuleAction } from "./rule.ts";
import type { Scalar } from "./when.ts";

describe("forms of values", () => {
  const MD5 = "0123456789abcdef0123456789ABCDEF";

  it.each<readonly [form: ArgumentForm, value: Scalar, read: Scalar | undefined]>([
    ["md5", MD5, MD5],
    ["md5", `${MD5}${MD5}`, undefined],
    ["md5", 5, undefined],
    ["sha256", `${MD5}${MD5}`, `${MD5}${MD5}`],
    ["sha256", MD5, undefined],
    ["path", "C:\\Users\\a.exe", "C:\\Users\\a.exe"],
    ["path", "\\\\server\\share\\a", "\\\\server\\share\\a"],
    ["path", "%TEMP%\\a", "%TEMP%\\a"],
    ["path", "/usr/bin/a", "/usr/bin/a"],
    ["path", "a.exe", undefined],
    ["path", "C:\\a\nb", undefined],
    ["pid", "4242", 4242],
    ["pid", 4, 4],
    ["pid", 0, undefined],
    ["pid", "4.5", undefined],
    ["pid", 4_294_967_296, undefined],
    ["duration", "4h", 14_400],
    ["duration", "90", 90],
    ["duration", 90, 90],
    ["duration", "soon", undefined],
    ["ipAddress", "10.0.0.1", "10.0.0.1"],
    ["ipAddress", "fe80::1", "fe80::1"],
    ["ipAddress", "10.0.0", undefined],
    ["domain", "c2.example.com", "c2.example.com"],
    ["domain", "ws-1", undefined],
    ["domain", "10.0.0.1", undefined],
    ["url", "https://a.example/x?y", "https://a.example/x?y"],
    ["url", "a.example/x", undefined],
  ])("[R25] %s reads %j as %j", (form, value, read) => {
    expect(readForm(form, value)).toBe(read);
  });

  it("[R25] a time argument may be written as a duration, others stay as they are", () => {
    expect(literalValue("durationSeconds", "4h")).toBe(14_400);
    expect(literalValue("durationSeconds", "long")).toBe("long");
    expect(literalValue("path", "4h")).toBe("4h");
  });
});

describe("mappings that can never work", () => {
  const problemsOf = (rule: Rule): readonly string[] => {
    const compilation = compileRules([rule], { ...COMPILE_OPTIONS, features: new Set(["chains"]) });
    return compilation.ok ? [] : compilation.problems.map(({ path, code }) => `${path.join(".")} ${code}`);
  };
  const isolate = { kind: "isolateHost", arguments: { durationSeconds: "4h" } } as const;

  it.each<readonly [RuleAction, readonly string[]]>([
    [isolate, []],
    [{ kind: "isolateHost", arguments: { durationSeconds: { field: "DeviceCustomNumber1" } } }, []],
    [{ kind: "isolateHost", arguments: { durationSeconds: { field: "S.IsolateFor", form: "duration" } } }, []],
    [
      { kind: "isolateHost", arguments: { durationSeconds: { field: "EndTime" } } },
      ["actions.0.arguments.durationSeconds.field wrong_type"],
    ],
    [
      { kind: "getFile", arguments: { path: { field: "FilePath", orFields: ["FileSize"] } } },
      ["actions.0.arguments.path.orFields.0 wrong_type"],
    ],
    [
      { kind: "getFile", arguments: { path: { field: "FilePath", form: "md5" } } },
      ["actions.0.arguments.path.form bad_argument"],
    ],
    [
      { kind: "iocScan", arguments: { sha256: [{ field: "FileHash" }, { field: "Priority" }] } },
      ["actions.0.arguments.sha256.1.field wrong_type"],
    ],
    [
      { kind: "iocScan", arguments: { indicators: { field: "FileHash" } } },
      ["actions.0.arguments.indicators bad_argument"],
    ],
    [
      { kind: "isolateHost", arguments: { durationSeconds: "4h", exclusions: [{ field: "SourceAddress" }] } },
      ["actions.0.arguments.exclusions.0 bad_argument"],
    ],
  ])("[R26] %j", (action, expected) => {
    expect(problemsOf(aRule("r", { actions: [action] }))).toEqual(expected);
  });

  it("[R24] a chain of one, and a failure that nobody waits for, are mistakes", () => {
    expect(problemsOf(aRule("r", { actions: [isolate], chain: "inOrder" }))).toEqual(["chain bad_operand"]);
    expect(problemsOf(aRule("r", { actions: [{ ...isolate, onFailure: "stop" }] }))).toEqual([
      "actions.0.onFailure bad_operand",
    ]);
    expect(
      problemsOf(aRule("r", { actions: [isolate, { ...isolate, onFailure: "continue" }], chain: "inOrder" })),
    ).toEqual([]);
  });
});
