import {
  credentialParams,
  intakeCredential,
  intakeCredentialInput,
  newIntakeCredential,
  pageOf,
  pageQuery,
  tenantParams,
} from "@cordon/contracts/api";
import type { IntakeCredential } from "@cordon/coordinator-core";
import { AppError, Secret } from "@cordon/core/kernel";
import { parseFingerprint } from "@cordon/identity";
import * as z from "zod";
import { wholeTenant } from "../../access/route-access.ts";
import { SECRET_PATH_PREFIX } from "../../intake/read-claims.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";

const tags = ["intake"];

/** How a tenant's KUMA proves itself to the intake. */
export function intakeCredentialRoutes(app: ApiApp, services: ApiServices): void {
  app.get(
    "/tenants/:tenantId/intake-credentials",
    {
      config: { access: wholeTenant("intake.manage") },
      schema: {
        tags,
        summary: "List the senders that may send events for a tenant",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: pageOf(intakeCredential) },
      },
    },
    async ({ params, query }) => {
      const page = { limit: query.limit, after: readCursor(z.string(), query.cursor) };
      const rows = await services.credentials.list(params.tenantId);
      return pageOfWhole(rows, page, (row) => row.credentialId, toCredential);
    },
  );

  app.post(
    "/tenants/:tenantId/intake-credentials",
    {
      config: { access: wholeTenant("intake.manage") },
      schema: {
        tags,
        summary: "Let a sender in; what is secret about it is shown only here",
        params: tenantParams,
        body: intakeCredentialInput,
        response: { 201: newIntakeCredential },
      },
    },
    async ({ params, body }, reply) => {
      const tenant = params.tenantId;
      const made = await services.credentials.create(tenant, toRequest(body));
      if (made.kind === "no_tenant") throw new AppError("tenant.not_found", tenant);
      if (made.kind === "exists") throw new AppError("intake.credential_exists", "taken");
      services.credentialsChanged();
      const { intake } = services.urls();
      const secret = made.secret?.reveal();
      const isPath = made.credential.proof.kind === "secretPath";
      return reply.code(201).send({
        ...toCredential(made.credential),
        url: isPath ? `${intake}${SECRET_PATH_PREFIX}${secret}` : intake,
        ...(isPath || secret === undefined ? {} : { password: secret }),
      });
    },
  );

  app.delete(
    "/tenants/:tenantId/intake-credentials/:credentialId",
    {
      config: { access: wholeTenant("intake.manage") },
      schema: {
        tags,
        summary: "Shut a sender out, from its next request on",
        params: credentialParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params }, reply) => {
      const removed = await services.credentials.remove(params.tenantId, params.credentialId);
      if (!removed) throw new AppError("intake.credential_not_found", params.credentialId);
      services.credentialsChanged();
      return reply.code(204).send();
    },
  );
}

function toRequest(input: z.output<typeof intakeCredentialInput>) {
  switch (input.kind) {
    case "basic":
      return {
        kind: input.kind,
        user: input.user,
        ...(input.password === undefined ? {} : { password: new Secret(input.password) }),
      };
    case "secretPath":
      return { kind: input.kind };
    case "clientCertificate": {
      const fingerprint = parseFingerprint(input.fingerprint);
      if (fingerprint !== undefined) return { kind: input.kind, fingerprint };
      const fields = [{ path: "body.fingerprint", message: "must be the SHA-256 of a certificate: 64 hex digits" }];
      throw new AppError("input.invalid", "fingerprint", { details: { fields } });
    }
  }
}

function toCredential({ credentialId, proof, createdAt }: IntakeCredential) {
  return {
    credentialId,
    kind: proof.kind,
    createdAt,
    ...(proof.kind === "basic" ? { user: proof.user } : {}),
    ...(proof.kind === "clientCertificate" ? { fingerprint: proof.fingerprint } : {}),
  };
}
