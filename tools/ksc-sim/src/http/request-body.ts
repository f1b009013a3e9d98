import type { IncomingMessage } from "node:http";

/** The real bound is not documented; this one only keeps a mistaken client from filling the memory. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

export type RequestBody =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: "too_large" | "aborted" };

export function readBody(request: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) resolve({ ok: false, reason: "too_large" });
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const only = chunks.length === 1 ? chunks[0] : undefined;
      resolve({ ok: true, text: (only ?? Buffer.concat(chunks)).toString("utf8") });
    });
    request.on("error", () => resolve({ ok: false, reason: "aborted" }));
    request.on("close", () => resolve({ ok: false, reason: "aborted" }));
  });
}
