import { apiTokenInput, apiTokenPage, apiTokenParams, apiTokenQuery, newApiToken, whoami } from "@cordon/contracts/api";
import { ACCESS_LIMITS, type ApiTokenRecord } from "@cordon/coordinator-core";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { accessFromWire, accessToWire, grantToWire } from "../../access/access-to-wire.ts";
import { known } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";
import { notOver } from "./grant-routes.ts";

const tags = ["access"];

/** Who one is, and tokens for the programs that act for one. */
export function tokenRoutes(app: ApiApp, { tokens }: ApiServices): void {
  app.get(
    "/whoami",
    {
      config: { access: known() },
      schema: { tags, summary: "Tell who one is here, and what one may do", response: { 200: whoami } },
    },
    async ({ principal: { grants, bounds, ...who } }) => ({
      ...who,
      grants: grants.map(grantToWire),
      ...(bounds === undefined ? {} : { bounds: bounds.map(accessToWire) }),
    }),
  );

  app.get(
    "/tokens",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "List one's own tokens; with the right to manage people everywhere, everybody's",
        querystring: apiTokenQuery,
        response: { 200: apiTokenPage },
      },
    },
    async ({ query, principal }) =>
      pageOfWhole(
        await tokens.list(principal),
        { limit: query.limit, after: readCursor(z.string(), query.cursor) },
        ({ tokenId }) => tokenId,
        toWire,
      ),
  );

  app.post(
    "/tokens",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "Make a token for a program: it acts for its maker, within its bounds, until it expires",
        body: apiTokenInput,
        response: { 201: newApiToken },
      },
    },
    async ({ body: { label, bounds, days }, principal }, reply) => {
      const made = await tokens.create(principal, { label, bounds: bounds.map(accessFromWire), days });
      if (made.kind === "lacking") throw notOver(made);
      if (made.kind === "refused") {
        if (made.why === "no_person") throw new AppError("people.not_found", principal.name);
        throw new AppError("access.too_many", principal.name, { details: { max: ACCESS_LIMITS.tokensMax } });
      }
      return reply.code(201).send({ ...toWire(made.record), token: made.token.reveal() });
    },
  );

  app.delete(
    "/tokens/:tokenId",
    {
      config: { access: known() },
      schema: {
        tags,
        summary: "Revoke a token of one's own; with the right to manage people everywhere, anybody's",
        params: apiTokenParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params: { tokenId }, principal }, reply) => {
      if (!(await tokens.revoke(principal, tokenId))) throw new AppError("access.token_not_found", tokenId);
      return reply.code(204).send();
    },
  );
}

function toWire({ bounds, ...record }: ApiTokenRecord) {
  return { ...record, bounds: bounds.map(accessToWire) };
}
