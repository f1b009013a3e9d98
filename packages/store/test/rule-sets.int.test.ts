import { createActiveRules, createRuleSets } from "@cordon/coordinator-core";
import { ruleId, silentLogger, tenantId } from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { createFakeClock } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { aRule, jsonRules, NO_LISTS, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

async function aProcess() {
  const clock = createFakeClock(NOW);
  const active = createActiveRules({
    store: world.ruleSets,
    compiler: jsonRules,
    lists: NO_LISTS,
    clock,
    logger: silentLogger,
  });
  await active.start();
  onTestFinished(() => active.stop());
  return { active, clock, ruleSets: createRuleSets({ store: world.ruleSets, compiler: jsonRules, active, clock }) };
}

const files = (...rules: readonly Rule[]) => [{ name: "rules.json", text: JSON.stringify(rules) }];
const named = (id: string) => aRule({ id: ruleId(id) });

test("sets are numbered without a gap, and the same files have the same number", async () => {
  const { tenant } = await world.settle();
  const { ruleSets } = await aProcess();
  const publish = async (id: string) => {
    const published = await ruleSets.publish(tenant, files(named(id)), "ann");
    return published.kind === "published" ? [published.ruleSet.version, published.created] : published.kind;
  };
  expect([await publish("a"), await publish("b"), await publish("a"), await publish("c")]).toEqual([
    [1, true],
    [2, true],
    [1, false],
    [3, true],
  ]);
  expect((await ruleSets.list(tenant)).map(({ version }) => version)).toEqual([3, 2, 1]);
});

test("ten that publish at once get ten numbers, or one when it is the same", async () => {
  const { tenant } = await world.settle();
  const { ruleSets } = await aProcess();
  const versions = async (sets: readonly Rule[]) => {
    const all = await Promise.all(sets.map((rule) => ruleSets.publish(tenant, files(rule), "ann")));
    return all.map((each) => (each.kind === "published" ? each.ruleSet.version : 0)).sort((a, b) => a - b);
  };
  const ten = Array.from({ length: 10 }, (_, index) => index);
  expect(await versions(ten.map((index) => named(`r${index}`)))).toEqual(ten.map((index) => index + 1));
  expect(await versions(ten.map(() => named("same")))).toEqual(ten.map(() => 11));
});

test("a set with a mistake is refused whole, and what was active stays", async () => {
  const { tenant } = await world.settle();
  const { ruleSets, active } = await aProcess();
  await ruleSets.publish(tenant, files(named("good")), "ann");
  await ruleSets.activate(tenant, 1, "ann");
  const bad = named("bad");
  const refused = await ruleSets.publish(
    tenant,
    files(named("fine"), { ...bad, when: { field: "Nmae", op: "=", value: "x" } }),
    "ann",
  );
  expect(refused).toMatchObject({ kind: "invalid", problems: [{ file: "rules.json" }] });
  expect(await ruleSets.list(tenant)).toHaveLength(1);
  expect(active.current(tenant)).toMatchObject({ version: 1 });
});

test("activating counts at once here, within a poll elsewhere and after a restart, and is in the history", async () => {
  const { tenant } = await world.settle();
  const [here, elsewhere] = [await aProcess(), await aProcess()];
  await here.ruleSets.publish(tenant, files(named("a")), "ann");
  await here.ruleSets.publish(tenant, files(named("b")), "ann");
  expect(here.active.current(tenant)).toBeUndefined();
  expect(await here.ruleSets.activate(tenant, 2, "ann")).toBe("activated");
  expect(await here.ruleSets.activate(tenant, 1, "bob")).toBe("activated");
  expect(here.active.current(tenant)).toMatchObject({ version: 1, compiled: { rules: [{ rule: { id: "a" } }] } });
  await elsewhere.clock.advance(1_000);
  // The poll is a query: it is done when the next one in line is.
  await elsewhere.active.refresh(tenant);
  expect(elsewhere.active.current(tenant)).toMatchObject({ version: 1 });
  expect((await aProcess()).active.current(tenant)).toMatchObject({ version: 1 });
  expect((await here.ruleSets.history(tenant)).map(({ version, activatedBy }) => [version, activatedBy])).toEqual([
    [1, "bob"],
    [2, "ann"],
  ]);
  expect((await here.ruleSets.list(tenant)).map(({ version, active }) => [version, active])).toEqual([
    [2, false],
    [1, true],
  ]);
});

test("there is no activating what was never published, and no publishing for nobody", async () => {
  const { tenant } = await world.settle();
  const { ruleSets } = await aProcess();
  expect(await ruleSets.activate(tenant, 99, "ann")).toBe("not_found");
  expect(await ruleSets.publish(tenantId("nobody"), files(named("a")), "ann")).toEqual({ kind: "no_tenant" });
});
