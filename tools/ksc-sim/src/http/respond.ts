import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Reply } from "./envelope.ts";
import { printJson } from "./json.ts";
import type { Site } from "./site.ts";

export const JSON_TYPE = "application/json";

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

export function sendJson(site: Site, request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const text = printJson(reply);
  const { gzipMinBytes } = site.world.knobs;
  if (text.length < gzipMinBytes || !/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) {
    send(response, text);
    return;
  }
  const bytes = gzipSync(text);
  response.writeHead(200, { "content-type": JSON_TYPE, "content-encoding": "gzip", "content-length": bytes.length });
  response.end(bytes);
}

/** A whole JSON body, uncompressed. */
export function send(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": JSON_TYPE, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
