import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A forward proxy that opens tunnels for whoever gives the right user and password. */
export interface ConnectProxy extends AsyncDisposable {
  readonly url: string;
  /** Targets that were asked for, `host:port`, with the status that was answered. */
  readonly asked: readonly { readonly target: string; readonly status: number }[];
  /** Everything is answered with this status instead. */
  refuseWith: number | undefined;
}

export async function startConnectProxy(account?: {
  readonly user: string;
  readonly password: string;
}): Promise<ConnectProxy> {
  const asked: { target: string; status: number }[] = [];
  const sockets = new Set<Duplex>();
  const wanted = account && `Basic ${Buffer.from(`${account.user}:${account.password}`).toString("base64")}`;
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    sockets.add(client);
    client.on("error", () => {});
    const target = request.url ?? "";
    const authorized = wanted === undefined || request.headers["proxy-authorization"] === wanted;
    const status = proxy.refuseWith ?? (authorized ? 200 : 407);
    asked.push({ target, status });
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\nProxy-Authenticate: Basic realm="site"\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const at = target.lastIndexOf(":");
    const upstream = connect({ host: target.slice(0, at), port: Number(target.slice(at + 1)) }, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refuseWith: undefined,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
