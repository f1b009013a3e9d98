import {
  RECOVERY_PATH,
  RENEWAL_PATH,
  REVOCATIONS_PATH,
  recoveryResponse,
  renewalRequest,
  renewalResponse,
} from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

const tags = ["agents"];

/** What an agent asks for when the gateway does not let it in any more. The key of its old certificate is the authorization. */
export function renewalRoute(app: ApiApp, services: ApiServices): void {
  app.post(
    RENEWAL_PATH,
    {
      // Two certificates and a request.
      bodyLimit: 32_768,
      schema: {
        tags,
        summary: "Renew a certificate that ran out, or whose authority is gone, by proving its key",
        body: renewalRequest,
        response: { 201: renewalResponse },
      },
    },
    async ({ body }, reply) => {
      const { certificate, csr, proof } = body;
      const answer = await services.enrolment.renewProven({ certificatePem: certificate, csrPem: csr, proof });
      if (answer.kind === "refused") throw new AppError(answer.code, "renewal refused");
      return reply.code(201).send({
        certificate: answer.certificatePem,
        authority: services.authority.certificatePem,
        expiresAt: answer.expiresAt,
      });
    },
  );
}

/** What everybody may see. */
export function publicTrustRoutes(app: ApiApp, services: ApiServices): void {
  app.get(
    RECOVERY_PATH,
    {
      schema: {
        tags,
        summary: "The recovery key's word for the coordinator's roots",
        response: { 200: recoveryResponse },
      },
    },
    async () => {
      const statement = await services.authority.statement();
      if (statement === undefined) throw new AppError("identity.no_statement", "none was made");
      return statement;
    },
  );

  app.get(
    REVOCATIONS_PATH,
    { schema: { tags, summary: "Lists of revoked certificates, PEM", response: { 200: z.string() } } },
    async (_request, reply) => reply.serializer(String).type("application/x-pem-file").send(services.revocations()),
  );
}
