import { execFile } from "node:child_process";
import type { ReleaseMethod } from "@cordon/agent-core";
import type { ReleaseConfig } from "../config/isolation-section.ts";

/** What a command may say before it is cut off, and how much of it is told. */
const OUTPUT_BYTES_MAX = 65_536;
const TOLD_CHARS_MAX = 1_000;
/** KSC has no longer one of its own. */
const NAME_CHARS_MAX = 256;

/**
 * The site's own way to end an isolation: one executable, started without a shell, so that no name of a host can become a command.
 * It gets nothing of the agent's environment but what it needs to be found and to run.
 */
export function releaseMethodOf(
  config: ReleaseConfig,
  programEnv: Readonly<Record<string, string | undefined>>,
): ReleaseMethod | undefined {
  if (config.method === "none") return undefined;
  const { command, arguments: args, timeoutSeconds } = config;
  return (target, signal) =>
    new Promise((resolve) => {
      const env = {
        ...programEnv,
        CORDON_ACTION_ID: target.actionId,
        CORDON_HOST_ID: target.endpointId,
        CORDON_HOST_NAME: asVariable(target.name ?? ""),
        CORDON_ENDS_AT: target.endsAt === undefined ? "" : String(target.endsAt),
      };
      const options = {
        env,
        signal,
        timeout: Math.round(timeoutSeconds * 1_000),
        killSignal: "SIGKILL",
        maxBuffer: OUTPUT_BYTES_MAX,
        windowsHide: true,
      } as const;
      execFile(command, args, options, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim().slice(0, TOLD_CHARS_MAX);
        const said = output === "" ? "" : ` It said: ${output}`;
        if (error === null) {
          resolve({ done: true, said: `The site's release command ${command} has run.${said}` });
          return;
        }
        const how =
          error.killed === true ? `did not end within ${timeoutSeconds} s` : `failed (${error.code ?? error.message})`;
        resolve({ done: false, said: `The site's release command ${command} ${how}.${said}` });
      });
    });
}

/** No program can be started with a zero byte or a megabyte in its environment: a device that is called so must not stay isolated. */
function asVariable(name: string): string {
  return name.replace(/\p{Cc}/gu, " ").slice(0, NAME_CHARS_MAX);
}
