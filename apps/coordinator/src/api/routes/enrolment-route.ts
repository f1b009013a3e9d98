import { enrolmentRequest, enrolmentResponse } from "@cordon/contracts/api";
import { AppError, Secret } from "@cordon/core/kernel";
import { certificateEnd } from "@cordon/identity";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

/** `POST /agent/v1/enroll`: the token is the authorization, and it is spent by the certificate that it buys. */
export function enrolmentRoute(app: ApiApp, services: ApiServices): void {
  app.post(
    "",
    {
      // A token, a request and two names.
      bodyLimit: 16_384,
      schema: {
        tags: ["agents"],
        summary: "Turn a one-time enrolment token into an agent's certificate",
        body: enrolmentRequest,
        response: { 201: enrolmentResponse },
      },
    },
    async (request, reply) => {
      const answer = await services.enrolment.enrol(new Secret(request.body.secret), request.body.csr);
      if (answer.kind === "refused") throw new AppError(answer.code, "enrolment refused");
      const { agent, certificatePem } = answer;
      const { version, keys } = await services.signingKeys.listFor(agent.tenantId);
      return reply.code(201).send({
        tenantId: agent.tenantId,
        siteId: agent.siteId,
        agentId: agent.agentId,
        certificate: certificatePem,
        authority: services.authority.certificatePem,
        gatewayUrl: services.urls().gateway,
        expiresAt: certificateEnd(certificatePem),
        recovery: await services.authority.recovery(),
        orderKeys: { version, keys: [...keys] },
      });
    },
  );
}
