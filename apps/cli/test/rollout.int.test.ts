import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestWorld, type TestAgent, type TestWorld } from "./test-world.ts";

const rule = (id: string, hours: number) => `
  - id: ${id}
    name: Isolate what asks for it
    mode: enforce
    when: Name = 'R001'
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: isolateHost, arguments: { durationSeconds: ${hours}h } }]`;
const set = (...rules: readonly string[]) => `version: 1\nrules:${rules.join("")}\n`;

let world: TestWorld;
let agent: TestAgent;
let sender: { readonly user: string; readonly password: string };
beforeAll(async () => {
  world = await startTestWorld();
  agent = await world.connectAgent();
  for (const argv of [
    ["sites", "add", "lab", "--name", "Lab"],
    ["sites", "label", "hq", "--add", "canary"],
    ["rules", "put", write("first/rules.yaml", set(rule("isolate", 1), rule("forgotten", 1))), "--activate", "--yes"],
  ]) {
    const { code, err } = await world.cordon(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${err}`);
  }
  sender = await world.json(["intake", "add-basic", "kuma"]);
});
afterAll(() => world?.[Symbol.asyncDispose]());

function write(name: string, text: string): string {
  const file = path.join(world.folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A fleet folder, and the hash of its plan. */
async function planned(name: string, rules: string, policy?: string): Promise<{ fleet: string; hash: string }> {
  write(`${name}/tenants/acme/rules.yaml`, rules);
  if (policy !== undefined) write(`${name}/rollout.yaml`, policy);
  const fleet = path.join(world.folder, name);
  const { planHash } = await world.json<{ planHash: string }>(["plan", "-f", `${fleet}/tenants`]);
  return { fleet, hash: planHash };
}

const WAVES = `
waves:
  - { labels: [canary], soak: 1h }
  - { soak: 1h }
gates: { isolations: false }
`;
const WHY = ["--reason", "ticket 7"];

let sent = 0;
/** The version by which an event about the site's host was decided. */
async function decidedBy(): Promise<unknown> {
  const event = {
    ID: `event-${++sent}`,
    Name: "R001",
    Timestamp: Date.now(),
    Type: 3,
    DestinationHostName: "ws-1.acme.example",
  };
  expect(await world.sendEvent(event, sender)).toBe(200);
  const { items } = await world.json<{ items: { ruleSetVersion: number }[] }>(["decisions", "--event", event.ID]);
  return items.map(({ ruleSetVersion }) => ruleSetVersion);
}

it("apply wants the hash of a plan, the very files that were planned, and a word before rules go", async () => {
  const { fleet, hash } = await planned("prune", set(rule("isolate", 2)), WAVES);
  const apply = ["apply", "-f", fleet, "--plan", hash, ...WHY, "--yes"];
  expect(await world.cordon(["apply", "-f", fleet, "--plan", "abc", ...WHY])).toMatchObject({ code: 2 });
  expect(await world.cordon(["apply", "--plan", "0".repeat(64), ...WHY, "--yes"])).toMatchObject({
    code: 4,
    err: expect.stringContaining("plan.not_found"),
  });
  expect(await world.cordon(apply)).toMatchObject({ code: 5, err: expect.stringContaining("acme: forgotten") });
  write("prune/tenants/acme/rules.yaml", set(rule("isolate", 3)));
  expect(await world.cordon(apply)).toMatchObject({
    code: 5,
    err: expect.stringContaining("the rules of acme are not those that were planned"),
  });
  expect((await world.json<{ items: unknown[] }>(["rollout", "list"])).items).toEqual([]);
});

it("a wave with an unknown site or label is refused by name, with what was meant, and so is a file with a slip", async () => {
  const { fleet, hash } = await planned("names", set(rule("isolate", 4), rule("forgotten", 1)));
  const apply = ["apply", "-f", fleet, "--plan", hash, ...WHY, "--yes"];
  write("names/rollout.yaml", "waves: [{ sites: [acme/hg], soak: 1h }, { labels: [canry], soak: 1h }, { soak: 1h }]");
  const { code, err } = await world.cordon(apply);
  expect(code).toBe(5);
  expect(err).toContain(`wave 1: there is no site "acme/hg" among the sites of this plan; did you mean "acme/hq"?`);
  expect(err).toContain(`wave 2: no site has the label "canry"; did you mean "canary"?`);
  write("names/rollout.yaml", "waves: [{ soack: 1h }]");
  expect(await world.cordon(apply)).toMatchObject({ code: 1, err: expect.stringContaining(`Did you mean "soak"?`) });
});

it("from a folder to the canary and back: the next event is decided by what the site runs, and one approval asks for the end", async () => {
  const { fleet, hash } = await planned("fleet", set(rule("isolate", 5), rule("forgotten", 1)), WAVES);
  const dry = await world.cordon(["apply", "-f", fleet, "--plan", hash, ...WHY, "--dry-run"]);
  expect(dry.out).toMatch(/WAVE +SITES +WHICH\n1 +1 +acme\/hq\n2 +1 +acme\/lab/);
  const apply = ["apply", "-f", fleet, "--plan", hash, ...WHY];
  expect(await world.cordon(apply)).toMatchObject({ code: 1, err: expect.stringContaining("to 2 sites in 2 waves?") });
  expect(await decidedBy()).toEqual([1, 1]);
  const made = await world.json<{ rolloutId: string; tenants: { version: number }[] }>([...apply, "--yes"]);
  const version = made.tenants[0]?.version;
  expect(await decidedBy()).toEqual([version, version]);
  expect(await world.cordon([...apply, "--yes"])).toMatchObject({
    code: 5,
    err: expect.stringMatching(/rule_rollout\.busy[\s\S]*rro_\S+ has acme, started by admin at /),
  });
  expect(await world.cordon(["rules", "activate", "1", "--yes"])).toMatchObject({
    code: 5,
    err: expect.stringContaining("rule_rollout.busy"),
  });

  const status = await world.cordon(["rollout", "status"]);
  expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/1 ◀ +those labelled canary +1 .* 1\/1/) });
  const versions = await world.cordon(["rollout", "versions"]);
  expect(versions.out).toMatch(new RegExp(`acme/hq +${version} `));
  expect(versions.out).toMatch(new RegExp(`acme/lab +1 .* ${version} +2 `));
  expect((await world.cordon(["rollout", "pause", ...WHY])).out).toContain("is paused.");
  expect((await world.cordon(["rollout", "status"])).code).toBe(1);
  expect(await world.cordon(["rollout", "pause", ...WHY])).toMatchObject({
    code: 5,
    err: expect.stringContaining("resume"),
  });
  expect((await world.cordon(["rollout", "resume", ...WHY, "--yes"])).out).toContain("is running.");

  await eventually(() => agent.received.some(({ kind }) => kind === "offer"), { what: "an isolation at the agent" });
  const back = await world.cordon(["rollout", "rollback", made.rolloutId, "--reason", "isolates printers", "--yes"]);
  expect(back.out).toContain("is rolled_back.");
  expect(await decidedBy()).toEqual([1, 1]);
  const { items } = await world.json<{ items: { way: string }[] }>(["rollout", "compensation"]);
  const ends = items.filter(({ way }) => way === "release").length;
  const approve = ["rollout", "compensate", made.rolloutId, "--approve", ...WHY];
  expect((await world.cordon(approve)).code).toBe(1);
  expect(await world.json([...approve, "--yes"])).toMatchObject({ asked: ends });
  const { steps } = await world.json<{ steps: { kind: string; reason: string }[] }>(
    ["rollout", "status", made.rolloutId],
    1,
  );
  expect(steps.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["started", "paused", "resumed", "rolled_back", "compensated"]),
  );
  expect(steps.find(({ kind }) => kind === "rolled_back")?.reason).toBe("isolates printers");
  expect(await world.cordon(["rollout", "rollback", "rro_nobody", ...WHY, "--yes"])).toMatchObject({ code: 4 });
});
