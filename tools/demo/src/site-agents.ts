import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SimulatedServer } from "@cordon/ksc-sim";
import { type ChildProgram, startChild } from "./child-programs.ts";
import { type DemoSite, siteKey } from "./estate.ts";
import type { RunFolder } from "./run-folder.ts";

const MAIN = "apps/agent/src/main.ts";

export interface AgentPlan {
  readonly folder: RunFolder;
  readonly site: DemoSite;
  readonly token: string;
  readonly server: SimulatedServer;
}

/** Does what a platform admin does on a new site: configuration and secrets into files, `enroll`, `run`. */
export async function startAgent({ folder, site, token, server }: AgentPlan): Promise<ChildProgram> {
  const name = `agent-${siteKey(site)}`;
  const file = (ending: string) => path.join(folder.path, `${name}.${ending}`);
  const writePrivate = (ending: string, text: string) => writeFileSync(file(ending), text, { mode: 0o600 });
  writePrivate("password", server.password);
  writePrivate("token", token);
  writePrivate("ksc.pem", server.certificatePem);
  writePrivate("yaml", configuration(server, name));
  const command = (args: readonly string[]) => ({ main: MAIN, args: ["--config", file("yaml"), ...args], env: {} });
  const enrolment = startChild(folder, {
    name: `${name}-enroll`,
    ...command(["enroll", "--token-file", file("token")]),
  });
  if ((await enrolment.ended) !== 0)
    throw new Error(`${name} could not enroll:\n${readFileSync(enrolment.logFile, "utf8")}`);
  return startChild(folder, { name, ...command(["run"]) });
}

/** YAML is a superset of JSON, so quoting is JSON's. The demo's clock runs fast, so it looks often. */
function configuration(server: SimulatedServer, name: string): string {
  return `${JSON.stringify(
    {
      stateDir: `${name}.state`,
      ksc: {
        url: server.url,
        user: server.user,
        passwordFile: `${name}.password`,
        trust: { pinFile: `${name}.ksc.pem` },
      },
      polling: { minSeconds: 0.3, maxSeconds: 3, budgetSeconds: 1, courtesyCallsPerMinute: 600 },
    },
    null,
    2,
  )}\n`;
}
