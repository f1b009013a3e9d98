import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "../config/check-config.ts";
import { readBody } from "../http/request-body.ts";
import type { SimClock } from "../model/clock.ts";
import type { SimulatedServer } from "../types.ts";
import { ROUTES } from "./routes.ts";
import { ControlError } from "./server-control.ts";

export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Plain HTTP on loopback: what a script, the demo or a person with curl drives the simulator by. Answers JSON. */
export async function serveControl(
  servers: readonly SimulatedServer[],
  clock: SimClock,
  port: number,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void handle(servers, clock, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  servers: readonly SimulatedServer[],
  clock: SimClock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (!body.ok) return;
  const url = new URL(request.url ?? "/", "http://localhost");
  const parts = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  try {
    const input: unknown = body.text === "" ? {} : JSON.parse(body.text);
    for (const route of ROUTES) {
      const match = route.match(request.method ?? "GET", parts);
      if (match === undefined) continue;
      const server = match.server === undefined ? undefined : servers.find((one) => one.name === match.server);
      if (match.server !== undefined && server === undefined) {
        send(response, 404, {
          error: `No server "${match.server}"; there are ${servers.map((one) => one.name).join(", ")}.`,
        });
        return;
      }
      send(
        response,
        200,
        route.run({ servers, server, clock, parameters: match, query: url.searchParams, input }) ?? { ok: true },
      );
      return;
    }
    send(response, 404, { error: `No such control path: ${request.method} ${url.pathname}. GET / lists them.` });
  } catch (error) {
    if (error instanceof ControlError || error instanceof ConfigError || error instanceof SyntaxError) {
      send(response, 400, { error: error.message });
      return;
    }
    send(response, 500, { error: String(error) });
    throw error;
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const text = `${JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item))}\n`;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
