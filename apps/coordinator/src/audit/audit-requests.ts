import { createHash, randomUUID } from "node:crypto";
import type { AuditTrail } from "@cordon/coordinator-core";
import type { Principal } from "@cordon/core/access";
import { type AuditActor, type AuditChain, type AuditFact, boundedText, PLATFORM_CHAIN } from "@cordon/core/audit";
import { type AppError, asAppError, type Clock, type Logger, type TenantId } from "@cordon/core/kernel";
import type { FastifyRequest } from "fastify";
import type { ApiApp } from "../api/api-server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** A route that only reads is audited, too, because it hands something out. */
    audited?: true;
  }
  interface FastifyRequest {
    /** Under which its request and its answer stand in the audit; empty: it is none of those that do. */
    auditId: string;
    auditError: AppError | undefined;
  }
}

/** What a client calls itself. */
const CLIENT_CHARS_MAX = 200;

/**
 * [U8] Whatever is asked to change something, or to hand something out, is written down before its handler runs, with who, from where and why; what
 * cannot be written down is not done. What came of it follows. What is refused for lack of a right is written down as well.
 */
export function auditRequests(
  app: ApiApp,
  deps: { trail: AuditTrail; clock: Pick<Clock, "now">; logger: Logger },
): void {
  const { trail, clock, logger } = deps;
  app.decorateRequest("auditId", "");
  app.decorateRequest("auditError");

  // Behind the rights and the validation: what never could be done was not asked for.
  app.addHook("preHandler", async (request) => {
    if (request.method === "GET" && request.routeOptions.config.audited !== true) return;
    const auditId = randomUUID();
    await trail.tell(chainOf(request), {
      ...common(request, clock.now()),
      kind: "request",
      refs: refsOf(request, auditId),
    });
    request.auditId = auditId;
  });
  app.addHook("onError", async (request, _reply, error) => {
    request.auditError = asAppError(error);
  });
  app.addHook("onResponse", async (request, { statusCode }) => {
    const { auditId, auditError } = request;
    const code = auditError === undefined ? {} : { code: auditError.code };
    const outcome = { ...common(request, clock.now()), ...code };
    try {
      if (auditId !== "") {
        await trail.tell(chainOf(request), {
          ...outcome,
          kind: "answer",
          refs: { request: auditId, status: statusCode },
        });
      } else if (auditError?.code === "access.denied") {
        await trail.tell(chainOf(request), { ...outcome, kind: "denied", refs: refsOf(request) });
      }
    } catch (error) {
      // The request itself stands there; that its answer does not is seen by that.
      logger.error("audit.answer", { auditId, route: request.routeOptions.url, code: asAppError(error).code });
    }
  });
}

/** What is about several tenants, or about none, stands in the platform's chain; what follows from it in each tenant's own. */
function chainOf({ params }: FastifyRequest): AuditChain {
  return (params as { readonly tenantId?: TenantId }).tenantId ?? PLATFORM_CHAIN;
}

function common(request: FastifyRequest, at: AuditFact["at"]): Omit<AuditFact, "kind"> {
  const { siteId } = request.params as { readonly siteId?: string };
  const { reason, planHash, endpointId } = bodyOf(request);
  return {
    at,
    by: actorOf(request.principal),
    from: request.ip,
    what: `${request.method} ${request.routeOptions.url}`,
    ...(typeof reason === "string" ? { reason: boundedText(reason) } : {}),
    ...(siteId === undefined ? {} : { site: siteId }),
    ...(typeof planHash === "string" ? { plan: boundedText(planHash) } : {}),
    ...(typeof endpointId === "string" ? { targets: [endpointId] } : {}),
  };
}

/** Bodies may hold secrets: of them only the hash is kept, by which a known one can be proven. */
function refsOf(request: FastifyRequest, auditId?: string): NonNullable<AuditFact["refs"]> {
  const { body, params, headers } = request;
  const client = headers["user-agent"]?.slice(0, CLIENT_CHARS_MAX);
  const digest =
    body === undefined || body === null ? undefined : createHash("sha256").update(JSON.stringify(body)).digest("hex");
  return {
    ...(params as Readonly<Record<string, string>>),
    ...(auditId === undefined ? {} : { request: auditId }),
    ...(digest === undefined ? {} : { body: digest }),
    ...(client === undefined ? {} : { client }),
  };
}

function bodyOf({ body }: FastifyRequest): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
}

function actorOf({ kind, name, id }: Principal): AuditActor {
  return { as: kind === "service" ? "cordon" : kind, name, id };
}
