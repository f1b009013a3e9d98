import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestWorld, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let sender: { readonly user: string; readonly password: string };
beforeAll(async () => {
  world = await startTestWorld();
  await world.connectAgent();
  sender = await world.json(["intake", "add-basic", "kuma"]);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const written = (name: string, text: string): string => {
  const file = path.join(world.folder, name);
  writeFileSync(file, text);
  return file;
};
const rulesWith = (when: string) => `
version: 1
rules:
  - id: scan-banned
    name: Scan where a banned file ran
    mode: enforce
    when: ${JSON.stringify(when)}
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
`;
const event = (id: string, more: object) => ({
  ID: id,
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "A file ran",
  DestinationHostName: "ws-1.acme.example",
  ...more,
});
const send = async (id: string, more: object) => expect(await world.sendEvent(event(id, more), sender)).toBe(200);
const actions = async () => (await world.json<{ items: readonly object[] }>(["actions", "list"])).items;

it("[R23] a rule that names a missing list is refused by check and by the coordinator, with its place and the nearest name", async () => {
  await world.json([
    "lists",
    "create",
    "banned",
    "--kind",
    "activeList",
    "--key",
    "hash",
    "--description",
    "of the week",
  ]);
  const wrong = written("wrong.yaml", rulesWith("inActiveList('baned', OldFileHash)"));
  const offline = await world.cordon(["rules", "check", wrong]);
  expect(offline).toMatchObject({
    code: 1,
    out: expect.stringContaining("No list was looked up: give --tenant-lists"),
  });
  const checked = await world.cordon(["rules", "check", wrong, "--tenant-lists"]);
  expect(checked.code).toBe(1);
  expect(checked.out).toContain(
    `${wrong}:7:25: rules[0].when.list: the tenant has no list "baned"; create it as an active list before the rule. Did you mean "banned"?`,
  );
  expect(checked.out).toMatch(/7 \| {5}when: "inActiveList\('baned', OldFileHash\)"\n {2}\| +\^{7}\n/);
  const put = await world.cordon(["rules", "put", wrong]);
  expect(put).toMatchObject({ code: 5, err: expect.stringContaining("wrong.yaml:7:25") });
  expect(put.err).toContain('Did you mean "banned"?');
});

it("rules are checked against a description of lists where no coordinator is asked", async () => {
  const right = written("right.yaml", rulesWith("inActiveList('banned', OldFileHash)"));
  const described = written("lists.yaml", "lists:\n  - { name: banned, kind: activeList, key: [hash] }\n");
  expect(await world.cordon(["rules", "check", right, "--lists", described], { env: {} })).toMatchObject({ code: 0 });
  const listed = written("lists.json", (await world.cordon(["lists", "list", "--json"])).out);
  expect(await world.cordon(["rules", "check", right, "--lists", listed], { env: {} })).toMatchObject({ code: 0 });
  const broken = written("broken.yaml", "lists:\n  - { name: banned, kind: blocklist }\n");
  expect(await world.cordon(["rules", "check", right, "--lists", broken])).toMatchObject({
    code: 2,
    err: expect.stringContaining("lists[0].kind"),
  });
});

it("an event meets a rule by what stands in the list at that moment, and no longer once it is removed", async () => {
  await world.json([
    "rules",
    "put",
    written("right.yaml", rulesWith("inActiveList('banned', OldFileHash)")),
    "--activate",
    "--yes",
  ]);
  await send("before", { OldFileHash: "44d8" });
  expect(await actions()).toEqual([]);
  const added = await world.cordon(["lists", "add", "banned", "44d8", "--expires", "4h", "--reason", "seen at globex"]);
  expect(added).toMatchObject({ code: 0, out: '1 added. "banned" has 1 key.' });
  expect(await world.cordon(["lists", "get", "banned", "44d8"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/key +44d8\nexpires +.*\nput there +.*by admin/),
  });
  await send("meets", { OldFileHash: "44d8" });
  expect(await actions()).toHaveLength(1);
  const file = written("event.json", JSON.stringify(event("asked", { OldFileHash: "44d8" })));
  expect((await world.cordon(["rules", "explain", "--event-file", file])).out).toContain("matched      scan-banned");
  expect(await world.cordon(["lists", "remove", "banned", "44d8"])).toMatchObject({ code: 0 });
  expect(await world.cordon(["lists", "remove", "banned", "44d8"])).toMatchObject({ code: 4 });
  await send("after", { OldFileHash: "44d8" });
  expect(await actions()).toHaveLength(1);
  expect((await world.cordon(["rules", "explain", "--event-file", file])).out).toMatch(/not matched {2}scan-banned/);
  const history = await world.json<{ items: readonly object[] }>(["lists", "history", "banned", "--key", "44d8"]);
  expect(history.items).toMatchObject([
    { by: "admin", before: {} },
    { by: "admin", after: {} },
  ]);
  expect((await world.cordon(["lists", "history", "banned"])).out).toMatch(/3 +.*admin +removed +0 +0 +1/);
});

it("[E8] a list that a rule in use needs cannot be deleted, and the rule is named", async () => {
  expect(await world.cordon(["lists", "delete", "banned", "--yes"])).toMatchObject({
    code: 5,
    err: expect.stringMatching(/list\.in_use[\s\S]*rule "scan-banned" needs the active list "banned"/),
  });
  expect(await world.cordon(["lists", "show", "banned", "-t", "globex"])).toMatchObject({ code: 4 });
});

it("[E4] a table comes in whole or not at all, and goes out as it came in", async () => {
  await world.json([
    ...["lists", "create", "accounts", "--kind", "contextTable", "--key", "user", "--key", "domain"],
    ...["--column", "level:number", "--column", "groups:texts"],
  ]);
  const bad = written("bad.csv", "user,domain,level\nann,ACME,3\nbob,ACME,many\nann,ACME,1\n");
  expect(await world.cordon(["lists", "import", "accounts", bad])).toMatchObject({
    code: 5,
    err: expect.stringMatching(/line 3: level: "many" is no number\n +line 4: the same key stands in line 2/),
  });
  const good = 'user,domain,level,groups,expiresAt\nann,ACME,3,admins|ops,never\nbob,"AC,ME",,,never\n';
  expect(await world.json(["lists", "import", "accounts", written("good.csv", good)])).toMatchObject({
    added: 2,
    over: 0,
  });
  expect(await world.cordon(["lists", "export", "accounts"])).toMatchObject({ code: 0, out: good.trimEnd() });
  const out = path.join(world.folder, "accounts.jsonl");
  await world.json(["lists", "export", "accounts", "--out", out]);
  expect(readFileSync(out, "utf8").split("\n")[0]).toBe(
    '{"key":["ann","ACME"],"cells":{"level":3,"groups":["admins","ops"]},"expiresAt":"never"}',
  );
  expect(await world.cordon(["lists", "export", "accounts", "--out", out])).toMatchObject({ code: 2 });
  expect(await world.json(["lists", "import", "accounts", out])).toMatchObject({ added: 0, unchanged: 2 });
  const one = written("one.jsonl", '{"key": ["carl", "ACME"]}\n');
  expect(await world.cordon(["lists", "import", "accounts", one, "--only"])).toMatchObject({ code: 1 });
  expect(await world.json(["lists", "import", "accounts", one, "--only", "--yes"])).toMatchObject({
    added: 1,
    removed: 2,
  });
  expect((await world.cordon(["lists", "entries", "accounts"])).out).toMatch(/^KEY +EXPIRES +PUT THERE\ncarl, ACME/);
});

it("columns, terms and names that are wrong are refused with what is wrong", async () => {
  expect(await world.cordon(["lists", "add", "accounts", "ann"])).toMatchObject({
    code: 5,
    err: expect.stringContaining("a key is user, domain (2), but 1 part is given"),
  });
  expect(await world.cordon(["lists", "add", "accounts", "ann", "ACME", "--set", "levle=3"])).toMatchObject({
    code: 5,
    err: expect.stringContaining('no column "levle"; it has level, groups'),
  });
  expect(await world.cordon(["lists", "create", "accounts", "--kind", "activeList"])).toMatchObject({ code: 5 });
  expect(
    await world.cordon(["lists", "change", "accounts", "--expire-after", "30d", "--add-column", "owner"]),
  ).toMatchObject({
    code: 0,
    out: expect.stringMatching(/columns +level \(number\), groups \(texts\), owner \(text\)[\s\S]*expire after +30d/),
  });
  expect(
    await world.json(["lists", "change", "accounts", "--drop-column", "owner", "--expire-after", "never", "--yes"]),
  ).toEqual(expect.not.objectContaining({ expireAfterSeconds: expect.anything() }));
  const name = "CN=Domain Admins/EU,CN=Users,DC=acme";
  await world.json(["lists", "create", name, "--kind", "category", "--key", "account"]);
  expect(await world.json(["lists", "show", name])).toMatchObject({ name, entries: 0 });
});
