import { writeFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestWorld, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let sender: { user: string; password: string };
beforeAll(async () => {
  world = await startTestWorld();
  await world.connectAgent();
  sender = await world.json(["intake", "add-basic", "kuma"]);
  for (const name of ["ann", "bob", "cid"]) await join(name);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const people = new Map<string, Readonly<Record<string, string>>>();

/** A person with a token and a profile of their own. */
async function join(name: string): Promise<void> {
  const { token } = await world.json<{ token: string }>([
    "people",
    "add",
    name,
    "--role",
    "platform-admin",
    "--every-tenant",
  ]);
  const env = { CORDON_CONFIG_DIR: path.join(world.folder, name) };
  people.set(name, env);
  const login = ["login", world.ready.urls.api, "--ca-file", world.caFile, "--token-file", "-"];
  expect(await world.cordon(login, { env, stdin: `${token}\n` })).toMatchObject({ code: 0 });
}

const as = (name: string, ...argv: readonly string[]) => world.cordon(argv, { env: people.get(name) ?? {} });

const rule = (id: string, name: string, more: string) => `
  - id: ${id}
    name: ${name}
    mode: enforce
    when: { field: Name, op: "=", value: ${name} }
    target: [{ by: fqdn, field: DestinationHostName }]
    ${more}`;

async function publishAsAnn(): Promise<void> {
  const file = path.join(world.folder, "rules.yaml");
  const two = "approval: { need: 2, of: [ann, bob, cid], timeout: 30m }\n    actions: [{ kind: onDemandScan }]";
  const start = "actions: [{ kind: startProcess, arguments: { path: 'c:\\\\x.exe' } }]";
  writeFileSync(
    file,
    `version: 1\nrules:${rule("two-persons", "alarm", two)}${rule("plain", "other", "actions: [{ kind: onDemandScan }]")}${rule("isolate", "both", "actions: [{ kind: isolateHost, arguments: { durationSeconds: 1h } }]")}${rule("start", "both", start)}\n`,
  );
  const put = await as("ann", "rules", "put", file, "--activate", "--yes");
  expect(put).toMatchObject({ code: 0 });
  expect(put.out).toContain('rule "isolate" orders isolateHost and "start" orders startProcess on the same host');
}

const send = (id: string, Name: string, host = "ws-1.acme.example") =>
  world.sendEvent({ ID: id, Type: 3, Timestamp: 1_772_442_847_123, Name, DestinationHostName: host }, sender);

it("[A1] [A2] a rule that needs two is let go by the second of those it names, and not by who published it", async () => {
  await publishAsAnn();
  expect(await send("e-1", "alarm")).toBe(200);
  const { items } = await world.json<{ items: { actionId: string; hash: string; state: string }[] }>([
    "approvals",
    "list",
  ]);
  const [{ actionId = "", hash = "" } = {}] = items;
  expect(items).toMatchObject([{ state: "open", author: "ann", heldBy: "guard.approval" }]);
  expect((await world.cordon(["approvals", "list"])).out).toMatch(/two-persons \(1\) +guard\.approval +0\/2/);

  const approve = ["approve", actionId, "--reason", "seen it", "--yes"];
  expect(await as("ann", ...approve)).toMatchObject({ code: 5, err: expect.stringContaining("approval.author") });
  // Everybody with the admin token is one person, and none of those who are asked.
  expect(await world.cordon(approve)).toMatchObject({ code: 5, err: expect.stringContaining("approval.not_asked") });
  expect(await as("bob", ...approve, "--hash", "0-0-0")).toMatchObject({
    code: 5,
    err: expect.stringContaining("approval.changed"),
  });
  expect((await as("bob", ...approve)).out).toContain("more persons are needed");
  expect(await as("bob", ...approve)).toMatchObject({
    code: 5,
    err: expect.stringContaining("approval.voted_already"),
  });
  expect((await as("cid", ...approve, "--hash", hash)).out).toContain("1 action released");
  const shown = (await world.cordon(["approvals", "show", actionId])).out;
  expect(shown).toContain("bob: approve, seen it");
  expect(shown).toMatch(/decided +.* by cid: seen it/);
  await eventually(
    async () => (await world.json<{ state: string }>(["actions", "show", actionId])).state === "delivered",
    { what: "the offer" },
  );
  expect(await as("cid", ...approve)).toMatchObject({ code: 5, err: expect.stringContaining("approval.decided") });
});

it("[G13] a demand of the tenant holds what rules order, and all that one rule has waiting is decided at once", async () => {
  const demand = ["require-approval", "--author-too", "--reason", "ask us"];
  const { brakeId } = await world.json<{ brakeId: string }>(demand);
  expect((await world.cordon(["brakes", "show", brakeId])).out).toMatch(
    /needs the yes of +1 person; silence means deny/,
  );
  expect(await send("e-2", "other")).toBe(200);
  expect(await send("e-3", "other", "ws-2.acme.example")).toBe(200);
  expect(await as("bob", "approve", "--rule", "plain", "--reason", "fine")).toMatchObject({ code: 1 });
  expect(await as("bob", "approve", "--rule", "nowhere", "--reason", "fine", "--yes")).toMatchObject({ code: 4 });
  expect((await as("bob", "approve", "--rule", "plain", "--reason", "fine", "--yes")).out).toContain(
    "2 actions released",
  );
  expect(await send("e-4", "both")).toBe(200);
  const rejected = await as("ann", "reject", "--event", "e-4", "--reason", "a test", "--yes");
  expect(rejected.out).toContain("2 actions rejected");
  const { items } = await world.json<{ items: { state: string }[] }>(["actions", "list", "--event", "e-4"]);
  expect(items.map(({ state }) => state)).toEqual(["refused", "refused"]);
  expect(await as("bob", "approve", "--reason", "x")).toMatchObject({ code: 2 });
  await world.json(["brakes", "lift", brakeId, "--reason", "over", "--yes"]);
});

it("[A8] an order by hand waits as well, and neither who orders it nor another try gets past the others", async () => {
  const demand = ["require-approval", "--of", "ann,bob", "--reason", "ask us"];
  const { brakeId } = await world.json<{ brakeId: string }>(demand);
  const order = ["respond", "onDemandScan", "ws-1.acme.example", "--reason", "hurry", "--yes"];
  const ordered = (await as("ann", ...order)).out;
  expect(ordered).toContain("It waits for others.");
  const [actionId = ""] = /act_[0-9a-f]+/.exec(ordered) ?? [];
  const approve = (id: string) => ["approve", id, "--reason", "seen it", "--yes"];
  expect(await as("ann", ...approve(actionId))).toMatchObject({
    code: 5,
    err: expect.stringContaining("approval.author"),
  });
  await as("bob", "reject", actionId, "--reason", "not now", "--yes");
  expect((await world.cordon(["actions", "show", actionId])).out).toContain("bob said no: not now");
  const again = (await as("ann", "actions", "retry", actionId, "--reason", "all the same", "--yes")).out;
  const [second = ""] = again.match(/act_[0-9a-f]+/) ?? [];
  expect(second).not.toBe(actionId);
  expect(again).toMatch(/held.*\n.*Another try of .* It waits for the yes of 1 of ann, bob, but not who asks for it/);
  expect(await as("ann", ...approve(second))).toMatchObject({
    code: 5,
    err: expect.stringContaining("approval.author"),
  });
  expect((await as("bob", ...approve(second))).out).toContain("1 action released");
  await world.json(["brakes", "lift", brakeId, "--reason", "over", "--yes"]);
});

it("[G16] where two persons are to do it, protection goes once the second one says so", async () => {
  const never = await world.json<{ brakeId: string }>(["never-touch", "--tag", "furnace", "--reason", "hot"]);
  await world.json(["endpoints", "label", "ws-1.acme.example", "--add-tag", "furnace"]);
  const two = await world.json<{ brakeId: string }>(["two-persons", "--reason", "the contract"]);
  const lift = await as("ann", "brakes", "lift", never.brakeId, "--reason", "cold", "--yes");
  expect(lift.out).toMatch(/^Nothing has changed yet: lift neverTouch/);
  const [, id = ""] = /confirm (lsn_\S+)/.exec(lift.out) ?? [];
  expect((await world.cordon(["loosenings", "list", "--state", "open"])).out).toContain(id);
  const confirm = ["loosenings", "confirm", id, "--reason", "yes", "--yes"];
  expect(await as("ann", ...confirm)).toMatchObject({ code: 5, err: expect.stringContaining("loosening.same_person") });
  expect((await as("bob", ...confirm)).out).toContain("confirmed");
  expect((await world.cordon(["brakes", "show", never.brakeId])).out).toContain("lifted");
  const relabel = await as("ann", "endpoints", "label", "ws-1.acme.example", "--remove-tag", "furnace");
  expect(relabel.out).toContain("take furnace from hq/host-1");
  const own = await as("ann", "brakes", "lift", two.brakeId, "--reason", "over", "--yes");
  const [, last = ""] = /confirm (lsn_\S+)/.exec(own.out) ?? [];
  expect((await as("cid", "loosenings", "reject", last, "--reason", "no")).out).toContain("rejected");
});

it("persons are listed, a name is given once, and a token that is taken back is refused", async () => {
  expect(await world.cordon(["people", "add", "ann"])).toMatchObject({ code: 5 });
  expect(await world.cordon(["people", "remove", "ann", "--yes"])).toMatchObject({ code: 0 });
  expect(await as("ann", "sites", "list")).toMatchObject({ code: 3 });
  expect((await world.cordon(["people", "list"])).out).toMatch(/ann +.* by admin +.* by admin\n/);
});

it("[T2] what a person changes stands under that person's name", async () => {
  expect(await as("cid", "lists", "create", "hers", "--kind", "activeList", "--key", "hash")).toMatchObject({
    code: 0,
  });
  expect(await as("bob", "lists", "add", "hers", "44d8")).toMatchObject({ code: 0 });
  const history = await world.json<{ items: readonly object[] }>(["lists", "history", "hers"]);
  expect(history.items).toMatchObject([{ by: "bob" }, { by: "cid" }]);
});
