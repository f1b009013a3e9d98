import { describe, expect, it } from "vitest";
import { fuzz } from "../src/fuzz-loop.ts";
import type { FuzzTarget } from "../src/target.ts";
import { TARGETS } from "../src/targets.ts";

const SEED = 20_261_124;
/** Parsers of YAML and files of SQLite cost twenty times what the others do. */
const SLOW: ReadonlySet<string> = new Set([
  "rule-files",
  "rule-tests",
  "rollout-files",
  "site-policies",
  "lists-files",
  "ledger-file",
]);

describe("every parser that meets bytes of others", () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    "%s fails in no way but the one that it declares",
    async (name, target) => {
      const result = await fuzz(target, { cases: SLOW.has(name) ? 100 : 2_000, seed: SEED });
      expect(result.finding).toBeUndefined();
    },
  );
});

const planted = (run: FuzzTarget["run"]): FuzzTarget => ({
  name: "planted",
  summary: "",
  shape: "text",
  seeds: [new TextEncoder().encode("a long text with a word in it")],
  words: ["needle"],
  bytesMax: 1_000,
  run,
});

describe("the loop", () => {
  const needle = planted((input) => {
    if (Buffer.from(input).includes("needle")) throw new TypeError("planted");
  });

  it("finds a planted mistake and hands it over without what it does not need", async () => {
    const { finding } = await fuzz(needle, { cases: 5_000, seed: 1 });
    expect(finding).toMatchObject({ kind: "thrown", text: expect.stringContaining("planted") });
    expect(Buffer.from(finding?.input ?? []).toString()).toBe("needle");
  });

  it("the same seed gives the same cases", async () => {
    const runs = await Promise.all([7, 7, 8].map((seed) => fuzz(needle, { cases: 5_000, seed })));
    const [first, same, other] = runs.map(({ cases }) => cases);
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });

  it("a promise that rejects is a finding, as a throw is", async () => {
    const rejecting = planted(async () => {
      throw new Error("planted later");
    });
    expect((await fuzz(rejecting, { cases: 1, seed: 1 })).finding?.text).toContain("planted later");
  });
});
