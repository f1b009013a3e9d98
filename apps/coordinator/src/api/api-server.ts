import type { Server, ServerOptions } from "node:https";
import { API_PREFIX, ENROLMENT_PATH, ids, LOGIN_PREFIX } from "@cordon/contracts/api";
import type { AuditTrail } from "@cordon/coordinator-core";
import type { Principal } from "@cordon/core/access";
import { AppError, type Clock, type Logger, type TenantId } from "@cordon/core/kernel";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import { type FastifyPluginAsync, fastify } from "fastify";
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { enforceAccess, type Identify } from "../access/enforce-access.ts";
import { known } from "../access/route-access.ts";
import { auditRequests } from "../audit/audit-requests.ts";
import { LISTENER_LIMITS, limitConnections, serverOptionsOf } from "../http/listener-limits.ts";
import { neverStored, SECURITY_HEADERS } from "../http/security-headers.ts";
import type { Login } from "../login/open-login.ts";
import { VERSION } from "../start/version.ts";
import { installErrorHandling } from "./api-errors.ts";
import type { ApiServices } from "./api-services.ts";
import { actionRoutes } from "./routes/action-routes.ts";
import { publicTrustRoutes, renewalRoute } from "./routes/agent-trust-routes.ts";
import { approvalRoutes } from "./routes/approval-routes.ts";
import { auditRoutes } from "./routes/audit-routes.ts";
import { authorityRoutes } from "./routes/authority-routes.ts";
import { brakeRoutes } from "./routes/brake-routes.ts";
import { breakGlassRoutes } from "./routes/break-glass-routes.ts";
import { canaryRoutes } from "./routes/canary-routes.ts";
import { enrolmentRoute } from "./routes/enrolment-route.ts";
import { estateRoutes } from "./routes/estate-routes.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { evidenceRoutes } from "./routes/evidence-routes.ts";
import { grantRoutes } from "./routes/grant-routes.ts";
import { groupRoutes } from "./routes/group-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { intakeCredentialRoutes } from "./routes/intake-credential-routes.ts";
import { labelRoutes } from "./routes/label-routes.ts";
import { leaseRoutes } from "./routes/lease-routes.ts";
import { listRoutes } from "./routes/list-routes.ts";
import { looseningRoutes } from "./routes/loosening-routes.ts";
import { metricsRoute } from "./routes/metrics-route.ts";
import { peopleRoutes } from "./routes/people-routes.ts";
import { planRoutes } from "./routes/plan-routes.ts";
import { retentionRoutes } from "./routes/retention-routes.ts";
import { ruleHoldRoutes } from "./routes/rule-hold-routes.ts";
import { ruleRolloutRoutes } from "./routes/rule-rollout-routes.ts";
import { ruleRoutes } from "./routes/rule-routes.ts";
import { ruleScoreRoute } from "./routes/rule-score-route.ts";
import { signingKeyRoutes } from "./routes/signing-key-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { updateRoutes } from "./routes/update-routes.ts";
import { whyRoutes } from "./routes/why-routes.ts";

/** Rule uploads are the largest requests (`RULE_UPLOAD`), and JSON escaping may double them. */
const BODY_BYTES_MAX = 5 * 1_048_576;

function newApp(tls: ServerOptions) {
  return fastify<Server>({
    https: { ...tls, ...serverOptionsOf(LISTENER_LIMITS.api), minVersion: "TLSv1.2" },
    bodyLimit: BODY_BYTES_MAX,
    // A list may be called by a distinguished name.
    routerOptions: { maxParamLength: 1_000 },
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
  }).withTypeProvider<ZodTypeProvider>();
}

export type ApiApp = ReturnType<typeof newApp>;
type RoutePlugin = FastifyPluginAsync<Record<never, never>, Server, ZodTypeProvider>;

const ADMIN_ROUTES: readonly ((app: ApiApp, services: ApiServices) => void)[] = [
  healthRoutes,
  estateRoutes,
  retentionRoutes,
  auditRoutes,
  canaryRoutes,
  intakeCredentialRoutes,
  ruleRoutes,
  listRoutes,
  planRoutes,
  ruleScoreRoute,
  ruleRolloutRoutes,
  eventRoutes,
  whyRoutes,
  actionRoutes,
  peopleRoutes,
  grantRoutes,
  groupRoutes,
  signingKeyRoutes,
  tokenRoutes,
  breakGlassRoutes,
  authorityRoutes,
  approvalRoutes,
  looseningRoutes,
  brakeRoutes,
  labelRoutes,
  ruleHoldRoutes,
  leaseRoutes,
  evidenceRoutes,
  updateRoutes,
];

export interface ApiServerDeps {
  readonly services: ApiServices;
  /** Every way in; another kind of token than its own tells at once who asks. */
  readonly login: Login<Principal>;
  readonly identify: Identify;
  readonly trail: AuditTrail;
  readonly clock: Pick<Clock, "now">;
  readonly tls: ServerOptions;
  readonly logger: Logger;
}

/** The API listener: the admin API behind its rights, and the one route that a new agent may call without it. */
export async function createApiServer(deps: ApiServerDeps): Promise<ApiApp> {
  const app = newApp(deps.tls);
  limitConnections(app.server, LISTENER_LIMITS.api);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installErrorHandling(app, deps.logger);
  await app.register(helmet, SECURITY_HEADERS);
  neverStored(app);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Cordon admin API", version: VERSION, description: "Times are epoch milliseconds." },
      components: { securitySchemes: { adminToken: { type: "http", scheme: "bearer" } } },
    },
    transform: jsonSchemaTransform,
  });
  const enrolment: RoutePlugin = async (open) => {
    slowDownFailures(open, deps.login);
    enrolmentRoute(open, deps.services);
  };
  const renewal: RoutePlugin = async (open) => {
    slowDownFailures(open, deps.login);
    renewalRoute(open, deps.services);
  };
  const publicTrust: RoutePlugin = async (open) => publicTrustRoutes(open, deps.services);
  const admin: RoutePlugin = async (closed) => {
    enforceAccess(closed, deps.identify);
    refuseZeroBytes(closed);
    requireTenant(closed, deps.services);
    auditRequests(closed, deps);
    for (const addRoutes of ADMIN_ROUTES) addRoutes(closed, deps.services);
    closed.get("/openapi.json", { config: { access: known() }, schema: { hide: true } }, async (_request, reply) =>
      reply.serializer(JSON.stringify).type("application/json").send(app.swagger()),
    );
  };
  const metrics: RoutePlugin = async (closed) => {
    enforceAccess(closed, deps.identify);
    metricsRoute(closed, deps.services, deps.login.metrics);
  };
  logRequests(app, deps.logger);
  const login: RoutePlugin = async (open) => deps.login.routes(open);
  await app.register(login, { prefix: LOGIN_PREFIX });
  await app.register(enrolment, { prefix: ENROLMENT_PATH });
  await app.register(renewal);
  await app.register(publicTrust);
  await app.register(admin, { prefix: API_PREFIX });
  await app.register(metrics);
  await app.ready();
  return app;
}

/** What is refused there was a credential of its own kind, or a try to find out what would be one. */
function slowDownFailures(app: ApiApp, { authenticator }: Login<Principal>): void {
  app.addHook("onRequest", async (request) => authenticator.admit(request));
  app.addHook("onResponse", async (request, { statusCode }) => {
    if (statusCode >= 400 && statusCode < 500 && statusCode !== 429) authenticator.failed(request);
  });
}

/** One line per request; what changes something is always in the log, with whom it concerns. */
function logRequests(app: ApiApp, logger: Logger): void {
  app.addHook("onResponse", async (request, reply) => {
    const level = request.method === "GET" ? "debug" : "info";
    logger[level]("api.request", {
      method: request.method,
      route: request.routeOptions.url,
      params: request.params,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    });
  });
}

/** Postgres can hold none, so nothing has such a name: asked of it, it would fail instead of finding nothing. */
function refuseZeroBytes(app: ApiApp): void {
  app.addHook("preValidation", async ({ url }) => {
    if (url.includes("%00")) throw new AppError("input.invalid", "a zero byte is part of no name");
  });
}

/** [S10] A tenant that does not exist is told apart from an empty one, before anything else of the request is looked at. */
function requireTenant(app: ApiApp, services: ApiServices): void {
  app.addHook("preValidation", async (request) => {
    const { tenantId: id } = request.params as { readonly tenantId?: TenantId };
    // What can be no tenant's id is for the validation to say.
    if (id === undefined || !ids.tenant.safeParse(id).success) return;
    if (!(await services.estate.getTenant(id))) throw new AppError("tenant.not_found", id);
  });
}
