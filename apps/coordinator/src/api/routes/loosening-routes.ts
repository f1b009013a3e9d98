import {
  everyTenantsLooseningParams,
  loosening,
  looseningDecision,
  looseningPage,
  looseningParams,
  looseningQuery,
  tenantParams,
} from "@cordon/contracts/api";
import type { BrakeOwner, ConfirmAnswer } from "@cordon/coordinator-core";
import { AppError, epochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { fleet, wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const tags = ["brakes"];
const looseningCursor = z.tuple([z.number().transform(epochMs), z.string()]);

/** Wishes to take protection away, and the second person's word on them. */
export function looseningRoutes(app: ApiApp, { loosenings }: ApiServices): void {
  const list = async (owner: BrakeOwner, { limit, cursor, state }: z.output<typeof looseningQuery>) => {
    const after = readCursor(looseningCursor, cursor);
    const rows = await loosenings.list(owner, {
      ...defined({ state }),
      ...(after === undefined ? {} : { after: { askedAt: after[0], looseningId: after[1] } }),
      limit: limit + 1,
    });
    return pageFrom(
      rows,
      limit,
      (row) => row,
      (row) => [row.askedAt, row.looseningId],
    );
  };
  const decide = async (
    owner: BrakeOwner,
    id: string,
    { verdict, reason }: z.output<typeof looseningDecision>,
    actor: string,
  ) => decidedOrThrow(await loosenings[verdict](owner, id, actor, reason), id);

  app.get(
    "/tenants/:tenantId/loosenings",
    {
      config: { access: wholeTenant("brakes.read") },
      schema: {
        tags,
        summary: "List wishes to take a tenant's protection away, newest first",
        params: tenantParams,
        querystring: looseningQuery,
        response: { 200: looseningPage },
      },
    },
    ({ params, query }) => list(params.tenantId, query),
  );

  app.get(
    "/loosenings",
    {
      config: { access: fleet("fleet.read") },
      schema: {
        tags,
        summary: "List wishes to lift brakes of every tenant, newest first",
        querystring: looseningQuery,
        response: { 200: looseningPage },
      },
    },
    ({ query }) => list("everyTenant", query),
  );

  app.post(
    "/tenants/:tenantId/loosenings/:looseningId/decide",
    {
      config: { access: wholeTenant("brakes.loosen") },
      schema: {
        tags,
        summary: "Confirm as the second person that a tenant's protection is taken away, or reject it",
        params: looseningParams,
        body: looseningDecision,
        response: { 200: loosening },
      },
    },
    ({ params, body, actor }) => decide(params.tenantId, params.looseningId, body, actor),
  );

  app.post(
    "/loosenings/:looseningId/decide",
    {
      config: { access: fleet("fleet.brakes.loosen") },
      schema: {
        tags,
        summary: "Confirm as the second person that a brake of every tenant is lifted, or reject it",
        params: everyTenantsLooseningParams,
        body: looseningDecision,
        response: { 200: loosening },
      },
    },
    ({ params, body, actor }) => decide("everyTenant", params.looseningId, body, actor),
  );
}

function decidedOrThrow(answer: ConfirmAnswer, id: string) {
  if (answer.kind === "not_found") throw new AppError("loosening.not_found", id);
  if (answer.kind === "refused") throw new AppError(answer.code, id);
  return answer.loosening;
}
