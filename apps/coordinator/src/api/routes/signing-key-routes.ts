import { endSigningKey, signingKeyParams, signingKeys, tenantParams } from "@cordon/contracts/api";
import { wholeTenant } from "../../access/route-access.ts";
import type { SigningKeys } from "../../signer/order-signer.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

const tags = ["signing keys"];

/** The keys that sign a tenant's orders. */
export function signingKeyRoutes(app: ApiApp, { signingKeys: desk }: ApiServices): void {
  app.get(
    "/tenants/:tenantId/signing-keys",
    {
      config: { access: wholeTenant("estate.read") },
      schema: {
        tags,
        summary: "List the keys that sign a tenant's orders",
        params: tenantParams,
        response: { 200: signingKeys },
      },
    },
    async ({ params }) => toWire(await desk.list(params.tenantId)),
  );

  app.post(
    "/tenants/:tenantId/signing-keys",
    {
      config: { access: wholeTenant("signing.manage") },
      schema: {
        tags,
        summary: "Make a new key beside the present ones; agents that have taken it are spoken to with it",
        params: tenantParams,
        response: { 201: signingKeys },
      },
    },
    async ({ params, principal }, reply) =>
      reply.code(201).send(toWire(await desk.rotate(params.tenantId, principal.name))),
  );

  app.post(
    "/tenants/:tenantId/signing-keys/:keyId/end",
    {
      config: { access: wholeTenant("signing.manage") },
      schema: {
        tags,
        summary: "Retire a key after a rotation, or revoke one that is known to others",
        params: signingKeyParams,
        body: endSigningKey,
        response: { 200: signingKeys },
      },
    },
    async ({ params, body, principal }) =>
      toWire(await desk.end(params.tenantId, params.keyId, body.how, principal.name)),
  );
}

function toWire({ version, keys }: SigningKeys) {
  return { version, keys: [...keys] };
}
