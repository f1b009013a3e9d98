import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Connection } from "./answer.ts";
import { answer } from "./answer.ts";
import type { ServerIdentity } from "./certificate.ts";
import { readBody } from "./request-body.ts";
import { sendText } from "./respond.ts";
import type { Site } from "./site.ts";

export interface SiteServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens with TLS and serves one site's Open API. */
export async function serveSite(
  site: Site,
  identity: ServerIdentity,
  listen: { host: string; port: number },
): Promise<SiteServer> {
  const connections = new Map<Socket, Connection>();
  const server = createServer({
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    keepAlive: true,
    minVersion: "TLSv1.2",
  });
  // A client may keep its one connection for the whole session; only the session's own idleness ends it.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;

  server.on("secureConnection", (socket) => {
    connections.set(socket, { socket, session: undefined, busy: false, line: Promise.resolve() });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      const { session } = connections.get(socket) ?? {};
      connections.delete(socket);
      if (session !== undefined) site.sessions.end(session);
    });
  });

  server.on("request", (request, response) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    // K2: one request at a time on a connection.
    if (connection.busy && site.world.knobs.onOverlap === "reset") {
      connection.socket.destroy();
      return;
    }
    connection.busy = true;
    const body = readBody(request);
    connection.line = connection.line.then(async () => {
      const read = await body;
      if (!read.ok) {
        if (read.reason === "too_large") sendText(response, 413, "Request body too large");
        return;
      }
      try {
        await answer(site, connection, request, response, read.text);
      } catch (error) {
        // A fault of the simulator itself, never of its caller: say so and keep serving the others.
        console.error(error);
        if (!response.headersSent) sendText(response, 500, "The simulator failed to handle this request");
      }
    });
    response.on("close", () => {
      connection.busy = false;
    });
  });

  site.closeConnections = () => {
    for (const socket of connections.keys()) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        site.closeConnections();
      }),
  };
}
