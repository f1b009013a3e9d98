import { groupMember, groupMemberPage, groupMemberParams, pageQuery } from "@cordon/contracts/api";
import { ACCESS_LIMITS } from "@cordon/coordinator-core";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { fleet } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";

const tags = ["access"];

/** Cordon's own groups: who is in which. One that nobody is in is none. */
export function groupRoutes(app: ApiApp, { access }: ApiServices): void {
  app.get(
    "/group-members",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "List who is in which of Cordon's own groups",
        querystring: pageQuery,
        response: { 200: groupMemberPage },
      },
    },
    async ({ query }) =>
      pageOfWhole(
        await access.members(),
        { limit: query.limit, after: readCursor(z.string(), query.cursor) },
        ({ group, person }) => `${group} ${person}`,
        (row) => row,
      ),
  );

  app.put(
    "/groups/:group/members/:name",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Put a person into a group: what the group may do, he may do from the next request on",
        params: groupMemberParams,
        response: { 200: groupMember },
      },
    },
    async ({ params: { group, name }, principal }) => {
      const answer = await access.join(principal, group, name);
      if (answer === "no_person") throw new AppError("people.not_found", name);
      if (answer === "too_many") {
        throw new AppError("access.too_many", group, { details: { max: ACCESS_LIMITS.membersMax } });
      }
      const found = (await access.members()).find((member) => member.group === group && member.person === name);
      if (found === undefined) throw new AppError("access.member_not_found", `${group} ${name}`);
      return found;
    },
  );

  app.delete(
    "/groups/:group/members/:name",
    {
      config: { access: fleet("fleet.people") },
      schema: {
        tags,
        summary: "Take a person out of a group",
        params: groupMemberParams,
        response: { 204: z.undefined() },
      },
    },
    async ({ params: { group, name }, principal }, reply) => {
      if (!(await access.leave(principal, group, name))) throw new AppError("access.member_not_found", name);
      return reply.code(204).send();
    },
  );
}
