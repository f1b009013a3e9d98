import { authority, recoveryInput, rotationEndInput, rotationInput, trustedRoots } from "@cordon/contracts/api";
import { fleet } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

const tags = ["authority"];

/** The coordinator's own authority: how it stands, and its rotations. */
export function authorityRoutes(app: ApiApp, { authorityDesk: desk, authority: kept }: ApiServices): void {
  app.get(
    "/authority",
    {
      config: { access: fleet("fleet.read") },
      schema: { tags, summary: "Show authorities and who is behind in a rotation", response: { 200: authority } },
    },
    () => desk.show(),
  );

  app.get(
    "/authority/roots",
    {
      config: { access: fleet("fleet.read") },
      schema: { tags, summary: "The roots that agents are to trust, PEM", response: { 200: trustedRoots } },
    },
    async () => ({ roots: kept.bundle().roots }),
  );

  app.post(
    "/authority/rotate",
    {
      config: { access: fleet("authority.rotate") },
      schema: {
        tags,
        summary: "Begin a rotation of the root, or replace the intermediate",
        body: rotationInput,
        response: { 202: authority },
      },
    },
    async ({ body, actor }, reply) => reply.code(202).send(await desk.rotate(body.what, actor)),
  );

  app.post(
    "/authority/finish",
    {
      config: { access: fleet("authority.rotate") },
      schema: {
        tags,
        summary: "End the present phase of a rotation",
        body: rotationEndInput,
        response: { 200: authority },
      },
    },
    ({ body, actor }) => desk.finish(body.force, actor),
  );

  app.put(
    "/authority/recovery",
    {
      config: { access: fleet("authority.rotate") },
      schema: {
        tags,
        summary: "Publish the recovery key's word for the present roots",
        body: recoveryInput,
        response: { 200: authority },
      },
    },
    ({ body: { publicKey, ...signed }, actor }) => desk.recover(signed, publicKey, actor),
  );
}
