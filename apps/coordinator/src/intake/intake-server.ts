import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { IncomingEvents, Ingest } from "@cordon/coordinator-core";
import { AppError, asAppError, type Clock, type EpochMs, type Logger, type TenantId } from "@cordon/core/kernel";
import { errorAnswer } from "../http/error-body.ts";
import { LISTENER_LIMITS, limitConnections, serverOptionsOf } from "../http/listener-limits.ts";
import { DRAIN_BYTES_MAX, HeldBytes, readBody } from "./read-body.ts";
import type { SenderRecogniser } from "./recognise-sender.ts";

export interface IntakeLimits {
  readonly bodyBytesMax: number;
  readonly waitingBytesMax: number;
}

export interface IntakeDeps {
  readonly senders: SenderRecogniser;
  readonly parse: (tenantId: TenantId, body: Buffer, receivedAt: EpochMs) => ParsedBody;
  readonly ingest: Pick<Ingest, "ingest">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: IntakeLimits;
  readonly tls: ServerOptions;
}

export interface ParsedBody {
  readonly incoming: IncomingEvents;
  /** Nothing in the body could be read as JSON: the answer is 400, and what came is in quarantine. */
  readonly unreadable: boolean;
}

export interface IntakeServer {
  readonly server: Server;
  pressure(): { readonly pendingRequests: number; readonly pendingBytes: number; readonly oldestMs: number };
  /** Takes no further connection and resolves when every request has its answer. */
  close(): Promise<void>;
}

/**
 * KUMA's HTTP destination: `POST` at any path, JSON object, array or NDJSON. [D1] 2xx is answered only when everything of the
 * request is in the record; every other answer says that nothing of it was stored, so sending it again is right.
 */
export function createIntakeServer(deps: IntakeDeps): IntakeServer {
  const held = new HeldBytes(deps.limits.waitingBytesMax);
  const pending = new Map<ServerResponse, number>();
  let closing = false;

  const server = createServer(
    {
      ...deps.tls,
      ...serverOptionsOf(LISTENER_LIMITS.intake),
      // KUMA's TLS library decides between 1.2 and 1.3.
      minVersion: "TLSv1.2",
      requestCert: true,
      // A sender's certificate is known by its fingerprint, not by who signed it.
      rejectUnauthorized: false,
    },
    (request, response) => void handle(request, response),
  );
  limitConnections(server, LISTENER_LIMITS.intake);
  server.on("tlsClientError", (error) => deps.logger.debug("intake.handshake", { error }));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = deps.clock.monotonicMs();
    pending.set(response, startedMs);
    const fields: Record<string, unknown> = {};
    try {
      const answer = await take(request, fields);
      // A sender's connection would stay open for its next batch, and the listener with it.
      if (closing) response.setHeader("connection", "close");
      if (answer) sendJson(response, answer.status, answer.body);
      deps.logger.debug("intake.request", { ...fields, durationMs: deps.clock.monotonicMs() - startedMs });
    } catch (thrown) {
      const error = asAppError(thrown);
      deps.logger[error.spec.http >= 500 ? "error" : "warn"]("intake.request", {
        ...fields,
        durationMs: deps.clock.monotonicMs() - startedMs,
        error,
      });
      refuse(request, response, error);
    } finally {
      pending.delete(response);
    }
  }

  async function take(request: IncomingMessage, fields: Record<string, unknown>) {
    if (request.method !== "POST") throw new AppError("intake.post_only", String(request.method));
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") throw new AppError("intake.encoding", encoding, { details: { encoding } });
    const tenantId = await deps.senders.recognise(request);
    fields.tenantId = tenantId;
    const read = await readBody(request, deps.limits.bodyBytesMax, held);
    if (read.kind === "cut") {
      fields.outcome = "cut";
      return undefined;
    }
    try {
      const { incoming, unreadable } = deps.parse(tenantId, read.body, deps.clock.now());
      const stored = await deps.ingest.ingest(tenantId, incoming);
      if (stored.kind === "overloaded") {
        const details = { retryAfterSeconds: stored.retryAfterSeconds };
        throw new AppError(stored.code, "ingest is full", { details });
      }
      const { accepted, duplicates, quarantined } = stored;
      Object.assign(fields, { outcome: "stored", bytes: read.body.length, accepted, duplicates, quarantined });
      if (!unreadable) return { status: 200, body: { accepted, duplicates, quarantined } };
      const problem = incoming.rejected[0]?.message;
      return errorAnswer(new AppError("event.bad_json", "body", { details: { quarantined, problem } }));
    } finally {
      held.give(read.body.length);
    }
  }

  return {
    server,
    pressure: () => {
      const now = deps.clock.monotonicMs();
      const [oldest] = pending.values();
      return {
        pendingRequests: pending.size,
        pendingBytes: held.held,
        oldestMs: oldest === undefined ? 0 : Math.round(now - oldest),
      };
    },
    close: () =>
      new Promise((resolve) => {
        closing = true;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)), ...headers };
  response.writeHead(status, all).end(text);
}

/**
 * The answer to a request whose body may not have been read: what still comes is read on for a while, because a sender that is
 * cut off while it writes never sees the answer. Node closes the connection when the response ends, so that comes last.
 */
function refuse(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  const answer = errorAnswer(error);
  const headers: Record<string, string> = {};
  if (answer.retryAfterSeconds !== undefined) headers["retry-after"] = String(answer.retryAfterSeconds);
  if (error.code === "intake.unauthorized")
    headers["www-authenticate"] = 'Basic realm="Cordon intake", charset="UTF-8"';
  if (error.code === "intake.post_only") headers.allow = "POST";
  if (request.complete) {
    sendJson(response, answer.status, answer.body, headers);
    return;
  }
  const text = JSON.stringify(answer.body);
  response
    .writeHead(answer.status, {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(text)),
      connection: "close",
      ...headers,
    })
    .write(text);
  let drained = 0;
  request.on("data", (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > DRAIN_BYTES_MAX) request.socket.destroy();
  });
  request.on("end", () => response.end());
}
