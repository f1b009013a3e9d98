import { API_PREFIX, LOGIN_PREFIX } from "@cordon/contracts/api";
import type { PublicUrls } from "../api/api-services.ts";
import type { Config } from "./config.ts";
import { VERSION } from "./version.ts";

/** What a program that started the coordinator needs to know; also kept in `ready.json` of the data directory. */
export interface Ready {
  readonly ready: true;
  readonly pid: number;
  readonly urls: PublicUrls;
  readonly ports: { readonly intake: number; readonly api: number; readonly gateway: number };
  readonly adminTokenFile: string;
  readonly caFile: string;
  readonly dataDirectory: string;
}

/** What a person who started it wants to know, on one screen. */
export function banner(ready: Ready, config: Config): string {
  const { urls } = ready;
  const database = config.database ? "the Postgres of CORDON_DATABASE_URL" : "its own Postgres in the data directory";
  const queue = config.redisUrl ? "Redis" : "the same Postgres";
  const log = config.log === "file" ? "coordinator.log in the data directory" : "standard error";
  const lines = [
    `Cordon coordinator ${VERSION} is running.`,
    "",
    `  Events     ${urls.intake}    KUMA's HTTP destination: POST at any path`,
    `  Admin API  ${urls.api}${API_PREFIX}    OpenAPI at ${API_PREFIX}/openapi.json`,
    `  Agents     ${urls.gateway}`,
    "",
    ...(config.login.openId === undefined
      ? []
      : [
          `  Sign in    ${config.login.url ?? urls.api}${LOGIN_PREFIX}/login    with ${config.login.openId.issuer}`,
          "",
        ]),
    `  Admin token  ${ready.adminTokenFile}`,
    `  CA           ${ready.caFile}`,
    `  Data         ${ready.dataDirectory}`,
    `  Record       ${database}; queue on ${queue}; log in ${log}`,
    "",
    "Try it:",
    `  curl --cacert ${ready.caFile} -H "Authorization: Bearer $(cat ${ready.adminTokenFile})" ${urls.api}${API_PREFIX}/health`,
    "",
  ];
  if (config.host === "127.0.0.1") {
    lines.push("Only this machine can reach it. To open it: CORDON_HOST=0.0.0.0 CORDON_PUBLIC_HOST=<its name>.");
  }
  lines.push("Ctrl-C stops it.", "");
  return lines.join("\n");
}
