import {
  createActiveLists,
  createActiveRules,
  createListDesk,
  createListSweep,
  createRuleSets,
} from "@cordon/coordinator-core";
import { addMs, type EpochMs, ruleId, silentLogger, type TenantId } from "@cordon/core/kernel";
import { LIST_LIMITS, type ListDefinition } from "@cordon/core/lists";
import type { Rule, WhenNode } from "@cordon/core/rules";
import { createFakeClock } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { aRule, compileJsonRules, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

/** One coordinator process. What it knows is lost with it. */
async function aProcess(now: EpochMs = NOW) {
  const clock = createFakeClock(now);
  const { lists: store, ruleSets: sets } = world;
  const lists = createActiveLists({ store, clock, logger: silentLogger });
  const compiler = {
    compile: async (tenant: TenantId, files: Parameters<typeof compileJsonRules>[0]) =>
      compileJsonRules(files, await lists.catalogue(tenant)),
  };
  const active = createActiveRules({ store: sets, compiler, lists, clock, logger: silentLogger });
  await active.start();
  onTestFinished(() => active.stop());
  return {
    clock,
    lists,
    active,
    // An import lets others have their turn, and nobody moves the clock meanwhile.
    desk: createListDesk({ store, active: lists, clock: { ...clock, sleep: async () => {} }, logger: silentLogger }),
    sweep: createListSweep({ store, clock, logger: silentLogger }),
    ruleSets: createRuleSets({ store: sets, compiler, active, clock }),
  };
}

type Process = Awaited<ReturnType<typeof aProcess>>;

const banned: ListDefinition = { name: "banned", kind: "activeList", key: ["hash"], columns: [], description: "" };
const accounts: ListDefinition = {
  ...banned,
  name: "accounts",
  kind: "contextTable",
  key: ["user", "domain"],
  columns: [
    { name: "level", type: "number" },
    { name: "home", type: "text" },
  ],
};
const ON_BANNED: WhenNode = { op: "inActiveList", list: "banned", key: ["OldFileHash"] };
const ON_LEVEL: WhenNode = {
  cell: { list: "accounts", key: ["SourceUserName", "SourceNtDomain"], column: "level" },
  op: ">=",
  value: 3,
};
const files = (...rules: readonly Rule[]) => [{ name: "rules.json", text: JSON.stringify(rules) }];
const onBanned = (id = "on-banned") => aRule({ id: ruleId(id), when: ON_BANNED });

/** A tenant with both lists and rules in use that ask them. */
async function settled(process: Process): Promise<TenantId> {
  const { tenant } = await world.settle();
  await process.desk.create(tenant, banned, "ann");
  await process.desk.create(tenant, accounts, "ann");
  await process.desk.put(tenant, "accounts", [{ key: ["ann", "ACME"], cells: { level: 3, home: "ws-1" } }], "ann");
  const published = await process.ruleSets.publish(tenant, files(onBanned(), aRule({ when: ON_LEVEL })), "ann");
  if (published.kind !== "published") throw new Error(JSON.stringify(published));
  expect(await process.ruleSets.activate(tenant, published.ruleSet.version, "ann")).toBe("activated");
  return tenant;
}

const isBanned = ({ active }: Process, tenant: TenantId, hash: string) =>
  active.inUse(tenant)?.lists.has("banned", [hash]);
const add = ({ desk }: Process, tenant: TenantId, ...hashes: readonly string[]) =>
  desk.put(
    tenant,
    "banned",
    hashes.map((hash) => ({ key: [hash], cells: {} })),
    "ann",
    "seen",
  );

test("what is put into a list counts at once here, within a second elsewhere, and after a restart", async () => {
  const here = await aProcess();
  const tenant = await settled(here);
  const elsewhere = await aProcess();
  expect(await add(here, tenant, "bad")).toMatchObject({ kind: "done", added: 1, list: { entries: 1, revision: 2 } });
  expect(isBanned(here, tenant, "bad")).toBe(true);
  expect(isBanned(elsewhere, tenant, "bad")).toBe(false);
  elsewhere.lists.start();
  onTestFinished(() => elsewhere.lists.stop());
  await elsewhere.clock.advance(1_000);
  // The look is a query: it is done when the next one in line is.
  await elsewhere.lists.refresh(tenant);
  expect(isBanned(elsewhere, tenant, "bad")).toBe(true);
  expect(elsewhere.active.inUse(tenant)?.lists.cell("accounts", ["ann", "ACME"], "level")).toBe(3);
  expect(isBanned(await aProcess(), tenant, "bad")).toBe(true);
});

test("[E6] an event that is being looked at goes on seeing one moment", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  const before = process.active.inUse(tenant);
  await add(process, tenant, "bad");
  expect(before?.lists.has("banned", ["bad"])).toBe(false);
  expect(isBanned(process, tenant, "bad")).toBe(true);
});

test("[E5] an entry ends by the clock, without anybody's doing, and is taken out of the record and into its history", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  await process.desk.put(tenant, "banned", [{ key: ["soon"], cells: {}, expiresAt: NOW + 60_000 }], "ann");
  expect(isBanned(process, tenant, "soon")).toBe(true);
  await process.clock.advance(60_000);
  expect(isBanned(process, tenant, "soon")).toBe(false);
  expect(await process.desk.entries(tenant, "banned", { limit: 10 })).toEqual([]);
  expect(await process.sweep.runOnce()).toMatchObject({ expired: 1 });
  expect(await process.desk.getList(tenant, "banned")).toMatchObject({ entries: 0, bytes: 0, revision: 3 });
  expect(await process.desk.listRevisions(tenant, "banned", { limit: 1 })).toMatchObject([
    { kind: "expired", by: "time", removed: 1 },
  ]);
  expect(await process.sweep.runOnce()).toMatchObject({ expired: 0 });
});

test("[E5] an entry that is over and put anew is a new one", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  await process.desk.put(tenant, "banned", [{ key: ["x"], cells: {}, expiresAt: NOW + 60_000 }], "ann");
  await process.clock.advance(60_000);
  expect(await add(process, tenant, "x")).toMatchObject({ added: 1, replaced: 0, list: { entries: 1, revision: 4 } });
});

test("[E9] every change is kept with who made it, when and why, and what each entry was before and after", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  const at = (level: number) => [{ key: ["ann", "ACME"], cells: { level, home: "ws-1" } }];
  await process.clock.advance(10);
  expect(await process.desk.put(tenant, "accounts", at(4), "bob", "promoted")).toMatchObject({ replaced: 1, added: 0 });
  expect(await process.desk.put(tenant, "accounts", at(4), "bob")).toMatchObject({
    unchanged: 1,
    list: { revision: 3 },
  });
  expect(
    await process.desk.remove(
      tenant,
      "accounts",
      [
        ["ann", "ACME"],
        ["no", "body"],
      ],
      "carl",
    ),
  ).toMatchObject({
    removed: 1,
    unchanged: 1,
    list: { entries: 0, bytes: 0 },
  });
  expect(await process.desk.listRevisions(tenant, "accounts", { limit: 10 })).toMatchObject([
    { revision: 4, kind: "removed", by: "carl", removed: 1 },
    { revision: 3, kind: "put", by: "bob", reason: "promoted", at: addMs(NOW, 10), replaced: 1 },
    { revision: 2, kind: "put", by: "ann", added: 1 },
    { revision: 1, kind: "created", by: "ann", definition: { name: "accounts", columns: [{}, {}] } },
  ]);
  const rows = await process.desk.listEntryRevisions(tenant, "accounts", { key: ["ann", "ACME"], limit: 10 });
  const [three, four] = [3, 4].map((level) => ({ cells: { level, home: "ws-1" } }));
  expect(rows.map(({ revision, by, before, after }) => [revision, by, before, after])).toEqual([
    [4, "carl", four, undefined],
    [3, "bob", three, four],
    [2, "ann", undefined, three],
  ]);
  expect(await process.desk.listEntryRevisions(tenant, "accounts", { revision: 3, limit: 10 })).toHaveLength(1);
});

test("[E8] what rules in use need is neither deleted nor reshaped, and they are named; without them it may be", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  expect(await process.desk.delete(tenant, "banned", "bob")).toEqual({
    kind: "in_use",
    problems: ['rule "on-banned" needs the active list "banned"'],
  });
  const { columns } = accounts;
  const homeOnly = { ...accounts, columns: columns.slice(1) };
  expect(await process.desk.change(tenant, homeOnly, "bob")).toEqual({
    kind: "in_use",
    problems: ['rule "isolate" needs the column "level" of "accounts"'],
  });
  const levelOnly = { ...accounts, columns: columns.slice(0, 1) };
  expect(await process.desk.change(tenant, levelOnly, "bob")).toMatchObject({ kind: "done", list: { columns: [{}] } });
  const facts = () => process.active.inUse(tenant)?.lists;
  expect(facts()?.cell("accounts", ["ann", "ACME"], "home")).toBeUndefined();
  expect(facts()?.cell("accounts", ["ann", "ACME"], "level")).toBe(3);
  await process.ruleSets.publish(tenant, files(aRule()), "ann");
  await process.ruleSets.activate(tenant, 2, "ann");
  await add(process, tenant, "bad");
  expect(await process.desk.delete(tenant, "banned", "bob", "moved")).toEqual({ kind: "deleted" });
  expect(await process.desk.getList(tenant, "banned")).toBeUndefined();
  expect(await process.desk.listRevisions(tenant, "banned", { limit: 1 })).toMatchObject([
    { kind: "deleted", by: "bob", reason: "moved", removed: 1 },
  ]);
  // The same name is another list, and the rules that were published with the first are not activated without it.
  expect(await process.ruleSets.activate(tenant, 1, "ann")).toEqual({
    unmet: ['rule "on-banned" needs the active list "banned"'],
  });
  expect(await process.desk.create(tenant, { ...banned, kind: "dictionary" }, "bob")).toMatchObject({ kind: "done" });
  expect(await process.ruleSets.activate(tenant, 1, "ann")).toMatchObject({
    unmet: [expect.stringContaining("dictionary")],
  });
  expect(process.active.current(tenant)?.version).toBe(2);
});

test("a rule that names a list which the tenant does not have is refused with the nearest name", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  const wrong = aRule({ when: { ...ON_BANNED, list: "baned" } as WhenNode });
  expect(await process.ruleSets.publish(tenant, files(wrong), "ann")).toMatchObject({
    kind: "invalid",
    problems: [{ message: expect.stringContaining('no list "baned"') }],
  });
});

test("[E4] an import is taken whole or not at all; with `only`, nothing else is left", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  const importing = (text: string, only = false) =>
    process.desk.import(tenant, "banned", { format: "csv", text, only }, "ann");
  await add(process, tenant, "old", "kept");
  expect(await importing("hash\nnew\n\u0000\nnew\n")).toEqual({
    kind: "bad_lines",
    problems: [
      { line: 3, message: expect.stringContaining("no key can have") },
      { line: 4, message: "the same key stands in line 2" },
    ],
    more: false,
  });
  expect(await process.desk.getList(tenant, "banned")).toMatchObject({ entries: 2, revision: 2 });
  expect(await importing("hash\nnew\nkept\n")).toMatchObject({ added: 1, unchanged: 1, removed: 0, over: 0 });
  expect(await importing("hash,expiresAt\nnew,\nnewer,\ngone,2020-01-01T00:00:00Z\n", true)).toMatchObject({
    added: 1,
    unchanged: 1,
    removed: 2,
    over: 1,
    list: { entries: 2 },
  });
  const held = ["old", "kept", "new", "newer", "gone"].filter((hash) => isBanned(process, tenant, hash));
  expect(held).toEqual(["new", "newer"]);
});

test("two that change a list at the same time both do, one after the other", async () => {
  const [one, two] = [await aProcess(), await aProcess()];
  const tenant = await settled(one);
  await two.active.refresh(tenant);
  const added = await Promise.all(
    Array.from({ length: 10 }, (_, index) => add(index % 2 === 0 ? one : two, tenant, `h${index}`, "both")),
  );
  expect(added.filter((answer) => answer.kind === "done" && answer.added === 2)).toHaveLength(1);
  const list = await one.desk.getList(tenant, "banned");
  expect(list).toMatchObject({ entries: 11, revision: 11 });
  for (const process of [one, two]) {
    await process.lists.refresh(tenant);
    expect(isBanned(process, tenant, "h9")).toBe(true);
  }
});

test("[E7] a list of many thousands is followed when it changes a lot, and may not be walked by rules", async () => {
  const process = await aProcess();
  const tenant = await settled(process);
  const elsewhere = await aProcess();
  const many = Array.from({ length: 20_001 }, (_, index) => `h${index}`);
  const text = `hash\n${many.join("\n")}\n`;
  expect(await process.desk.import(tenant, "banned", { format: "csv", text, only: false }, "ann")).toMatchObject({
    added: 20_001,
  });
  await elsewhere.lists.refresh(tenant);
  for (const each of [process, elsewhere]) {
    expect([isBanned(each, tenant, "h0"), isBanned(each, tenant, "h20000"), isBanned(each, tenant, "h20001")]).toEqual([
      true,
      true,
      false,
    ]);
  }
  const walking = aRule({ when: { field: "SourceAddress", op: "inSubnet", valueList: "banned" } });
  expect(await process.ruleSets.publish(tenant, files(walking), "ann")).toMatchObject({
    problems: [{ message: expect.stringContaining("each of the 20001 keys") }],
  });
});

test("[E7] a list that a rule in use walks does not grow too long", async () => {
  const process = await aProcess();
  const { tenant } = await world.settle();
  await process.desk.create(tenant, { ...banned, name: "offices", kind: "dictionary", key: ["net"] }, "ann");
  const walking = aRule({ when: { field: "SourceAddress", op: "inSubnet", valueList: "offices" } });
  await process.ruleSets.publish(tenant, files(walking), "ann");
  expect(await process.ruleSets.activate(tenant, 1, "ann")).toBe("activated");
  const text = `net\n${Array.from({ length: 10_001 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`).join("\n")}`;
  expect(await process.desk.import(tenant, "offices", { format: "csv", text, only: false }, "ann")).toEqual({
    kind: "in_use",
    problems: [expect.stringContaining("at most 10000 entries")],
  });
  expect(await process.desk.getList(tenant, "offices")).toMatchObject({ entries: 0, revision: 1 });
});

test("a tenant has no more lists than it may, whoever makes them at the same time", async () => {
  const process = await aProcess();
  const { tenant } = await world.settle();
  const made = await Promise.all(
    Array.from({ length: LIST_LIMITS.listsMax + 5 }, (_, index) =>
      process.desk.create(tenant, { ...banned, name: `list ${index}` }, "ann"),
    ),
  );
  expect(made.filter(({ kind }) => kind === "full")).toHaveLength(5);
  expect(await process.desk.listLists(tenant)).toHaveLength(LIST_LIMITS.listsMax);
  expect(await process.desk.create(tenant, { ...banned, name: "list 1" }, "ann")).toEqual({ kind: "exists" });
});
