import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface CodeListener extends AsyncDisposable {
  readonly port: number;
  /** Resolves with the code that comes with the state; rejects with the signal's reason. */
  code(signal: AbortSignal): Promise<string>;
}

const PAGE_HEADERS = {
  "content-type": "text/plain; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  connection: "close",
};
/** A browser's request for one address. */
const REQUEST_MS_MAX = 10_000;

/** [RFC 8252] Where the browser comes back to: this machine only, any free port, one answer to one question. */
export async function listenForCode(state: string): Promise<CodeListener> {
  const came = Promise.withResolvers<string>();
  const server = createServer({ requestTimeout: REQUEST_MS_MAX }, (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const code = url.searchParams.get("code");
    const ours = request.method === "GET" && url.pathname === "/" && url.searchParams.get("state") === state;
    if (!ours || code === null) {
      response.writeHead(404, PAGE_HEADERS).end("Nothing is waited for here.\n");
      return;
    }
    response.writeHead(200, PAGE_HEADERS).end("You are signed in on the command line. This page can be closed.\n");
    came.resolve(code);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    code: async (signal) => {
      const stopped = Promise.withResolvers<never>();
      const stop = () => stopped.reject(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      try {
        return await Promise.race([came.promise, stopped.promise]);
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeIdleConnections();
      await once(server, "close");
    },
  };
}
