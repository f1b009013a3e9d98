import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { LINUX_BINARY, systemdUnit } from "../src/service/systemd-service.ts";

const ANALYZE = "/usr/bin/systemd-analyze";
/** From 0, closed, to 10, open; a unit without hardening has 9.6. */
const EXPOSURE_MAX = 2;

describe("the unit as systemd reads it", () => {
  if (!existsSync(ANALYZE)) {
    console.info("systemd-analyze is not installed: the unit is not read by systemd here (apt-get install systemd)");
    return;
  }

  it("has no unknown setting, and leaves little open", () => {
    using folder = createTempFolder("cordon-unit");
    const unit = systemdUnit({
      name: "cordon-agent",
      configFile: "/etc/cordon/agent.yaml",
      stateDir: "/var/lib/cordon-agent",
      logFile: "/var/log/cordon/agent.log",
      kscPasswordFile: "/etc/cordon/ksc-password",
      proxyPasswordFile: "/etc/cordon/proxy-password",
      updates: true,
      stopGraceSeconds: 10,
    });
    const file = path.join(folder.path, "cordon-agent.service");
    // It wants to see the program, which is not installed here.
    writeFileSync(file, unit.replaceAll(LINUX_BINARY, "/bin/true"));
    const verified = spawnSync(ANALYZE, ["verify", file], { encoding: "utf8" });
    expect(`${verified.stdout}${verified.stderr}`.split("\n").filter((line) => line.includes(folder.path))).toEqual([]);
    const security = execFileSync(ANALYZE, ["security", "--offline=yes", file], { encoding: "utf8" });
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(security)?.[1])).toBeLessThanOrEqual(EXPOSURE_MAX);
  });
});
