import { type EventLimits, parseEventBody } from "@cordon/contracts";
import type { ParseRaw } from "@cordon/coordinator-core";
import { AppError, type EpochMs, type TenantId } from "@cordon/core/kernel";
import type { ParsedBody } from "./intake-server.ts";

type Limits = Partial<Pick<EventLimits, "bodyBytesMax" | "eventBytesMax">>;

/** A request's body as ingest takes it; a body that is refused whole is thrown, and nothing of it is stored. */
export function parseBody(
  tenantId: TenantId,
  body: Uint8Array | string,
  receivedAt: EpochMs,
  limits: Limits,
): ParsedBody {
  const parsed = parseEventBody(body, { tenantId, receivedAt, limits });
  if (parsed.kind === "refused") {
    throw new AppError(parsed.code, parsed.message, { details: { problem: parsed.message } });
  }
  return {
    incoming: {
      events: parsed.events.map(({ event }) => event),
      rejected: parsed.bad.map(({ code, message, raw, rawTruncated }) => ({
        code,
        message,
        raw,
        truncated: rawTruncated,
      })),
      bytes: body.length,
    },
    unreadable: parsed.events.length === 0 && parsed.bad.length > 0 && parsed.bad.every(isNotJson),
  };
}

function isNotJson({ code }: { readonly code: string }): boolean {
  return code === "event.bad_json";
}

/** One quarantined event again, for the replay. */
export const parseRaw: ParseRaw = (tenantId, raw, receivedAt) => parseBody(tenantId, raw, receivedAt, {}).incoming;
