import { request } from "node:https";
import { AppError } from "@cordon/core/kernel";
import type { CustomFetch } from "openid-client";

/** Connecting, and the provider's whole answer: somebody waits in front of a browser. */
const ANSWER_MS_MAX = 10_000;
/** Discovery documents and key sets are some kilobytes. */
const ANSWER_BYTES_MAX = 1_048_576;

/**
 * How the OpenID provider is asked: HTTPS only, verified against `ca` (undefined: Node's roots), bounded in time and size, and no
 * redirection is followed. Whatever goes wrong on the way is `login.provider_unavailable`.
 */
export function createProviderFetch(ca: string | undefined): CustomFetch {
  return (address, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const fail = (cause: unknown): void =>
        reject(new AppError("login.provider_unavailable", `${url.origin}: ${String(cause)}`, { cause }));
      if (url.protocol !== "https:") return fail(new Error("only https is asked"));
      const limit = AbortSignal.timeout(ANSWER_MS_MAX);
      const outgoing = request(
        url,
        {
          method,
          headers,
          ...(ca === undefined ? {} : { ca }),
          agent: false,
          signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          incoming.on("data", (chunk: Buffer) => {
            bytes += chunk.length;
            chunks.push(chunk);
            if (bytes > ANSWER_BYTES_MAX) incoming.destroy(new Error("the answer is too long"));
          });
          incoming.on("error", fail);
          incoming.on("end", () => {
            const status = incoming.statusCode ?? 0;
            if (status >= 500 || status < 200) return fail(new Error(`HTTP ${status}`));
            const type = incoming.headers["content-type"];
            // Without a body for the statuses that may have none.
            const content = status === 204 || status === 304 ? null : Buffer.concat(chunks);
            resolve(new Response(content, { status, headers: type === undefined ? {} : { "content-type": type } }));
          });
        },
      );
      outgoing.on("error", fail);
      outgoing.end(typeof body === "string" || body instanceof URLSearchParams ? String(body) : undefined);
    });
}
