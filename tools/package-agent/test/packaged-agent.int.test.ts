import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { writeIdentity } from "@cordon/agent";
import { openLedgerReader } from "@cordon/agent-store";
import { agentId, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { createAgentRequest, createRoot, loadAuthority } from "@cordon/identity";
import { createTempFolder, spawnProgram } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { packageAgent } from "../src/package-agent.ts";
import { hostTarget } from "../src/targets.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

async function enrolNowhere(stateDir: string): Promise<void> {
  const now = systemClock.now();
  const authority = await loadAuthority(await createRoot(now, systemRandom), systemRandom);
  const identity = { tenantId: tenantId("acme"), siteId: siteId("site-a"), agentId: agentId("agent-1") };
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const { certificatePem, expiresAt } = await authority.issueAgent(identity, csrPem, now);
  writeIdentity(stateDir, {
    ...identity,
    gatewayUrl: "wss://127.0.0.1:1",
    expiresAt,
    certificate: certificatePem,
    authority: authority.certificatePem,
    privateKey: privateKeyPem,
  });
}

describe("the packaged agent", () => {
  it("is one file that runs with an empty environment, knows its version and walks its chain", {
    timeout: 300_000,
  }, async () => {
    using folder = createTempFolder("cordon-package");
    const target = hostTarget();
    if (target === undefined) throw new Error("the agent is not made for this machine");
    const [made] = await packageAgent({ root: ROOT, outDir: folder.path, targets: [target], say: () => {} });
    if (made === undefined) throw new Error("nothing was made");
    const sums = execFileSync("sha256sum", ["--check", `${made.file}.sha256`], { cwd: folder.path, encoding: "utf8" });
    expect(sums).toContain("OK");

    expect(execFileSync(made.file, ["--version"], { env: {}, encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);

    const config = path.join(folder.path, "agent.yaml");
    const trust = `{pinSha256: "${"ab".repeat(32)}"}`;
    writeFileSync(config, `stateDir: state\nksc: {url: "https://127.0.0.1:1", user: soc, trust: ${trust}}\n`);
    const env = { CORDON_KSC_PASSWORD: "x" };
    await using doctor = spawnProgram({ argv: [made.file, "-c", config, "doctor"], env });
    expect((await doctor.exited).code).toBe(1);
    expect(doctor.stdout()).toMatch(/FAILED {2}identity .*agent\.not_enrolled/);
    expect(doctor.stdout()).toMatch(/FAILED {2}ksc port .*ECONNREFUSED/);
    expect(doctor.stderr()).toBe("");

    // With neither coordinator nor KSC to be reached it runs all the same, and its ledger is written by its own thread.
    await enrolNowhere(path.join(folder.path, "state"));
    await using agent = spawnProgram({ argv: [made.file, "-c", config, "run"], env });
    await agent.waitForLine(/"op":"session.down"/);
    expect(execFileSync(made.file, ["-c", config, "status"], { env, encoding: "utf8" })).toMatch(
      /agent +running, process/,
    );
    expect(await agent.end({ signal: "SIGTERM" })).toEqual({ code: 0, signal: null });
    const reader = openLedgerReader(path.join(folder.path, "state"));
    expect(reader?.counts()).toEqual({ open: 0, slots: 0, closed: 0, statuses: 0 });
    reader?.close();
  });
});
