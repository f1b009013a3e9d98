import path from "node:path";
import { KSC_CREDENTIAL, PROXY_CREDENTIAL } from "./credential.ts";
import type { ServiceFacts, ServiceStep } from "./service-plan.ts";

export const LINUX_BINARY = "/usr/local/bin/cordon-agent";
/** Owns the state folder and nothing else. */
export const LINUX_USER = "cordon-agent";

const unitFile = (name: string) => `/etc/systemd/system/${name}.service`;

export function installOnSystemd(facts: ServiceFacts): readonly ServiceStep[] {
  const { name, stateDir } = facts;
  return [
    { kind: "copySelf", to: LINUX_BINARY },
    { kind: "run", argv: ["groupadd", "--system", "--force", LINUX_USER] },
    {
      kind: "run",
      argv: [
        ...["useradd", "--system", "--gid", LINUX_USER, "--no-create-home", "--home-dir", "/nonexistent"],
        ...["--shell", "/usr/sbin/nologin", LINUX_USER],
      ] as unknown as [string, ...string[]],
      // It is there from an earlier installation.
      mayFail: true,
    },
    { kind: "folder", path: stateDir, mode: 0o700 },
    // What `enroll` wrote as root is the service's own from here on.
    { kind: "run", argv: ["chown", "-Rh", `${LINUX_USER}:${LINUX_USER}`, stateDir] },
    { kind: "write", path: unitFile(name), text: systemdUnit(facts), mode: 0o644 },
    { kind: "run", argv: ["systemctl", "daemon-reload"] },
    { kind: "run", argv: ["systemctl", "enable", `${name}.service`] },
    { kind: "run", argv: ["systemctl", "restart", `${name}.service`] },
  ];
}

export function removeFromSystemd({ name, stateDir, configFile }: ServiceFacts): readonly ServiceStep[] {
  return [
    { kind: "run", argv: ["systemctl", "disable", "--now", `${name}.service`], mayFail: true },
    { kind: "remove", path: unitFile(name) },
    { kind: "run", argv: ["systemctl", "daemon-reload"] },
    {
      kind: "say",
      text: `kept: ${stateDir} (ledger and identity), ${configFile}, ${LINUX_BINARY}, user ${LINUX_USER}`,
    },
  ];
}

/** The unit, hardened as far as the agent's work allows; what is left out says why. */
export function systemdUnit(facts: ServiceFacts): string {
  const { name, configFile, stateDir, logFile, updates } = facts;
  // Below /var/lib systemd makes the folder and gives it to the service; any other place is only opened for writing.
  const managed = path.dirname(stateDir) === "/var/lib";
  const writable = [
    ...(managed ? [] : [stateDir]),
    ...(logFile === undefined || logFile.startsWith(`${stateDir}/`) ? [] : [path.dirname(logFile)]),
  ];
  const lines = [
    "[Unit]",
    `Description=Cordon site agent (${name})`,
    "Wants=network-online.target",
    "After=network-online.target",
    "# Never given up: RestartSec bounds how often it is tried.",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=exec",
    `User=${LINUX_USER}`,
    `Group=${LINUX_USER}`,
    `ExecStart=${LINUX_BINARY} -c ${escaped(configFile)} run`,
    "ExecReload=/bin/kill -HUP $MAINPID",
    "# Commands that an admin ran as root may have left files that the service could not write.",
    `ExecStartPre=+/bin/chown -Rh ${LINUX_USER}:${LINUX_USER} ${escaped(stateDir)}`,
    ...credential(KSC_CREDENTIAL, facts.kscPasswordFile),
    ...credential(PROXY_CREDENTIAL, facts.proxyPasswordFile),
    "# What the start freed goes back to the system: glibc would keep about 7 MiB of it.",
    "Environment=MALLOC_TRIM_THRESHOLD_=131072",
    "",
    "# A crash is started again; a wrong configuration (2) is not mended by another start.",
    "Restart=on-failure",
    "RestartPreventExitStatus=2",
    "RestartSec=5",
    "# Only the main process is told to stop: it passes it on to a release that it watches.",
    "KillMode=mixed",
    `TimeoutStopSec=${Math.ceil(facts.stopGraceSeconds) + 20}`,
    "",
    ...(managed ? [`StateDirectory=${path.basename(stateDir)}`, "StateDirectoryMode=0700"] : []),
    ...(writable.length === 0 ? [] : [`ReadWritePaths=${writable.map(escaped).join(" ")}`]),
    "UMask=0077",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "ProtectProc=invisible",
    "# Only these are run as programs.",
    "NoExecPaths=/",
    `ExecPaths=${[LINUX_BINARY, "/bin/chown", "/bin/kill", "/usr/bin", "/usr/lib", "/lib", ...(updates ? [escaped(stateDir)] : [])].join(" ")} -/lib64 -/usr/lib64`,
    "",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "RemoveIPC=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service @pkey",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "# MemoryDenyWriteExecute is left out: V8 compiles JavaScript to machine code while it runs.",
    "LimitNOFILE=8192",
    "TasksMax=128",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
  return `${lines.join("\n")}\n`;
}

function credential(name: string, file: string | undefined): readonly string[] {
  return file === undefined ? [] : [`LoadCredential=${name}:${file}`];
}

/** systemd splits at spaces and expands `%` (systemd.unit(5)). */
const escaped = (text: string) => {
  const doubled = text.replaceAll("%", "%%");
  return /\s/.test(doubled) ? `"${doubled}"` : doubled;
};
