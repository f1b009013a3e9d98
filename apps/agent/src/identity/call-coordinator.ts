import type { Agent } from "node:http";
import { request } from "node:https";
import { AppError, asAppError, type ErrorCode, isErrorCode } from "@cordon/core/kernel";

const ANSWER_CHARS_MAX = 256 * 1024;

export interface Way {
  /** The roots to trust; `unverified`: for what proves itself by its own signature. */
  readonly ca: string | "unverified";
  readonly signal: AbortSignal;
  readonly agent?: Agent | undefined;
}

/** One call of the coordinator's API listener; with a body it is a POST. Throws `enrolment.unreachable` and `proxy.*`. */
export function callCoordinator(
  url: URL,
  { ca, signal, agent }: Way,
  body?: unknown,
): Promise<{ readonly status: number; readonly json: unknown }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        isProxyTrouble(cause)
          ? cause
          : new AppError("enrolment.unreachable", `${url.host}: ${asAppError(cause).message}`, { cause }),
      );
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const trust = ca === "unverified" ? { rejectUnauthorized: false } : { ca };
    const method = text === undefined ? "GET" : "POST";
    const options = { method, ...trust, signal, minVersion: "TLSv1.3", headers, agent: agent ?? false } as const;
    const call = request(url, options, (answer) => {
      let said = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        said += chunk;
        if (said.length > ANSWER_CHARS_MAX) answer.destroy(new Error("the answer is too long"));
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, json: parseJson(said) }));
      answer.on("error", fail);
    });
    call.on("error", fail);
    call.end(text);
  });
}

/** The coordinator names its refusals by code; whatever else answers is not a coordinator. */
export function refusalOf(status: number, json: unknown): AppError {
  const error = (json as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  const code: ErrorCode =
    typeof error?.code === "string" && isErrorCode(error.code) ? error.code : "enrolment.bad_request";
  return new AppError(code, typeof error?.message === "string" ? error.message : `the answer was HTTP ${status}`);
}

/** Whether the peer's certificate leads to none of the roots, rather than that the line is broken. */
export function isUntrusted(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_SIGNATURE_|CERT_UNTRUSTED|INVALID_CA)/.test(code);
}

function isProxyTrouble(cause: unknown): boolean {
  return cause instanceof AppError && cause.code.startsWith("proxy.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
