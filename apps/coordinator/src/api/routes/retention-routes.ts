import { retention, retentionInput, tenantParams } from "@cordon/contracts/api";
import { wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

const tags = ["estate"];

/** How long a tenant's events and decisions are kept. */
export function retentionRoutes(app: ApiApp, services: ApiServices): void {
  app.get(
    "/tenants/:tenantId/retention",
    {
      config: { access: wholeTenant("records.read") },
      schema: {
        tags,
        summary: "Show how long events and decisions are kept",
        params: tenantParams,
        response: { 200: retention },
      },
    },
    ({ params }) => services.retention.view(params.tenantId),
  );

  app.put(
    "/tenants/:tenantId/retention",
    {
      config: { access: wholeTenant("retention.write") },
      schema: {
        tags,
        summary: "Say how long events and decisions are kept; what is older goes within the hours that follow",
        params: tenantParams,
        body: retentionInput,
        response: { 200: retention },
      },
    },
    ({ params, body, actor }) => services.retention.set(params.tenantId, body.days, actor),
  );
}
