import { Agent, request } from "node:https";
import { API_PREFIX, newEnrolmentToken, newIntakeCredential, siteHealthPage } from "@cordon/contracts/api";
import type { z } from "zod";
import { BENCH_RULES, BENCH_TENANT } from "./load.ts";

/** The few calls of the admin API that the bench needs. */
export interface AdminApi {
  createTenant(): Promise<void>;
  createSite(siteId: string): Promise<void>;
  createEnrolmentToken(siteId: string): Promise<string>;
  /** The Authorization header that the intake takes. */
  createIntakeCredential(): Promise<string>;
  putRules(): Promise<void>;
  health(): Promise<z.output<typeof siteHealthPage>["items"]>;
  close(): void;
}

export function createAdminApi(options: {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}): AdminApi {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: options.ca });
  const tenant = `/tenants/${BENCH_TENANT}`;
  const call = (method: string, path: string, input?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const body = input === undefined ? "" : JSON.stringify(input);
      const headers = {
        authorization: `Bearer ${options.token}`,
        ...(input === undefined ? {} : { "content-type": "application/json" }),
      };
      const url = new URL(`${API_PREFIX}${path}`, options.url);
      const asked = request(url, { agent, method, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          text += chunk;
        });
        answer.once("error", reject);
        answer.once("end", () => {
          if ((answer.statusCode ?? 500) < 400) resolve(text === "" ? undefined : JSON.parse(text));
          else reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 1_000)}`));
        });
      });
      asked.once("error", reject);
      asked.end(body);
    });
  return {
    createTenant: async () => {
      await call("POST", "/tenants", { tenantId: BENCH_TENANT, name: "Bench" });
    },
    createSite: async (siteId) => {
      await call("POST", `${tenant}/sites`, { siteId, name: siteId, aliases: [] });
    },
    createEnrolmentToken: async (siteId) =>
      newEnrolmentToken.parse(await call("POST", `${tenant}/sites/${siteId}/enrolment-tokens`, {})).token,
    createIntakeCredential: async () => {
      const made = await call("POST", `${tenant}/intake-credentials`, { kind: "basic", user: "kuma-bench" });
      const { user, password } = newIntakeCredential.parse(made);
      return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    },
    putRules: async () => {
      await call("PUT", `${tenant}/rules`, { files: [{ name: "bench.yaml", text: BENCH_RULES }] });
    },
    health: async () => siteHealthPage.parse(await call("GET", `${tenant}/health?limit=500`)).items,
    close: () => agent.destroy(),
  };
}
