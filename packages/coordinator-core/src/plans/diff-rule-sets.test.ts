import { expect, test } from "vitest";
import { aSet, isolating } from "../../test/replay-world.ts";
import { diffRuleSets } from "./diff-rule-sets.ts";

const file = (name: string, lines: readonly string[]) => ({ name, text: `${lines.join("\n")}\n` });
const { compiled } = aSet(1, [isolating("a", "one"), isolating("b", "two")]);
const changed = aSet(2, [isolating("a", "one", { priority: 7 }), isolating("c", "three")]).compiled;

test("rules are told apart by what they say; files by their lines, with the lines around a change", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const before = { compiled, files: [file("rules/x.yaml", lines), file("rules/gone.yaml", ["old"])] };
  const after = {
    compiled: changed,
    files: [file("elsewhere/rules/x.yaml", lines.with(9, "other")), file("elsewhere/rules/new.yaml", ["new"])],
  };
  expect(diffRuleSets(before, after)).toEqual({
    added: ["c"],
    removed: ["b"],
    changed: [{ ruleId: "a", members: ["priority"] }],
    same: 0,
    files: [
      { name: "gone.yaml", kind: "removed", lines: ["@@ -1,1 +1,0 @@", "-old"], cut: false },
      { name: "new.yaml", kind: "added", lines: ["@@ -1,0 +1,1 @@", "+new"], cut: false },
      {
        name: "x.yaml",
        kind: "changed",
        lines: [
          "@@ -7,7 +7,7 @@",
          " line 7",
          " line 8",
          " line 9",
          "-line 10",
          "+other",
          " line 11",
          " line 12",
          " line 13",
        ],
        cut: false,
      },
    ],
  });
});

test("the same set, published from another folder, differs in nothing", () => {
  const at = (folder: string) => ({ compiled, files: [file(`${folder}/x.yaml`, ["a"])] });
  expect(diffRuleSets(at("rules"), at("tenants/acme"))).toEqual({
    added: [],
    removed: [],
    changed: [],
    same: 2,
    files: [],
  });
  expect(diffRuleSets(undefined, at("rules"))).toMatchObject({ added: ["a", "b"], files: [{ kind: "added" }] });
});
