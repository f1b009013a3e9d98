import {
  type BrakeInput,
  brake,
  brakeInput,
  brakeLifted,
  brakeLiftInput,
  brakePage,
  brakeParams,
  brakeQuery,
  brakeSet,
  type EveryTenantsBrakeInput,
  everyTenantsBrakeInput,
  everyTenantsBrakeParams,
  tenantParams,
} from "@cordon/contracts/api";
import type { BrakeOwner, BrakeRecord, BrakeRequest } from "@cordon/coordinator-core";
import type { Principal } from "@cordon/core/access";
import { AppError, epochMs, type TenantId } from "@cordon/core/kernel";
import { kindsOf } from "@cordon/core/site-policy";
import * as z from "zod";
import { ofBrake, siteInBody } from "../../access/asks.ts";
import { fleet, someOf } from "../../access/route-access.ts";
import { atSites } from "../../access/visible.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";
import { policyToWire } from "./approval-routes.ts";

const tags = ["brakes"];
const brakeCursor = z.tuple([z.number().transform(epochMs), z.string()]);

/** What stops and holds actions: set, looked at and lifted, for one tenant and for all of them [S4]. */
export function brakeRoutes(app: ApiApp, services: ApiServices): void {
  app.post(
    "/tenants/:tenantId/brakes",
    {
      config: { access: siteInBody("brakes.set") },
      schema: {
        tags,
        summary: "Put a brake in force for a tenant, or for one of its sites, rules or kinds of action",
        params: tenantParams,
        body: brakeInput,
        response: { 201: brakeSet },
      },
    },
    async ({ params, body, actor }, reply) =>
      reply.code(201).send(await setBrake(services, requestOf(body, params.tenantId), actor)),
  );

  app.post(
    "/brakes",
    {
      config: { access: fleet("fleet.brakes.set") },
      schema: {
        tags,
        summary: "Put a brake in force for every tenant",
        body: everyTenantsBrakeInput,
        response: { 201: brakeSet },
      },
    },
    async ({ body, actor }, reply) => reply.code(201).send(await setBrake(services, requestOf(body), actor)),
  );

  app.get(
    "/tenants/:tenantId/brakes",
    {
      config: { access: someOf("brakes.read") },
      schema: {
        tags,
        summary: "List the brakes that bind a tenant, its own and those of every tenant, newest first",
        params: tenantParams,
        querystring: brakeQuery,
        response: { 200: brakePage },
      },
    },
    async ({ params, query, principal }) => listBrakes(services, params.tenantId, query, principal),
  );

  app.get(
    "/brakes",
    {
      config: { access: fleet("fleet.read") },
      schema: {
        tags,
        summary: "List the brakes of every tenant, newest first",
        querystring: brakeQuery,
        response: { 200: brakePage },
      },
    },
    async ({ query, principal }) => listBrakes(services, "everyTenant", query, principal),
  );

  app.get(
    "/tenants/:tenantId/brakes/:brakeId",
    {
      config: { access: ofBrake("brakes.read", services.brakes) },
      schema: { tags, summary: "Show a brake of a tenant", params: brakeParams, response: { 200: brake } },
    },
    async ({ params }) => found(await services.brakes.get(params.tenantId, params.brakeId), params.brakeId),
  );

  app.get(
    "/brakes/:brakeId",
    {
      config: { access: fleet("fleet.read") },
      schema: {
        tags,
        summary: "Show a brake of every tenant",
        params: everyTenantsBrakeParams,
        response: { 200: brake },
      },
    },
    async ({ params }) => found(await services.brakes.get("everyTenant", params.brakeId), params.brakeId),
  );

  app.post(
    "/tenants/:tenantId/brakes/:brakeId/lift",
    {
      config: { access: ofBrake("brakes.loosen", services.brakes) },
      schema: {
        tags,
        summary: "Lift a brake of a tenant: what it held back goes on, unless its deadline has passed",
        params: brakeParams,
        body: brakeLiftInput,
        response: { 200: brakeLifted },
      },
    },
    async ({ params, body, actor }) => liftBrake(services, params.tenantId, params.brakeId, { ...body, actor }),
  );

  app.post(
    "/brakes/:brakeId/lift",
    {
      config: { access: fleet("fleet.brakes.loosen") },
      schema: {
        tags,
        summary: "Lift a brake of every tenant",
        params: everyTenantsBrakeParams,
        body: brakeLiftInput,
        response: { 200: brakeLifted },
      },
    },
    async ({ params, body, actor }) => liftBrake(services, "everyTenant", params.brakeId, { ...body, actor }),
  );
}

function requestOf(
  { siteId, ...body }: EveryTenantsBrakeInput & Pick<BrakeInput, "siteId">,
  tenantId?: TenantId,
): BrakeRequest {
  const ruleId = "ruleId" in body ? body.ruleId : undefined;
  const kinds = "kinds" in body && body.kinds !== undefined ? kindsOf(body.kinds) : undefined;
  // Each type's members are its own; what the schema writes as `undefined` is left out.
  const members = defined({ ...body, ruleId: undefined, kinds: undefined, ...boundsOf(body), ...policyOf(body) });
  return { ...members, scope: defined({ tenantId, siteId, ruleId, kinds }) } as BrakeRequest;
}

/** Durations carry their unit here, and are milliseconds within. */
function boundsOf(body: object) {
  const bounds = "bounds" in body ? { bounds: defined(Object(body.bounds)) } : {};
  return "windowSeconds" in body
    ? { ...bounds, windowSeconds: undefined, windowMs: Number(body.windowSeconds) * 1_000 }
    : bounds;
}

function policyOf(body: object) {
  if (!("policy" in body)) return {};
  const { timeoutSeconds, ...policy } = Object(body.policy);
  return { policy: defined({ ...policy, timeoutMs: timeoutSeconds && Number(timeoutSeconds) * 1_000 }) };
}

async function setBrake({ brakes }: ApiServices, request: BrakeRequest, actor: string) {
  const answer = await brakes.set(request, actor);
  if (answer.kind === "refused") throw new AppError(answer.code, request.scope.siteId ?? request.type);
  return { ...toWire(answer.brake), unsent: answer.unsent, warnings: answer.warnings };
}

async function liftBrake(
  { loosenings }: ApiServices,
  owner: BrakeOwner,
  brakeId: string,
  { actor, reason }: { readonly actor: string; readonly reason: string },
) {
  const answer = await loosenings.lift(owner, brakeId, actor, reason);
  if (answer.kind === "not_found") throw new AppError("brake.not_found", brakeId);
  return { ...toWire(answer.now), ...(answer.kind === "done" ? {} : { awaitsSecond: answer.loosening }) };
}

async function listBrakes(
  { brakes }: ApiServices,
  owner: BrakeOwner,
  query: z.output<typeof brakeQuery>,
  principal: Principal,
) {
  const cursor = readCursor(brakeCursor, query.cursor);
  const rows = await brakes.list(owner, {
    ...defined({ type: query.type }),
    inForceOnly: query.inForce,
    ...(cursor === undefined ? {} : { after: { setAt: cursor[0], brakeId: cursor[1] } }),
    limit: query.limit + 1,
  });
  // One without a site binds every site, so everybody who sees one of them sees it.
  const visible = owner === "everyTenant" ? undefined : atSites(principal, "brakes.read", owner);
  return pageFrom(
    rows,
    query.limit,
    toWire,
    (row) => [row.setAt, row.brakeId],
    ({ scope: { siteId } }) => siteId === undefined || visible === undefined || visible({ siteId }),
  );
}

function found(record: BrakeRecord | undefined, brakeId: string) {
  if (record === undefined) throw new AppError("brake.not_found", brakeId);
  return toWire(record);
}

/** The scope stands beside the rest here, and within inside it. */
export function toWire({ scope, ...record }: BrakeRecord) {
  const window = "windowMs" in record ? { windowSeconds: record.windowMs / 1_000 } : {};
  const policy = "policy" in record ? { policy: policyToWire(record.policy) } : {};
  return { ...scope, ...record, ...window, ...policy };
}
