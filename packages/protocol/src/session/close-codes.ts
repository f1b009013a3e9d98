import type { ErrorCode } from "@cordon/core/kernel";

/**
 * Why a session ends, as both ends say it: an error code of the one table, the WebSocket close code that carries it, and
 * what the agent does next. 4000-4099 retry, 4100-4199 are fatal, so that an older agent can tell an unknown code apart.
 *
 * - `soon`: jittered back-off from a second.
 * - `later`: jittered back-off from half a minute: trying at once cannot help, or would fight another agent for the site.
 * - `fatal`: not tried again until a person changed something and restarted the agent.
 */
export const CLOSE_CODES = {
  "session.going_away": { ws: 4000, next: "soon" },
  "session.silent": { ws: 4001, next: "soon" },
  "session.bad_sequence": { ws: 4002, next: "soon" },
  "session.handshake_timeout": { ws: 4003, next: "soon" },
  "session.unexpected_message": { ws: 4004, next: "later" },
  "session.busy": { ws: 4005, next: "soon" },
  "session.slow_consumer": { ws: 4006, next: "soon" },
  "session.superseded": { ws: 4007, next: "later" },
  "session.stale_epoch": { ws: 4008, next: "later" },
  "wire.bad_frame": { ws: 4009, next: "later" },
  "wire.frame_too_large": { ws: 4010, next: "later" },
  "wire.too_many_frames": { ws: 4011, next: "later" },
  "internal.unexpected": { ws: 4012, next: "soon" },
  "session.unreachable": { ws: 4013, next: "soon" },
  "session.tls_failed": { ws: 4014, next: "later" },
  "session.role_changed": { ws: 4015, next: "soon" },
  "proxy.auth_required": { ws: 4016, next: "later" },
  "proxy.refused": { ws: 4017, next: "later" },
  "proxy.unreachable": { ws: 4018, next: "soon" },
  "session.clock_wrong": { ws: 4019, next: "later" },
  "session.implausible_epoch": { ws: 4020, next: "later" },
  "session.unknown_identity": { ws: 4100, next: "fatal" },
  "session.identity_revoked": { ws: 4101, next: "fatal" },
  "session.wrong_site": { ws: 4102, next: "fatal" },
  "wire.unsupported_version": { ws: 4103, next: "fatal" },
} as const satisfies Partial<Record<ErrorCode, CloseSpec>>;

export type CloseCode = keyof typeof CLOSE_CODES;

export type AfterClose = "soon" | "later" | "fatal";

interface CloseSpec {
  /** WebSocket close code, in the range that RFC 6455 leaves to applications. */
  readonly ws: number;
  readonly next: AfterClose;
}

const BY_WS: ReadonlyMap<number, CloseCode> = new Map(
  Object.entries(CLOSE_CODES).map(([code, spec]) => [spec.ws, code as CloseCode]),
);

/** What a received WebSocket close code means, those of the protocol itself (RFC 6455 7.4.1) and of newer peers included. */
export function readCloseCode(ws: number): { readonly code: CloseCode; readonly next: AfterClose } {
  const code = BY_WS.get(ws);
  if (code !== undefined) return { code, next: CLOSE_CODES[code].next };
  if (ws >= 4100 && ws <= 4199) return { code: "internal.unexpected", next: "fatal" };
  if (ws === 1009) return { code: "wire.frame_too_large", next: "later" };
  if (ws === 1002 || ws === 1003 || ws === 1007 || ws === 1008) return { code: "wire.bad_frame", next: "later" };
  if (ws === 1000 || ws === 1001 || ws === 1012 || ws === 1013) return { code: "session.going_away", next: "soon" };
  // 1006 and 1005: the connection broke, or ended without a word.
  return { code: "session.unreachable", next: "soon" };
}
