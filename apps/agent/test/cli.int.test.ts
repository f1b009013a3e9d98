import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { serveEnrolment } from "./enrolment-route.ts";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite } from "./test-site.ts";

describe("cordon-agent", () => {
  it("enroll: a one-time token becomes an identity whose key only the owner can read; the token works once", async () => {
    await using site = await startTestSite();
    const { authority, url } = site.coordinator;
    await using route = await serveEnrolment(authority, url);
    const token = { CORDON_ENROL_TOKEN: route.tokenFor(authority.fingerprint).reveal() };
    const again = await cordonAgent(["-c", site.configFile, "enroll"], token);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining("agent.already_enrolled") });
    const done = await cordonAgent(["-c", site.configFile, "enroll", "--force", "--json"], token);
    expect(JSON.parse(done.out)).toMatchObject({ siteId: "site-a", agentId: "agent-9", gatewayUrl: url });
    expect(statSync(path.join(site.stateDir, "identity", "agent.key.pem")).mode & 0o777).toBe(0o600);
    const twice = await cordonAgent(["-c", site.configFile, "enroll", "--force"], token);
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining("enrolment.token_used") });
  });

  it("enroll: a coordinator with another root than the token's is not spoken to", async () => {
    await using site = await startTestSite();
    await using route = await serveEnrolment(site.coordinator.authority, site.coordinator.url);
    const token = { CORDON_ENROL_TOKEN: route.tokenFor("ab".repeat(32)).reveal() };
    const refused = await cordonAgent(["-c", site.configFile, "enroll", "--force"], token);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("enrolment.ca_mismatch") });
    const torn = await cordonAgent(["-c", site.configFile, "enroll", "--force"], {
      CORDON_ENROL_TOKEN: "cordon-enrol.xx",
    });
    expect(torn).toMatchObject({ code: 1, err: expect.stringContaining("enrolment.token_unknown") });
  });

  it("doctor: walks the whole chain and is content with a healthy site", async () => {
    await using site = await startTestSite();
    const { authority, url } = site.coordinator;
    await using route = await serveEnrolment(authority, url);
    const env = { CORDON_ENROL_TOKEN: route.tokenFor(authority.fingerprint).reveal() };
    expect(await cordonAgent(["-c", site.configFile, "enroll", "--force"], env)).toMatchObject({ code: 0 });
    const { code, out } = await cordonAgent(["-c", site.configFile, "doctor", "--json"]);
    const results = out.split("\n").map((line) => JSON.parse(line) as { name: string; outcome: string });
    expect(results.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    expect(results.map(({ name }) => name)).toEqual([
      "state folder",
      "ledger",
      "identity",
      "disk",
      "site policy",
      "kill switch",
      "coordinator name",
      "coordinator port",
      "coordinator identity",
      "clock",
      "ksc name",
      "ksc port",
      "ksc certificate",
      "ksc login",
      "ksc clock",
      "ksc hosts",
      "ksc rights",
      "ksc service console",
    ]);
    expect(code).toBe(0);
  });

  it("doctor: names each broken link with its mend, skips what rests on it, and fails", async () => {
    await using site = await startTestSite({ password: "wrong", knobs: { serviceConsole: "down" } });
    chmodSync(site.stateDir, 0o755);
    const { code, out } = await cordonAgent(["-c", site.configFile, "doctor"]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAILED {2}state folder .*\n.*chmod 700/);
    expect(out).toMatch(/FAILED {2}ksc login .*ksc\.bad_credentials.*\n.*Correct the agent's credential file/);
    expect(out).toMatch(/skipped ksc service console .*because ksc login failed/);
    const { calls } = site.ksc.control.truth();
    expect((calls["Session.StartSession"] ?? 0) + (calls.login ?? 0)).toBe(1);
  });

  it("doctor: another certificate than the pinned one is shown with its fingerprint", async () => {
    const trust = { pinSha256: "00".repeat(32) };
    await using site = await startTestSite({ config: { ksc: { trust } } });
    const { code, out } = await cordonAgent(["-c", site.configFile, "doctor"]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAILED {2}ksc certificate .*another certificate than the pinned one: SHA-256 [0-9a-f]{64}/);
  });

  it("status and ledger show a running agent from outside, in words and as JSON", async () => {
    await using site = await startTestSite();
    await site.start();
    const order = site.coordinator.order(hostOf(site), { kind: "isolateHost", durationSeconds: 3_600 });
    await site.coordinator.offer(order);
    await site.coordinator.reached(order.actionId, "succeeded");
    const status = await cordonAgent(["-c", site.configFile, "status"]);
    expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/agent +running, process \d+/) });
    const list = await cordonAgent(["-c", site.configFile, "ledger", "list"]);
    expect(list.out).toMatch(new RegExp(`${order.actionId} +isolateHost +ws-0 +succeeded`));
    const shown = await cordonAgent(["-c", site.configFile, "ledger", "show", order.actionId, "--json"]);
    expect(JSON.parse(shown.out)).toMatchObject({ state: "succeeded", sends: 1, order: { actionId: order.actionId } });
    const named = await cordonAgent(["-c", site.configFile, "ledger", "forecast", "WS-0"]);
    expect(named.out).toMatch(new RegExp(`^ws-0 \\(${order.endpointId}\\): \\d+ of 100 slots taken`));
    const unknown = await cordonAgent(["-c", site.configFile, "ledger", "forecast", "nobody"]);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining("endpoint.not_found") });
    const missing = await cordonAgent(["-c", site.configFile, "ledger", "show", "act_none"]);
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("action.not_found") });
  });

  it("who may not read the state folder is told that, not that no agent runs (this test needs root)", async () => {
    await using site = await startTestSite();
    await site.start();
    // Another one's folder, and a root without the right to pass over modes: an ordinary user could not read this program below
    // a home that is closed to others.
    chownSync(site.stateDir, 65_534, 65_534);
    const main = path.resolve(import.meta.dirname, "../src/main.ts");
    const withoutRights = (...argv: string[]) =>
      spawnSync(
        "setpriv",
        ["--bounding-set=-dac_override,-dac_read_search", process.execPath, main, "-c", site.configFile, ...argv],
        { encoding: "utf8" },
      );
    for (const argv of [["status"], ["leases"], ["kill", "status"], ["release", "ws-0", "--reason", "x", "--yes"]]) {
      const { status, stdout, stderr } = withoutRights(...argv);
      expect([argv, status, stdout]).toEqual([argv, 1, ""]);
      expect(stderr).toMatch(/agent\.no_rights: .* is not yours to read\n.*sudo/);
    }
  });

  it("status without an agent says so and fails; run without an identity says how to get one", async () => {
    using folder = createTempFolder();
    const file = path.join(folder.path, "agent.yaml");
    const ksc = `ksc: {url: "https://127.0.0.1:1", user: u, trust: {pinSha256: "${"ab".repeat(32)}"}}`;
    writeFileSync(file, `stateDir: state\n${ksc}\nlog: {level: silent}\n`);
    const status = await cordonAgent(["-c", file, "status"]);
    expect(status).toMatchObject({ code: 1, out: expect.stringContaining("not enrolled") });
    const run = await cordonAgent(["-c", file, "run"], { CORDON_KSC_PASSWORD: "x" });
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("cordon-agent enroll") });
  });
});
