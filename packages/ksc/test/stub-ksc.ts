import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** A self-signed pair for `ksc.site-a.example`, as KSC makes one for itself. It guards nothing but these tests. */
export const STUB_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBsDCCAVagAwIBAgIUGVIVOb0lSKiHbn4Is1Fm3AQrxU4wCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSa3NjLnNpdGUtYS5leGFtcGxlMCAXDTI2MTEyNDA0MzMxOFoY
DzIxMjYxMDMxMDQzMzE4WjAdMRswGQYDVQQDDBJrc2Muc2l0ZS1hLmV4YW1wbGUw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASolQ0tceP389kNkGMWIrJsiphV9wHK
4PtCOyCSYAf/Judd9TyvNffmKJZhbkzsT9bMIRiuGMm2N/Mwtkftz2mso3IwcDAd
BgNVHQ4EFgQUn++ajTRDIuDtB7oIQ3ZS9eECnGgwHwYDVR0jBBgwFoAUn++ajTRD
IuDtB7oIQ3ZS9eECnGgwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHREEFjAUghJrc2Mu
c2l0ZS1hLmV4YW1wbGUwCgYIKoZIzj0EAwIDSAAwRQIhAM3EJmPexWBalEloOD5f
pwdLr1elgoQzPMH+yIOLjFo6AiB1wECWdq/xbHCtlPv28gZfAPA5A2kor5+jaohD
7EgnlQ==
-----END CERTIFICATE-----
`;
const STUB_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdeh91v48tILnbkAJ
UsPlIKaJ5Kkle7OAR49u9+XZbdyhRANCAASolQ0tceP389kNkGMWIrJsiphV9wHK
4PtCOyCSYAf/Judd9TyvNffmKJZhbkzsT9bMIRiuGMm2N/Mwtkftz2ms
-----END PRIVATE KEY-----
`;
export const STUB_NAME = "ksc.site-a.example";

export interface StubRequest {
  /** `Class.Method`, or `login`. */
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly rawBody: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Counts the connections, from 1. */
  readonly connection: number;
}

/** An object is sent as JSON; `drop` closes the connection without an answer; `hang` never answers. */
export type StubAnswer =
  | Readonly<Record<string, unknown>>
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | "drop"
  | "hang";

export interface StubKsc {
  readonly port: number;
  readonly requests: readonly StubRequest[];
  /** Calls of one method. */
  countOf(method: string): number;
  closeConnections(): void;
  stop(): Promise<void>;
}

/** An HTTPS server that answers as the test says, for what a faithful simulator would never do; `port` 0 is any free one. */
export async function startStubKsc(answer: (request: StubRequest) => StubAnswer, port = 0): Promise<StubKsc> {
  const requests: StubRequest[] = [];
  const sockets = new Set<Socket>();
  const connections = new WeakMap<Socket, number>();
  let connectionCount = 0;
  const server = createServer({ cert: STUB_CERTIFICATE, key: STUB_KEY, keepAlive: true }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const rawBody = Buffer.concat(chunks).toString("utf8");
      const request: StubRequest = {
        method: (incoming.url ?? "").replace("/api/v1.0/", ""),
        args: rawBody === "" ? {} : (JSON.parse(rawBody) as Record<string, unknown>),
        rawBody,
        headers: incoming.headers,
        connection: connections.get(incoming.socket) ?? 0,
      };
      requests.push(request);
      const given = answer(request);
      if (given === "hang") return;
      if (given === "drop") return void incoming.socket.destroy();
      if (isRaw(given)) return void outgoing.writeHead(given.status, given.headers ?? {}).end(given.body);
      outgoing.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(given));
    });
  });
  server.keepAliveTimeout = 0;
  server.on("secureConnection", (socket: Socket) => {
    connectionCount += 1;
    connections.set(socket, connectionCount);
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const closeConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    countOf: (method) => requests.filter((request) => request.method === method).length,
    closeConnections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        closeConnections();
      }),
  };
}

function isRaw(
  answer: Exclude<StubAnswer, "drop" | "hang">,
): answer is { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> } {
  return typeof answer.status === "number" && typeof answer.body === "string";
}
