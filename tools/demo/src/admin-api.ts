import {
  API_PREFIX,
  actionPage,
  decisionPage,
  endpointPage,
  eventPage,
  newEnrolmentToken,
  newIntakeCredential,
  newPerson,
  quarantinePage,
  siteHealthPage,
} from "@cordon/contracts/api";
import * as z from "zod";
import { createHttpsClient } from "./https-client.ts";

/** One page is enough for the demo's estate; more would be a mistake of the demo. */
const PAGE = "limit=500";

export type AdminApi = ReturnType<typeof createAdminApi>;
export type DemoAction = z.output<typeof actionPage>["items"][number];
export type DemoEndpoint = z.output<typeof endpointPage>["items"][number];
export type DemoSiteHealth = z.output<typeof siteHealthPage>["items"][number];

/** The few calls of the admin API that the demo needs, each answer checked against the API's own contract. */
export function createAdminApi(baseUrl: string, authority: string, token: string) {
  const client = createHttpsClient(baseUrl, authority, { authorization: `Bearer ${token}` });

  async function call<T>(method: string, path: string, answer: z.ZodType<T>, json?: unknown): Promise<T> {
    const { status, body } = await client.send(method, `${API_PREFIX}${path}`, json === undefined ? {} : { json });
    if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${body.slice(0, 2_000)}`);
    return answer.parse(JSON.parse(body));
  }

  async function list<T>(
    path: string,
    page: z.ZodType<{ readonly items: readonly T[]; readonly nextCursor?: string | undefined }>,
  ) {
    const answer = await call("GET", `${path}?${PAGE}`, page);
    if (answer.nextCursor !== undefined)
      throw new Error(`${path} has more than one page, which the demo does not expect`);
    return answer.items;
  }

  const tenant = (tenantId: string) => `/tenants/${tenantId}`;
  return {
    /** Somebody who may do everything, with a token of its own. */
    addAdministrator: (name: string) =>
      call("POST", "/people", newPerson, { name, grants: [{ role: "platform-admin", allTenants: true }] }),
    createTenant: (tenantId: string, name: string) => call("POST", "/tenants", z.unknown(), { tenantId, name }),
    createSite: (tenantId: string, siteId: string, name: string, aliases: readonly string[]) =>
      call("POST", `${tenant(tenantId)}/sites`, z.unknown(), { siteId, name, aliases }),
    createEnrolmentToken: (tenantId: string, siteId: string) =>
      call("POST", `${tenant(tenantId)}/sites/${siteId}/enrolment-tokens`, newEnrolmentToken, {}),
    createIntakeCredential: (tenantId: string, user: string) =>
      call("POST", `${tenant(tenantId)}/intake-credentials`, newIntakeCredential, { kind: "basic", user }),
    putRules: (tenantId: string, files: readonly { readonly name: string; readonly text: string }[]) =>
      call("PUT", `${tenant(tenantId)}/rules`, z.unknown(), { files }),
    actions: (tenantId: string) => list(`${tenant(tenantId)}/actions`, actionPage),
    decisions: (tenantId: string) => list(`${tenant(tenantId)}/decisions`, decisionPage),
    events: (tenantId: string) => list(`${tenant(tenantId)}/events`, eventPage),
    quarantine: (tenantId: string) => list(`${tenant(tenantId)}/quarantine`, quarantinePage),
    endpoints: (tenantId: string) => list(`${tenant(tenantId)}/endpoints`, endpointPage),
    health: (tenantId: string) => list(`${tenant(tenantId)}/health`, siteHealthPage),
    close: () => client.close(),
  };
}
