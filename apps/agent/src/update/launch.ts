import { isSea } from "node:sea";
import type { Clock } from "@cordon/core/kernel";
import { AGENT_VERSION } from "../version.ts";
import type { Booted } from "./boot-release.ts";
import {
  become,
  type Environment,
  LAUNCHER_VARIABLE,
  RESTART_EXIT_CODE,
  runChild,
  SUPERVISED_VARIABLE,
} from "./run-release.ts";

/** How this process came to run, as far as updates are concerned. */
export type Launch =
  /** From its sources, or by another Node: there is no binary to exchange. */
  | { readonly kind: "sources" }
  /** The binary that the service manager starts. */
  | { readonly kind: "installed"; readonly launcher: string }
  /** A release that the installed binary started. */
  | { readonly kind: "release"; readonly launcher: string; readonly supervised: boolean };

export function readLaunch(env: Environment): Launch {
  if (!isSea()) return { kind: "sources" };
  const launcher = env[LAUNCHER_VARIABLE];
  if (launcher === undefined || launcher === "") return { kind: "installed", launcher: process.execPath };
  return { kind: "release", launcher, supervised: env[SUPERVISED_VARIABLE] === "1" };
}

/** What this process runs on, in the words of releases. */
export function agentTarget(): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return `${platform}-${process.arch}`;
}

export async function bootIfInstalled(
  launch: Launch,
  deps: {
    readonly configFile: string;
    readonly args: readonly string[];
    readonly env: Environment;
    readonly clock: Clock;
    readonly say: (line: string) => void;
  },
): Promise<Booted> {
  if (launch.kind !== "installed") return { kind: "here" };
  const { bootRelease } = await import("./boot-release.ts");
  return bootRelease({
    ...deps,
    launcher: launch.launcher,
    installed: AGENT_VERSION,
    target: agentTarget(),
    runChild,
    become,
  });
}

/**
 * After an agent has stopped in order to be replaced: becomes the launcher where the system can do that. Otherwise its exit
 * code asks for it: a supervising launcher looks again, and where this process is the launcher, the caller does.
 */
export function relaunch(launch: Launch, args: readonly string[], env: Environment): number {
  if (launch.kind === "installed" || (launch.kind === "release" && !launch.supervised)) {
    become({ file: launch.launcher, args, env: { ...env, [LAUNCHER_VARIABLE]: "", [SUPERVISED_VARIABLE]: "" } });
  }
  return RESTART_EXIT_CODE;
}
