import { readFileSync } from "node:fs";
import { type Clock, type Secret, systemClock, systemRandom } from "@cordon/core/kernel";
import { createTempFolder, databaseSettings } from "@cordon/testkit";
import { startCoordinator } from "../src/compose.ts";
import type { Ready } from "../src/start/announce.ts";
import { readConfig } from "../src/start/config.ts";
import { type Answer, type Call, call } from "./https-client.ts";

export interface TestCoordinator {
  readonly ready: Ready;
  readonly ca: string;
  readonly token: string;
  /** A call of the admin API, with the token unless other headers are given; `path` is below `/api/v1`. */
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A call of the API listener outside of `/api/v1`, without a credential unless headers say one. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Events to the intake. */
  send(body: string | Buffer, headers: Readonly<Record<string, string>>, options?: Call): Promise<Answer>;
  stop(): Promise<void>;
}

/** The whole coordinator in this process, on free ports and the given database. */
export async function startTestCoordinator(
  databaseUrl: Secret,
  options: { readonly settings?: Readonly<Record<string, string>>; readonly clock?: Clock } = {},
): Promise<TestCoordinator> {
  const folder = createTempFolder("cordon-coordinator");
  const config = readConfig({
    CORDON_DATA_DIR: folder.path,
    ...databaseSettings(databaseUrl),
    CORDON_INTAKE_PORT: "0",
    CORDON_API_PORT: "0",
    CORDON_GATEWAY_PORT: "0",
    ...options.settings,
  });
  const coordinator = await startCoordinator(config, {
    clock: options.clock ?? systemClock,
    random: systemRandom,
  });
  const { ready } = coordinator;
  const ca = readFileSync(ready.caFile, "utf8");
  const token = readFileSync(ready.adminTokenFile, "utf8").trim();
  const callApi: TestCoordinator["call"] = (method, path, body, headers = {}) =>
    call(
      { port: ready.ports.api, ca },
      {
        method,
        path,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      },
    );
  return {
    ready,
    ca,
    token,
    api: (method, path, body, headers = { authorization: `Bearer ${token}` }) =>
      callApi(method, `/api/v1${path}`, body, headers),
    call: callApi,
    send: (body, headers, options = {}) =>
      call({ port: ready.ports.intake, ca }, { method: "POST", body, headers, ...options }),
    stop: async () => {
      await coordinator.stop();
      folder.remove();
    },
  };
}
