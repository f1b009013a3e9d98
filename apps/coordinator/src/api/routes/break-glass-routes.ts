import { breakGlassRotated } from "@cordon/contracts/api";
import { fleet } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

/** The emergency account's own affairs. */
export function breakGlassRoutes(app: ApiApp, { breakGlass }: ApiServices): void {
  app.post(
    "/break-glass/rotate",
    {
      config: { access: fleet("break-glass.rotate") },
      schema: {
        tags: ["login"],
        summary:
          "Make a new break-glass token in the coordinator's data directory; the old one is worth nothing any more",
        response: { 200: breakGlassRotated },
      },
    },
    async ({ actor }) => {
      await breakGlass.rotate(actor);
      return { file: breakGlass.file };
    },
  );
}
