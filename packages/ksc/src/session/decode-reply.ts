import { AppError } from "@cordon/core/kernel";
import { callError } from "../errors/delivery.ts";
import { mapPxgError } from "../errors/ksc-errors.ts";
import type { HttpReply } from "../transport/exchange.ts";
import { parseKscJson } from "../values/json.ts";
import type { Reply } from "../values/reply-schemas.ts";

/**
 * One HTTP answer as the members of a successful reply. Throws: what `PxgError` maps to; `ksc.session_lost` for 401 and 403
 * (KSC looked at no argument, so nothing was done); `ksc.unavailable` for 503; `ksc.unexpected_reply` for the rest, without
 * the body.
 */
export function decodeReply(method: string, reply: HttpReply): Reply {
  if (reply.status !== 200) throw statusError(method, reply);
  let parsed: unknown;
  try {
    parsed = parseKscJson(reply.body.toString("utf8"));
  } catch {
    // The parser's own message quotes the body, which is not ours to log.
    throw callError("ksc.unexpected_reply", method, `the answer is not JSON (${reply.body.length} bytes)`, "unknown");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw callError("ksc.unexpected_reply", method, "the answer is not a JSON object", "unknown");
  }
  if ("PxgError" in parsed) throw mapPxgError(method, parsed.PxgError);
  return parsed as Reply;
}

/**
 * The answer to a login: the session's token in mode B. Throws `ksc.bad_credentials` for 401 and `ksc.access_denied` for
 * 403, besides what `decodeReply` throws.
 */
export function decodeLogin(method: string, reply: HttpReply, mode: "connection" | "token"): string | undefined {
  if (reply.status === 401) throw callError("ksc.bad_credentials", method, `HTTP 401${detailOf(reply)}`, "answered");
  if (reply.status === 403) throw callError("ksc.access_denied", method, `HTTP 403${detailOf(reply)}`, "answered");
  if (mode === "connection" && reply.status === 200 && !reply.body.includes('"PxgError"')) {
    // Mode A: the status alone says that the connection is logged in; no body is documented.
    return undefined;
  }
  const token = decodeReply(method, reply).PxgRetVal;
  if (typeof token === "string" && /^[!-~]+$/.test(token)) return token;
  throw callError("ksc.unexpected_reply", method, "PxgRetVal: must be the session's token", "unknown");
}

/** KSC says that the session is not, or no longer, valid: a new login may help. */
export function isSessionEnd(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false;
  return error.code === "ksc.session_lost" || error.code === "ksc.bad_credentials";
}

function statusError(method: string, reply: HttpReply): AppError {
  const problem = `HTTP ${reply.status}${detailOf(reply)}`;
  if (reply.status === 401 || reply.status === 403) return callError("ksc.session_lost", method, problem, "not_sent");
  if (reply.status === 503) return callError("ksc.unavailable", method, problem, "unknown");
  return callError("ksc.unexpected_reply", method, `${problem}; is this a KSC Open API port?`, "unknown");
}

const DETAIL_CHARS_MAX = 200;

/** KSC 16 explains a refused login in this header. */
function detailOf(reply: HttpReply): string {
  const header = reply.headers["x-ksc-errormsg"];
  const text = (Array.isArray(header) ? header[0] : header)?.replaceAll(/[^ -~]/g, "?").slice(0, DETAIL_CHARS_MAX);
  return text === undefined || text === "" ? "" : ` (${text})`;
}
