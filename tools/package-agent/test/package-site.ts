import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import path from "node:path";
import { readConfig, startCoordinator } from "@cordon/coordinator";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { startSimulator } from "@cordon/ksc-sim";
import { createTempFolder, databaseSettings, eventually, startTestPostgres } from "@cordon/testkit";
import { stringify } from "yaml";

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A whole estate of one site around a packaged agent: a coordinator with its own Postgres, and a simulated KSC. */
export interface PackageSite extends AsyncDisposable {
  readonly configFile: string;
  readonly stateDir: string;
  readonly tokenFile: string;
  readonly hosts: readonly string[];
  api(method: string, path: string, body?: unknown): Promise<Answer>;
}

export async function startPackageSite(options: {
  readonly releasesDir: string;
  readonly publicKey: string;
}): Promise<PackageSite> {
  await using opened = new AsyncDisposableStack();
  const folder = createTempFolder("cordon-packaged");
  opened.defer(() => folder.remove());
  const postgres = await startTestPostgres();
  opened.defer(() => postgres.stop());
  const simulator = await startSimulator({
    servers: [
      {
        name: "site-a",
        hosts: 0,
        hostList: ["ws-0", "ws-1", "ws-2"].map((name) => ({ name, kesVersion: "12.9.0.384" })),
        user: "soc",
        password: "secret",
      },
    ],
    knobs: { taskCreateDelay: 0.05, syncInterval: 0.1, taskDuration: 0.05, scanDuration: 0.05, eventDelay: 0.02 },
    seed: 7,
    controlPort: null,
  });
  opened.defer(() => simulator.stop());
  const ksc = simulator.server("site-a");
  const config = readConfig({
    CORDON_DATA_DIR: path.join(folder.path, "coordinator"),
    ...databaseSettings(postgres.url),
    CORDON_INTAKE_PORT: "0",
    CORDON_API_PORT: "0",
    CORDON_GATEWAY_PORT: "0",
    CORDON_RELEASES_DIR: options.releasesDir,
    CORDON_RELEASE_KEYS: options.publicKey,
  });
  const coordinator = await startCoordinator(config, {
    // The fleet is looked at every quarter of a second.
    clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 250), signal) },
    random: systemRandom,
  });
  opened.defer(() => coordinator.stop());
  const { ready } = coordinator;
  const ca = readFileSync(ready.caFile, "utf8");
  const token = readFileSync(ready.adminTokenFile, "utf8").trim();
  const api: PackageSite["api"] = (method, at, body) =>
    call({ port: ready.ports.api, ca, token }, { method, path: `/api/v1${at}`, body });
  await api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  await api("POST", "/tenants/acme/sites", { siteId: "hq", name: "HQ" });
  const made = await api("POST", "/tenants/acme/sites/hq/enrolment-tokens", {});
  const tokenFile = path.join(folder.path, "token");
  writeFileSync(tokenFile, String(made.body.token), { mode: 0o600 });
  const passwordFile = path.join(folder.path, "password");
  writeFileSync(passwordFile, "secret", { mode: 0o600 });
  writeFileSync(path.join(folder.path, "ksc.pem"), ksc.certificatePem);
  const configFile = path.join(folder.path, "agent.yaml");
  writeFileSync(
    configFile,
    stringify({
      stateDir: "state",
      ksc: { url: ksc.url, user: "soc", passwordFile, trust: { pinFile: "ksc.pem" } },
      polling: { minSeconds: 0.05, maxSeconds: 0.5, inventorySeconds: 1, courtesyCallsPerMinute: 6_000 },
      update: {
        mode: "auto",
        publicKeys: [options.publicKey],
        quietSeconds: 0.2,
        settleSeconds: 0.2,
        healthSeconds: 60,
      },
    }),
  );
  const running = opened.move();
  return {
    configFile,
    stateDir: path.join(folder.path, "state"),
    tokenFile,
    hosts: ksc.hosts().map(({ id }) => id),
    api,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Asks again until the answer is as wanted; fails with what it was last. */
export function until(
  site: PackageSite,
  at: string,
  isAsWanted: (body: Record<string, unknown>) => boolean,
  what: string,
): Promise<Record<string, unknown>> {
  return eventually(
    async () => {
      const { body } = await site.api("GET", at);
      if (!isAsWanted(body)) throw new Error(`it is ${JSON.stringify(body)}`);
      return body;
    },
    { what, withinMs: 60_000 },
  );
}

function call(
  to: { readonly port: number; readonly ca: string; readonly token: string },
  { method, path: at, body }: { readonly method: string; readonly path: string; readonly body?: unknown },
): Promise<Answer> {
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${to.token}`,
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port: to.port, ca: to.ca, method, path: at, headers, agent: false },
      (answer) => {
        let all = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          all += chunk;
        });
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, body: all === "" ? {} : (JSON.parse(all) as Answer["body"]) }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
