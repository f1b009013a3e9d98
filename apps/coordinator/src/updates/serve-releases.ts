import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { TLSSocket } from "node:tls";
import { type Enrolment, RELEASES_PATH, type Release } from "@cordon/coordinator-core";
import { asAppError, type Logger } from "@cordon/core/kernel";
import { MANIFEST_FILE } from "@cordon/core/release";

export interface ServeReleasesDeps {
  readonly enrolment: Pick<Enrolment, "identify">;
  readonly getRelease: (version: string) => Promise<Release | undefined>;
  /** Undefined when it is not there. */
  readonly fileOf: (version: string, name: string) => Promise<string | undefined>;
  readonly logger: Logger;
}

/** Downloads at the same time, over all agents: the gateway has events to serve. */
const DOWNLOADS_MAX = 32;
/** An agent that takes no byte for so long has lost its link. */
const SILENCE_MS_MAX = 60_000;

/**
 * Plain requests at the gateway's listener: an enrolled agent, known by its certificate like for a session, fetches the files of
 * a registered release, and after a broken connection only the rest (RFC 9110 section 14). Everything else is 404.
 */
export function serveReleases(deps: ServeReleasesDeps) {
  let downloads = 0;

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (downloads >= DOWNLOADS_MAX) {
      response.setHeader("retry-after", "60");
      end(response, 503);
      return;
    }
    downloads++;
    try {
      await serve(request, response, deps);
    } catch (error) {
      deps.logger.info("release.download", { outcome: "broken", code: asAppError(error).code });
      if (!response.headersSent) end(response, 500);
      else response.destroy();
    } finally {
      downloads--;
    }
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, deps: ServeReleasesDeps): Promise<void> {
  const agent = await identify(request.socket as TLSSocket, deps.enrolment);
  if (agent === undefined) return end(response, 403);
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405);
  const [version = "", name = "", ...more] = pathBelow(request.url ?? "");
  const release = more.length === 0 && version !== "" ? await deps.getRelease(version) : undefined;
  const listed = release?.manifest.files.find((file) => file.name === name);
  if (release === undefined || (listed === undefined && name !== MANIFEST_FILE)) return end(response, 404);
  const file = await deps.fileOf(version, name);
  if (file === undefined) return end(response, 404);
  response.setHeader("content-type", "application/octet-stream");
  if (listed === undefined) return send(request, response, file);

  const tag = `"${listed.sha256}"`;
  response.setHeader("etag", tag);
  response.setHeader("accept-ranges", "bytes");
  const from = firstByte(request, tag);
  if (from === undefined) {
    response.setHeader("content-length", listed.bytes);
    return send(request, response, file);
  }
  if (from >= listed.bytes) {
    response.setHeader("content-range", `bytes */${listed.bytes}`);
    return end(response, 416);
  }
  response.statusCode = 206;
  response.setHeader("content-range", `bytes ${from}-${listed.bytes - 1}/${listed.bytes}`);
  response.setHeader("content-length", listed.bytes - from);
  deps.logger.info("release.download", { agentId: agent, version, from, bytes: listed.bytes });
  return send(request, response, file, from);
}

async function send(request: IncomingMessage, response: ServerResponse, file: string, start = 0): Promise<void> {
  if (request.method === "HEAD") return end(response, response.statusCode);
  response.setTimeout(SILENCE_MS_MAX, () => response.destroy());
  await pipeline(createReadStream(file, { start }), response);
}

/** The rest from a byte on is the one range that an agent asks for; any other is answered with the whole. */
function firstByte(request: IncomingMessage, tag: string): number | undefined {
  const from = /^bytes=(\d{1,15})-$/.exec(request.headers.range ?? "")?.[1];
  const condition = request.headers["if-range"];
  return from === undefined || (condition !== undefined && condition !== tag) ? undefined : Number(from);
}

function pathBelow(url: string): readonly string[] {
  const path = url.split("?", 1)[0] ?? "";
  return path.startsWith(RELEASES_PATH) ? path.slice(RELEASES_PATH.length).split("/") : [];
}

/** The TLS handshake verified the certificate's chain; this asks whether it is one that still counts. */
async function identify(socket: TLSSocket, enrolment: Pick<Enrolment, "identify">): Promise<string | undefined> {
  const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
  if (!certificate?.fingerprint256) return undefined;
  const known = await enrolment.identify(certificate.fingerprint256);
  return known.kind === "known" ? known.agent.agentId : undefined;
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
