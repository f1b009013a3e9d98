import { newPerson, pageQuery, personInput, personPage, personParams } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import type { ApiApp } from "../api-server.ts";
import { ADMIN, type ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";

const tags = ["people"];

/** Who uses this API under an own name. Only the coordinator's own token gives and takes names, or one person could be two. */
export function peopleRoutes(app: ApiApp, { people }: ApiServices): void {
  const onlyAdmin = (actor: string): void => {
    if (actor !== ADMIN) throw new AppError("people.admin_only", actor);
  };

  app.get(
    "/people",
    {
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
      schema: {
        tags,
        summary: "Give a person an own token: it may do all that the admin token may, but under the person's name",
        body: personInput,
        response: { 201: newPerson },
      },
    },
    async ({ body, actor }, reply) => {
      onlyAdmin(actor);
      const made = await people.add(body.name, actor);
      if (made === undefined) throw new AppError("people.exists", body.name);
      return reply.code(201).send({ ...made.person, token: made.token });
    },
  );

  app.delete(
    "/people/:name",
    {
      schema: {
        tags,
        summary: "Take a person's token back",
        params: personParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params, actor }, reply) => {
      onlyAdmin(actor);
      if (!(await people.remove(params.name, actor))) throw new AppError("people.not_found", params.name);
      return reply.code(204).send();
    },
  );
}
