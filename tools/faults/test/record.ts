import {
  API_PREFIX,
  action,
  actionPage,
  actionWithTimeline,
  canary,
  eventWithDecisions,
  leasePage,
  leaseReleaseResult,
  newEnrolmentToken,
  newIntakeCredential,
  siteHealthPage,
} from "@cordon/contracts/api";
import * as z from "zod";
import { createHttpsClient } from "./https-client.ts";

export type RecordedAction = z.output<typeof actionWithTimeline>;
export type SiteHealth = z.output<typeof siteHealthPage>["items"][number];
export type RecordApi = ReturnType<typeof createRecordApi>;

export const TENANT = "acme";
export const SITE = "hq";

/** What the coordinator's record says, over the admin API. */
export function createRecordApi(port: number, ca: string, token: string) {
  const client = createHttpsClient(port, ca, {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
  });

  async function call<T>(method: string, path: string, answer: z.ZodType<T>, json?: unknown): Promise<T> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const { status, text } = await client.send(method, `${API_PREFIX}${path}`, body);
    if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
    return answer.parse(JSON.parse(text));
  }
  const tenant = `/tenants/${TENANT}`;

  return {
    createTenant: () => call("POST", "/tenants", z.unknown(), { tenantId: TENANT, name: "Acme" }),
    createSite: () => call("POST", `${tenant}/sites`, z.unknown(), { siteId: SITE, name: "Head quarters" }),
    createEnrolmentToken: () => call("POST", `${tenant}/sites/${SITE}/enrolment-tokens`, newEnrolmentToken, {}),
    createSender: () => call("POST", `${tenant}/intake-credentials`, newIntakeCredential, { kind: "secretPath" }),
    putRules: (text: string) => call("PUT", `${tenant}/rules`, z.unknown(), { files: [{ name: "faults.yaml", text }] }),
    promote: () => call("POST", `${tenant}/sites/${SITE}/promote`, z.unknown(), {}),
    event: (eventId: string) => call("GET", `${tenant}/events/${eventId}`, eventWithDecisions),
    action: (actionId: string) => call("GET", `${tenant}/actions/${actionId}`, actionWithTimeline),
    isolate: (endpointId: string, args: Readonly<Record<string, number>>) =>
      call("POST", `${tenant}/actions`, action, {
        siteId: SITE,
        endpointId,
        kind: "isolateHost",
        arguments: args,
        reason: "a test",
        requestId: `isolate-${endpointId}`,
      }),
    leases: (query = "") => call("GET", `${tenant}/leases?${query}`, leasePage),
    release: (actionId: string) =>
      call("POST", `${tenant}/actions/${actionId}/release`, leaseReleaseResult, { reason: "false alarm" }),
    setCanary: (endpointId: string, kind: "iocScan" | "getFile") =>
      call("PUT", `${tenant}/sites/${SITE}/canary`, canary, { endpointId, kind }),
    runCanary: () => call("POST", `${tenant}/sites/${SITE}/canary/run`, canary, {}),
    async metrics(): Promise<string> {
      const { status, text } = await client.send("GET", "/metrics");
      if (status !== 200) throw new Error(`GET /metrics answered ${status}`);
      return text;
    },
    /** Of the whole site, with their timelines. */
    async actions(): Promise<readonly RecordedAction[]> {
      const ids: string[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const from = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await call("GET", `${tenant}/actions?limit=500${from}`, actionPage);
        ids.push(...page.items.map(({ actionId }) => actionId));
        cursor = page.nextCursor;
      }
      return Promise.all(ids.map((id) => call("GET", `${tenant}/actions/${id}`, actionWithTimeline)));
    },
    async site(): Promise<SiteHealth> {
      const { items } = await call("GET", `${tenant}/health`, siteHealthPage);
      const [site] = items;
      if (site === undefined) throw new Error("the site is not in the record");
      return site;
    },
    close: () => client.close(),
  };
}
