import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder, spawnProgram } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { packageAgent } from "../src/package-agent.ts";
import { hostTarget } from "../src/targets.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

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
  });
});
