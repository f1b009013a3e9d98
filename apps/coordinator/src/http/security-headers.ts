import type { FastifyHelmetOptions } from "@fastify/helmet";
import type { ApiApp } from "../api/api-server.ts";

/** Of every answer of the API listener. A page that has a form says so in a policy of its own. */
export const SECURITY_HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // It counts for every port of the host name, and the others are not ours. This listener speaks TLS only.
  strictTransportSecurity: false,
  referrerPolicy: { policy: "no-referrer" },
  xFrameOptions: { action: "deny" },
};

/** What is answered is about one person at one moment: nobody on the way keeps it, unless a route says otherwise. */
export function neverStored(app: ApiApp): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store");
  });
}
