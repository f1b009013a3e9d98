import { describe, expect, it } from "vitest";
import { describeStep, type ServiceFacts } from "./service-plan.ts";
import { installOnSystemd, removeFromSystemd, systemdUnit } from "./systemd-service.ts";
import { installOnWindows, removeFromWindows } from "./windows-service.ts";

const LINUX: ServiceFacts = {
  name: "cordon-agent",
  configFile: "/etc/cordon/agent.yaml",
  stateDir: "/var/lib/cordon-agent",
  logFile: undefined,
  kscPasswordFile: "/etc/cordon/ksc-password",
  proxyPasswordFile: undefined,
  updates: true,
  stopGraceSeconds: 10,
};
const WINDOWS: ServiceFacts = {
  ...LINUX,
  configFile: "C:\\ProgramData\\Cordon\\agent.yaml",
  stateDir: "C:\\ProgramData\\Cordon\\state",
  logFile: "C:\\ProgramData\\Cordon\\agent.log",
  kscPasswordFile: "C:\\ProgramData\\Cordon\\ksc-password",
};
const PLACES = { systemRoot: "C:\\Windows", programFiles: "C:\\Program Files" };
const linesOf = (text: string) => text.split("\n");

describe("the systemd service", () => {
  it("[S9] hands the KSC password over as a credential: neither argument nor environment, and root's file stays root's", () => {
    const unit = systemdUnit(LINUX);
    expect(unit).toContain("LoadCredential=ksc-password:/etc/cordon/ksc-password");
    const environment = linesOf(unit).filter((line) => line.startsWith("Environment"));
    expect(environment).toEqual(["Environment=MALLOC_TRIM_THRESHOLD_=131072"]);
  });

  it("is hardened: own user, no capability, nothing to be written but its state, only named programs to be run", () => {
    const unit = linesOf(systemdUnit(LINUX));
    for (const line of [
      "User=cordon-agent",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=",
      "ProtectSystem=strict",
      "StateDirectory=cordon-agent",
      "SystemCallFilter=@system-service @pkey",
      "Restart=on-failure",
      "RestartPreventExitStatus=2",
      "KillMode=mixed",
    ]) {
      expect(unit).toContain(line);
    }
    expect(unit.some((line) => line.startsWith("MemoryDenyWriteExecute"))).toBe(false);
    expect(unit.some((line) => line.startsWith("ReadWritePaths"))).toBe(false);
  });

  it("with updates off, nothing in the state folder can be run", () => {
    const exec = (updates: boolean) =>
      linesOf(systemdUnit({ ...LINUX, updates })).find((line) => line.startsWith("ExecPaths"));
    expect(exec(true)).toContain("/var/lib/cordon-agent");
    expect(exec(false)).not.toContain("/var/lib/cordon-agent");
  });

  it("a state folder or log elsewhere is opened for writing, and names with spaces and percent signs survive", () => {
    const unit = systemdUnit({ ...LINUX, stateDir: "/srv/cordon 100%", logFile: "/var/log/cordon/agent.log" });
    expect(unit).toContain('ReadWritePaths="/srv/cordon 100%%" /var/log/cordon');
    expect(unit).not.toContain("StateDirectory=");
  });

  it("installing again is the same as installing, and removing keeps what cannot be made again", () => {
    const steps = installOnSystemd(LINUX)
      .map(describeStep)
      .map((text) => linesOf(text)[0]);
    expect(steps).toEqual([
      "copy this program to /usr/local/bin/cordon-agent",
      "groupadd --system --force cordon-agent",
      "(may fail) useradd --system --gid cordon-agent --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cordon-agent",
      "mkdir -p /var/lib/cordon-agent  (mode 700)",
      "chown -Rh cordon-agent:cordon-agent /var/lib/cordon-agent",
      "write /etc/systemd/system/cordon-agent.service:",
      "systemctl daemon-reload",
      "systemctl enable cordon-agent.service",
      "systemctl restart cordon-agent.service",
    ]);
    const removed = removeFromSystemd(LINUX).flatMap((step) => (step.kind === "remove" ? [step.path] : []));
    expect(removed).toEqual(["/etc/systemd/system/cordon-agent.service"]);
  });
});

describe("the Windows service", () => {
  const steps = installOnWindows(WINDOWS, PLACES);
  const commands = steps.flatMap((step) => (step.kind === "run" ? [step.argv.join(" ")] : []));

  it("is a delayed automatic service that Windows starts again after a failure, with next to no privileges", () => {
    expect(commands.join("\n")).toMatch(
      /sc\.exe create cordon-agent binPath= "C:\\Program Files\\Cordon\\cordon-agent\\service-host\.exe" start= delayed-auto/,
    );
    expect(commands).toContain(
      "C:\\Windows\\System32\\sc.exe failure cordon-agent reset= 86400 actions= restart/5000/restart/30000/restart/300000",
    );
    expect(commands).toContain("C:\\Windows\\System32\\sc.exe privs cordon-agent SeChangeNotifyPrivilege");
  });

  it("[S9] state folder and password are open to SYSTEM and Administrators alone, before the service starts", () => {
    const acl = (target: string, rights: string) =>
      `C:\\Windows\\System32\\icacls.exe ${target} /inheritance:r /grant:r *S-1-5-18:${rights} *S-1-5-32-544:${rights}`;
    const wanted = [
      acl("C:\\ProgramData\\Cordon\\state", "(OI)(CI)F"),
      acl("C:\\ProgramData\\Cordon\\ksc-password", "F"),
    ];
    for (const one of wanted) expect(commands.indexOf(one)).toBeGreaterThan(-1);
    const started = commands.indexOf("C:\\Windows\\System32\\sc.exe start cordon-agent");
    expect(started).toBeGreaterThan(Math.max(...wanted.map((one) => commands.indexOf(one))));
  });

  it("its host asks the agent to stop by its standard input, waits longer than the agent's grace, then ends it", () => {
    const source = steps.find((step) => step.kind === "write");
    const text = source?.kind === "write" ? source.text : "";
    expect(text).toContain('Arguments = @"-c ""C:\\ProgramData\\Cordon\\agent.yaml"" run"');
    expect(text).toContain("StopMilliseconds = 20000");
    expect(text).toContain('EnvironmentVariables["CORDON_AGENT_STOP_ON_STDIN_END"] = "1"');
    expect(text.indexOf("StandardInput.Close()")).toBeLessThan(text.indexOf("agent.Kill()"));
  });

  it("is removed without ledger, identity and configuration", () => {
    const removed = removeFromWindows(WINDOWS, PLACES).flatMap((step) => (step.kind === "remove" ? [step.path] : []));
    expect(removed.every((file) => file.includes("service-host"))).toBe(true);
  });
});
