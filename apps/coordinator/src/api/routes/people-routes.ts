import { newPerson, pageQuery, personInput, personPage, personParams } from "@cordon/contracts/api";
import { lackingVerb } from "@cordon/core/access";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { accessFromWire } from "../../access/access-to-wire.ts";
import { fleet } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";
import { grantedOf, notOver } from "./grant-routes.ts";

const tags = ["people"];

/** Who uses this API under an own name. What somebody may do stands in grants. */
export function peopleRoutes(app: ApiApp, { access, estate, people }: ApiServices): void {
  app.get(
    "/people",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "List the persons who use this API under their own names",
        querystring: pageQuery,
        response: { 200: personPage },
      },
    },
    async ({ query }) =>
      pageOfWhole(
        await people.list(),
        { limit: query.limit, after: readCursor(z.string(), query.cursor) },
        ({ name }) => name,
        (row) => row,
      ),
  );

  app.post(
    "/people",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Give a person an own token and roles; without roles the person may do nothing",
        body: personInput,
        response: { 201: newPerson },
      },
    },
    async ({ body: { name, grants }, principal }, reply) => {
      const wishes = grants.map(accessFromWire);
      for (const wish of wishes) {
        const lacking = wish.effect === "allow" ? lackingVerb(principal, wish) : undefined;
        if (lacking !== undefined) throw notOver({ kind: "lacking", verb: lacking });
        const { scope } = wish;
        if (scope.kind === "tenant" && (await estate.getTenant(scope.tenantId)) === undefined) {
          throw new AppError("tenant.not_found", scope.tenantId);
        }
      }
      const made = await people.add(name, principal.name);
      if (made === undefined) throw new AppError("people.exists", name);
      for (const wish of wishes) grantedOf(await access.grant(principal, { ...wish, to: { kind: "person", name } }));
      return reply.code(201).send({ ...made.person, token: made.token });
    },
  );

  app.delete(
    "/people/:name",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Take a person's way in back, with every token that acts for the person",
        params: personParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params, actor }, reply) => {
      if (!(await people.remove(params.name, actor))) throw new AppError("people.not_found", params.name);
      return reply.code(204).send();
    },
  );
}
