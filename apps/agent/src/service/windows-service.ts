import path from "node:path";
import type { ServiceFacts, ServiceStep } from "./service-plan.ts";
import { windowsHostSource } from "./windows-host.ts";

const { join } = path.win32;

/** Where Windows itself and its programs are. */
export interface WindowsPlaces {
  /** `C:\\Windows`. */
  readonly systemRoot: string;
  /** `C:\\Program Files`. */
  readonly programFiles: string;
}

/** SIDs, because the names are translated in other languages' Windows: SYSTEM and Administrators. */
const SYSTEM = "*S-1-5-18";
const ADMINISTRATORS = "*S-1-5-32-544";

export function installOnWindows(facts: ServiceFacts, places: WindowsPlaces): readonly ServiceStep[] {
  const { name, configFile, stateDir, stopGraceSeconds } = facts;
  const folder = join(places.programFiles, "Cordon", name);
  const binary = join(folder, "cordon-agent.exe");
  const host = join(folder, "service-host.exe");
  const source = join(folder, "service-host.cs");
  const system = (program: string) => join(places.systemRoot, "System32", program);
  const sc = (...args: string[]): ServiceStep => ({ kind: "run", argv: [system("sc.exe"), ...args] });
  const own = (target: string, rights: string): ServiceStep => ({
    kind: "run",
    argv: [
      system("icacls.exe"),
      ...[target, "/inheritance:r", "/grant:r", `${SYSTEM}:${rights}`, `${ADMINISTRATORS}:${rights}`],
    ],
  });
  return [
    { kind: "run", argv: [system("sc.exe"), "stop", name], mayFail: true },
    { kind: "run", argv: [system("sc.exe"), "delete", name], mayFail: true },
    { kind: "folder", path: folder, mode: 0o755 },
    { kind: "copySelf", to: binary },
    {
      kind: "write",
      path: source,
      text: windowsHostSource({ serviceName: name, binary, configFile, stopSeconds: stopGraceSeconds + 10 }),
      mode: 0o644,
    },
    {
      kind: "run",
      argv: [
        join(places.systemRoot, "Microsoft.NET", "Framework64", "v4.0.30319", "csc.exe"),
        ...["/nologo", "/target:exe", "/optimize+", "/reference:System.ServiceProcess.dll", `/out:${host}`, source],
      ],
    },
    { kind: "folder", path: stateDir, mode: 0o700 },
    own(stateDir, "(OI)(CI)F"),
    ...(facts.kscPasswordFile === undefined ? [] : [own(facts.kscPasswordFile, "F")]),
    ...(facts.proxyPasswordFile === undefined ? [] : [own(facts.proxyPasswordFile, "F")]),
    sc(
      "create",
      name,
      "binPath=",
      `"${host}"`,
      "start=",
      "delayed-auto",
      "obj=",
      "LocalSystem",
      "DisplayName=",
      `Cordon agent (${name})`,
    ),
    sc(
      "description",
      name,
      "Takes orders from the Cordon coordinator and hands them to this site's Kaspersky Security Center.",
    ),
    // Again after 5 s, 30 s, then every 5 minutes; a day without failure begins anew.
    sc("failure", name, "reset=", "86400", "actions=", "restart/5000/restart/30000/restart/300000"),
    sc("failureflag", name, "1"),
    // What LocalSystem could do and an agent never needs is taken from its token.
    sc("privs", name, "SeChangeNotifyPrivilege"),
    sc("start", name),
  ];
}

export function removeFromWindows(facts: ServiceFacts, places: WindowsPlaces): readonly ServiceStep[] {
  const { name, stateDir, configFile } = facts;
  const folder = join(places.programFiles, "Cordon", name);
  const sc = join(places.systemRoot, "System32", "sc.exe");
  return [
    { kind: "run", argv: [sc, "stop", name], mayFail: true },
    { kind: "run", argv: [sc, "delete", name] },
    { kind: "remove", path: join(folder, "service-host.exe") },
    { kind: "remove", path: join(folder, "service-host.cs") },
    {
      kind: "say",
      text: `kept: ${stateDir} (ledger and identity), ${configFile}, ${join(folder, "cordon-agent.exe")}`,
    },
  ];
}
