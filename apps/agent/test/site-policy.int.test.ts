import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite, type TestSite } from "./test-site.ts";

const ALL = "version: 1\nallow: [all]\n";
const SCANS = "version: 1\nallow: [scan]\n";

async function siteWithPolicy(text: string | undefined): Promise<TestSite & { readonly policyFile: string }> {
  const site = await startTestSite({ config: { policy: { file: "policy.yaml" }, log: { level: "silent" } } });
  const policyFile = path.join(path.dirname(site.configFile), "policy.yaml");
  if (text !== undefined) writeFileSync(policyFile, text);
  return { ...site, policyFile };
}

const isolate = { kind: "isolateHost", durationSeconds: 3_600 } as const;

/** The state that a running agent shows to `status`. */
async function statusOf(
  site: TestSite,
): Promise<{ killSwitch?: unknown; policyProblem?: string; policySha256?: string }> {
  const { out } = await cordonAgent(["-c", site.configFile, "status", "--json"]);
  return JSON.parse(out).live.site;
}

describe("[S7] a policy file", () => {
  it("is obeyed from the start, a new version without a restart, and a wrong one keeps the old in force and says so", async () => {
    await using site = await siteWithPolicy(SCANS);
    await site.start();
    const refused = site.coordinator.order(hostOf(site), isolate);
    expect(await site.coordinator.offer(refused)).toMatchObject({ kind: "refused", code: "policy.action_not_allowed" });
    const before = (await statusOf(site)).policySha256;
    writeFileSync(site.policyFile, "version: 1\nallow: [everything]\n");
    const told = await eventually(async () => (await statusOf(site)).policyProblem, { what: "the problem to be told" });
    expect(told).toContain("policy.yaml:2:9: allow[0]");
    expect((await statusOf(site)).policySha256).toBe(before);
    writeFileSync(site.policyFile, ALL);
    await eventually(async () => (await statusOf(site)).policySha256 !== before, {
      what: "the new policy to be in force",
    });
    const allowed = site.coordinator.order(hostOf(site), isolate);
    expect(await site.coordinator.offer(allowed)).toEqual({ kind: "accepted" });
    await eventually(() => site.incidentsOf(allowed.actionId) === 1, { what: "what is allowed to go out" });
    expect(site.incidentsOf(refused.actionId)).toBe(0);
  });

  it("that is missing at the start keeps the agent from starting; a wrong one falls back to the last right one", async () => {
    await using site = await siteWithPolicy(undefined);
    const run = () => cordonAgent(["-c", site.configFile, "run"]);
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining("policy.yaml is gone") });
    writeFileSync(site.policyFile, "allow: [");
    expect(await run()).toMatchObject({ code: 1, err: expect.stringContaining("policy.invalid") });
    writeFileSync(site.policyFile, SCANS);
    await (await site.start()).stop();
    writeFileSync(site.policyFile, "allow: [");
    await site.start();
    await eventually(() => site.coordinator.sessionCount === 2, { what: "the second agent to connect" });
    const order = site.coordinator.order(hostOf(site), isolate);
    expect(await site.coordinator.offer(order)).toMatchObject({ code: "policy.action_not_allowed" });
    expect((await statusOf(site)).policyProblem).toContain("policy.yaml:");
  });

  it("check names every mistake and fails; show and test say what it means for one endpoint", async () => {
    await using site = await siteWithPolicy("version: 1\nallow: [scan]\nprotect: [{nam: x}]\n");
    const cli = (...argv: string[]) => cordonAgent(["-c", site.configFile, "policy", ...argv]);
    expect(await cli("check")).toMatchObject({ code: 1, out: expect.stringContaining('Did you mean "name"?') });
    const protect = `protect: [{name: "ws-1*", from: [contain], reason: the till}]\n`;
    writeFileSync(site.policyFile, ALL + protect);
    expect(await cli("check")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/is right \(sha256 [0-9a-f]{64}\)/),
    });
    const shown = await cli("show");
    expect(shown.out).toMatch(
      /in force +the agent does not obey it: it is not running\n.*\nprotected +name ws-1\*.*the till/s,
    );
    const protectedOne = await cli("test", "--action", "isolateHost", "--endpoint", "ws-1");
    expect(protectedOne).toMatchObject({
      code: 1,
      out: expect.stringMatching(/refused, policy.endpoint_protected: .*the till/),
    });
    const other = await cli("test", "--action", "isolateHost", "--endpoint", hostOf(site, 0));
    expect(other).toMatchObject({ code: 0, out: expect.stringMatching(/policy +allowed/) });
    const unknown = await cli("test", "--action", "isolateHost", "--endpoint", "nobody");
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining("endpoint.not_found") });
  });
});

describe("[S4] the kill-switch file", () => {
  it("stops every send within seconds and without a coordinator; what waits goes out when it is gone", async () => {
    await using site = await startTestSite();
    await site.start();
    const cli = (...argv: string[]) => cordonAgent(["-c", site.configFile, "kill", ...argv]);
    expect(await cli("status")).toMatchObject({ code: 0 });
    await site.line.stop();
    const pulled = await cli("on", "--reason", "KSC upgrade");
    expect(pulled).toMatchObject({ code: 0, out: expect.stringContaining("The running agent obeys.") });
    expect(await cli("status")).toMatchObject({ code: 1, out: expect.stringContaining("KSC upgrade") });
    expect((await statusOf(site)).killSwitch).toMatchObject({ reason: "KSC upgrade" });
    expect(await cli("off")).toMatchObject({ code: 0, out: expect.stringContaining("The running agent obeys.") });
  });

  it("made by hand with nothing in it, it stops everything; the coordinator is told why the action waits", async () => {
    await using site = await startTestSite();
    await site.start();
    const file = path.join(site.stateDir, "KILL");
    writeFileSync(file, "");
    await eventually(async () => (await statusOf(site)).killSwitch, { what: "the agent to obey" });
    const order = site.coordinator.order(hostOf(site), isolate);
    expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
    const told = await site.coordinator.reached(order.actionId, "deferred");
    expect(told.detail).toMatchObject({ code: "agent.site_stopped" });
    expect(site.incidentsOf(order.actionId)).toBe(0);
    rmSync(file);
    await eventually(() => site.incidentsOf(order.actionId) === 1, { what: "what waited to go out" });
  });

  it("pulled before the start, it holds from the first moment", async () => {
    await using site = await startTestSite();
    expect(
      await cordonAgent(["-c", site.configFile, "kill", "on", "--reason", "x", "--actions", "contain"]),
    ).toMatchObject({
      code: 0,
      out: expect.stringContaining("No agent is running"),
    });
    expect(readFileSync(path.join(site.stateDir, "KILL"), "utf8")).toContain("reason: x");
    await site.start();
    const [held, free] = [
      site.coordinator.order(hostOf(site), isolate),
      site.coordinator.order(hostOf(site, 1), { kind: "onDemandScan" }),
    ];
    await site.coordinator.offer(held);
    await site.coordinator.offer(free);
    await eventually(() => site.incidentsOf(free.actionId) === 1, { what: "the scan to go out" });
    expect(site.incidentsOf(held.actionId)).toBe(0);
    expect(site.coordinator.lastOf(held.actionId)).toMatchObject({ state: "deferred" });
  });
});
