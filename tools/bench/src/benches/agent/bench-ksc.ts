import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Program } from "@cordon/testkit";
import * as z from "zod";
import { startProgram } from "../e2e/program.ts";

/** One simulated Security Center, reached over HTTPS in a process of its own. */
export interface BenchKsc {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly certificatePem: string;
  readonly hostIds: readonly string[];
  /** Calls that it has handled so far, by method, logins included. */
  calls(): Promise<Readonly<Record<string, number>>>;
}

export interface BenchKscs extends AsyncDisposable {
  readonly servers: readonly BenchKsc[];
  readonly program: Program;
}

export const KSC_USER = "bench";
export const KSC_PASSWORD = "bench-password";
/** The seed gives each host its turn in the synchronisation interval, so all servers of one name and size are alike. */
const SEED = 1;
const INCIDENTS_KEPT = 1_000;

/** Servers with so many devices each, all of which understand response requests. */
export async function startBenchKscs(
  folder: string,
  servers: readonly { readonly name: string; readonly hosts: number }[],
  timeScale = 1,
): Promise<BenchKscs> {
  const file = path.join(folder, "ksc.yaml");
  const certificate = path.join(folder, "ksc.pem");
  const given = servers.map(({ name, hosts }, server) => {
    const hostList = Array.from({ length: hosts }, (_, host) => ({
      id: `7c0d8a52-5a4e-4c0e-${(0x9a00 + server).toString(16)}-${host.toString(16).padStart(12, "0")}`,
      name: `ws-${name}-${host}`,
      kesVersion: "12.9.0.384",
    }));
    return { name, user: KSC_USER, password: KSC_PASSWORD, hostList };
  });
  // YAML is a superset of JSON.
  writeFileSync(
    file,
    JSON.stringify({ seed: SEED, timeScale, knobs: { maxIncidents: INCIDENTS_KEPT }, servers: given }),
  );
  const program = startProgram("tools/ksc-sim/src/main.ts", [
    ...["--config", file, "--port", "0", "--control-port", "0", "--cert-out", certificate],
  ]);
  const [line] = await program.waitForLine(/^ksc-sim ready.*$/, { withinMs: 60_000 });
  const control = /control (http:\S+)/.exec(line)?.[1];
  const urls = new Map([...line.matchAll(/(\S+) (https:\S+) certificate/g)].map(([, name, url]) => [name, url]));
  return {
    program,
    servers: given.map(({ name, hostList }, index) => {
      const url = urls.get(name) ?? "";
      return {
        name,
        url,
        port: Number(new URL(url).port),
        certificatePem: readFileSync(index === 0 ? certificate : `${certificate}.${name}`, "utf8"),
        hostIds: hostList.map(({ id }) => id),
        async calls() {
          const answer = await fetch(`${control}/servers/${name}/truth?part=calls`);
          return z.record(z.string(), z.number()).parse(await answer.json());
        },
      };
    }),
    async [Symbol.asyncDispose]() {
      await program.end();
    },
  };
}

export function totalOf(calls: Readonly<Record<string, number>>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}
