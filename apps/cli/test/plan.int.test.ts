import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestWorld, type TestAgent, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let agent: TestAgent;
let sender: { readonly user: string; readonly password: string };
beforeAll(async () => {
  world = await startTestWorld();
  agent = await world.connectAgent();
  sender = await world.json<{ user: string; password: string }>(["intake", "add-basic", "kuma-plan"]);
  for (const id of ["e-1", "e-2"]) await world.sendEvent(event(id), sender);
});
afterAll(async () => {
  await agent?.stop();
  await world?.[Symbol.asyncDispose]();
});

const event = (id: string) => ({
  ID: id,
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "Ransomware behaviour",
  DestinationHostName: "ws-1.acme.example",
});

const ruleFile = (kind: string) => `
version: 1
rules:
  - id: on-ransomware
    name: Ransomware
    mode: enforce
    when: { field: Name, op: "=", value: Ransomware behaviour }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: ${kind} }]
`;

function folder(name: string, text: string, file = "rules.yaml"): string {
  const place = path.join(world.folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, file), text);
  return place;
}

interface Plan {
  readonly planId: string;
  readonly planHash: string;
  readonly state: string;
  readonly report: {
    readonly tenants: readonly { readonly replay: { readonly diff: { readonly added: { readonly total: number } } } }[];
  };
}

describe("cordon plan", () => {
  it("publishes a folder, waits for what it would have done, and says when the plan does not hold any more", async () => {
    const place = folder("draft", ruleFile("onDemandScan"));
    const plan = await world.json<Plan>(["plan", "-f", place, "--from", "1h"]);
    expect(plan).toMatchObject({ state: "done", planHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(plan.report.tenants[0]?.replay.diff.added.total).toBe(2);
    const { out } = await world.cordon(["plans", "show", plan.planId]);
    expect(out).toContain("2 actions added: 2 onDemandScan by on-ransomware");
    expect(out).toContain(`+  - id: on-ransomware`);
    expect(out).toContain(`cordon apply --plan ${plan.planHash}`);
    expect(await world.json(["plans", "check", plan.planId])).toEqual({ current: true, changes: [] });
    await world.json(["never-touch", "--name", "ws-9*", "--reason", "a test", "--yes"]);
    const changes = ["acme: a brake was set or lifted since."];
    expect(await world.json(["plans", "check", plan.planId], 1)).toEqual({ current: false, changes });
    expect(await world.json(["rules", "list"])).toMatchObject({ items: [{ version: 1, active: false }] });
  });

  it("replays files that nobody published, and publishes nothing", async () => {
    const place = folder(
      "trial",
      ruleFile("isolateHost").replace("isolateHost", "isolateHost, arguments: { durationSeconds: 1h }"),
    );
    const replay = await world.json<Plan>(["events", "replay", place, "--from", "1h"]);
    expect(replay).toMatchObject({ state: "done", purpose: "replay", tenants: [{ draftVersion: 0 }] });
    expect(await world.json<{ items: unknown[] }>(["rules", "list"])).toMatchObject({ items: [{ version: 1 }] });
    const { out } = await world.cordon(["plans", "list"]);
    expect(out).toMatch(/replay +done/);
  });

  it("names the mistakes of a draft and leaves no plan behind", async () => {
    const place = folder("wrong", ruleFile("isolateHostt"));
    const { code, err } = await world.cordon(["plan", "-f", place]);
    expect([code, err]).toEqual([expect.any(Number), expect.stringContaining("rules.yaml:")]);
  });

  it("scores an observing rule against what was ordered by hand", async () => {
    const place = folder("observing", ruleFile("onDemandScan").replace("mode: enforce", "mode: observe"));
    await world.json(["rules", "put", place, "--activate", "--yes"]);
    expect(await world.sendEvent(event("e-3"), sender)).toBe(200);
    await world.json(["respond", "onDemandScan", "ws-1.acme.example", "--reason", "by hand", "--yes"]);
    await world.json(["respond", "onDemandScan", "ws-2.acme.example", "--reason", "by hand", "--yes"]);
    expect(await world.json(["rules", "score"])).toMatchObject({
      rules: [
        { ruleId: "on-ransomware", kinds: [{ observed: 1, confirmed: 1, precision: 1, byHand: 2, recall: 0.5 }] },
      ],
    });
    const { out } = await world.cordon(["rules", "score", "on-ransomware", "--examples"]);
    expect(out).toContain("by hand, on-ransomware would not have");
    expect(await world.cordon(["rules", "score", "nobody"])).toMatchObject({ code: 4 });
  });
});
