import { describe, expect, it } from "vitest";
import { hygieneRules } from "./rules/hygiene.ts";
import { layerRules } from "./rules/layers.ts";
import { purityRules } from "./rules/purity.ts";
import type { Rule } from "./violation.ts";
import { type Layer, toSource, type WorkspacePackage } from "./workspace.ts";

function aPackage(folder: string, layer: Layer, dependencies: readonly string[] = []): WorkspacePackage {
  return {
    folder,
    name: `@cordon/${folder.split("/")[1]}`,
    layer,
    dependencies: new Set(dependencies),
    devDependencies: new Set(),
  };
}

const PACKAGES = [
  aPackage("packages/core", "core", ["ws"]),
  aPackage("packages/coordinator-core", "use-cases", ["@cordon/core", "@cordon/store"]),
  aPackage("packages/store", "adapter", ["@cordon/core", "@cordon/queue", "ws"]),
  aPackage("packages/queue", "adapter", ["@cordon/core"]),
  aPackage("apps/coordinator", "app", ["@cordon/core", "@cordon/testkit"]),
  aPackage("packages/testkit", "testkit", ["@cordon/core"]),
];

function broken(rule: Rule, file: string, text: string) {
  return rule({ root: "/", packages: PACKAGES, sources: [toSource(file, text, PACKAGES)] }).map(
    ({ line, rule: sentence }) => `${line}: ${sentence}`,
  );
}

describe("import rules", () => {
  it.each([
    [
      "a use case importing an adapter",
      "packages/coordinator-core/src/a.ts",
      'import { x } from "@cordon/store";',
      'may import core, not "adapter"',
    ],
    ["an adapter importing another adapter", "packages/store/src/a.ts", '\nexport * from "@cordon/queue";', "2: layer"],
    ["an app importing the testkit", "apps/coordinator/src/a.ts", 'import "@cordon/testkit";', 'not "testkit"'],
    ["core importing a library", "packages/core/src/rules/a.ts", 'import ws from "ws";', "takes no npm package"],
    ["core doing input or output", "packages/core/src/rules/a.ts", 'import fs from "node:fs";', "behind a port"],
    [
      "a library outside its one place",
      "packages/store/src/a.ts",
      'import ws from "ws";',
      "only packages/protocol/src/ws/",
    ],
    [
      "reaching into another package",
      "packages/store/src/a.ts",
      'import { x } from "../../core/src/kernel/ids.ts";',
      "reaches into another package",
    ],
    [
      "an undeclared dependency",
      "packages/queue/src/a.ts",
      `const x = await ${"import"}("left-pad");`,
      "not among the product dependencies",
    ],
    [
      "an import over several lines",
      "packages/store/src/a.ts",
      'import {\n  a,\n  b,\n} from "@cordon/queue";',
      "4: layer",
    ],
  ])("%s is named with file, line and rule", (_what, file, text, sentence) => {
    expect(broken(layerRules, file, text).join("\n")).toContain(sentence);
  });

  it("imports that point down pass", () => {
    expect(
      broken(
        layerRules,
        "packages/store/src/a.ts",
        'import { x } from "@cordon/core/kernel";\nimport y from "./b.ts";',
      ),
    ).toEqual([]);
    expect(broken(layerRules, "packages/core/src/kernel/ids.ts", 'import { createHash } from "node:crypto";')).toEqual(
      [],
    );
  });
});

describe("deciding code", () => {
  it.each(["Date.now()", "new Date()", "Math.random()", "setTimeout(f, 1)"])(
    "%s is refused in core and use cases, not in adapters",
    (code) => {
      expect(broken(purityRules, "packages/core/src/rules/a.ts", `const x = ${code};`)).toHaveLength(1);
      expect(broken(purityRules, "packages/coordinator-core/src/a.ts", `const x = ${code};`)).toHaveLength(1);
      expect(broken(purityRules, "packages/store/src/a.ts", `const x = ${code};`)).toEqual([]);
    },
  );
});

describe("hygiene", () => {
  it("vague names, leftovers, unrun tests and stray environment reads are named", () => {
    expect(broken(hygieneRules, "packages/store/src/helpers.ts", "")).toHaveLength(1);
    expect(broken(hygieneRules, "packages/store/src/aThing.ts", "")).toHaveLength(1);
    expect(broken(hygieneRules, "packages/store/src/a.ts", `// TO${"DO"} later`)).toHaveLength(1);
    expect(broken(hygieneRules, "packages/store/src/a.test.ts", `it.${"only"}("x", f)`)).toHaveLength(1);
    expect(broken(hygieneRules, "packages/store/src/a.ts", "process.env.X")).toHaveLength(1);
    expect(broken(hygieneRules, "apps/coordinator/src/config.ts", "process.env.X")).toEqual([]);
  });
});
