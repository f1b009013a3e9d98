import type { Agent } from "node:http";
import { request } from "node:https";
import { hostname } from "node:os";
import { ENROLMENT_PATH, type EnrolmentRequest, enrolmentResponse } from "@cordon/contracts/api";
import { AppError, asAppError, type ErrorCode, epochMs, isErrorCode, type Secret } from "@cordon/core/kernel";
import { createAgentRequest, fetchPinnedRoot, parseEnrolmentToken } from "@cordon/identity";
import { type EnrolledIdentity, isEnrolled, readIdentity, writeIdentity } from "./identity-files.ts";
import type { SiteProxy } from "./proxy/site-proxy.ts";
import { AGENT_VERSION } from "./version.ts";

/** Connecting, and the coordinator's answer. */
const TIMEOUT_MS = 30_000;
const ANSWER_BYTES_MAX = 256 * 1024;

/**
 * Turns a one-time token into this site's identity: the coordinator's root is fetched and compared with the fingerprint in
 * the token, a key is made that never leaves this machine, and the coordinator signs a certificate for it.
 */
export async function enroll(input: {
  readonly stateDir: string;
  readonly token: Secret;
  /** Replace an identity that is there. */
  readonly force: boolean;
  /** The way to the coordinator; straight when absent. */
  readonly proxy?: SiteProxy;
}): Promise<EnrolledIdentity> {
  if (isEnrolled(input.stateDir) && !input.force) {
    const { siteId, agentId } = readIdentity(input.stateDir);
    const text = `this agent is ${agentId} of site ${siteId} already; --force replaces its identity`;
    throw new AppError("agent.already_enrolled", text);
  }
  const token = parseEnrolmentToken(input.token);
  if (token === undefined) {
    throw new AppError(
      "enrolment.token_unknown",
      "the text is not a whole enrolment token (it begins with cordon-enrol.)",
    );
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const authority = await fetchPinnedRoot(token.url, token.caFingerprint, signal, input.proxy?.dialFor(token.url));
  const { privateKeyPem, csrPem } = await createAgentRequest();
  const body: EnrolmentRequest = {
    secret: token.secret.reveal(),
    csr: csrPem,
    agentVersion: AGENT_VERSION,
    machineName: hostname().slice(0, 255) || "unnamed",
  };
  const answer = await post(new URL(ENROLMENT_PATH, token.url), body, {
    ca: authority,
    signal,
    agent: input.proxy?.agentFor(token.url),
  });
  const identity = {
    tenantId: answer.tenantId,
    siteId: answer.siteId,
    agentId: answer.agentId,
    gatewayUrl: answer.gatewayUrl,
    enrolledAt: token.url,
    expiresAt: epochMs(answer.expiresAt),
    certificate: answer.certificate,
    authority: answer.authority,
    privateKey: privateKeyPem,
  };
  writeIdentity(input.stateDir, identity);
  return readIdentity(input.stateDir);
}

interface Way {
  readonly ca: string;
  readonly signal: AbortSignal;
  readonly agent: Agent | undefined;
}

async function post(url: URL, body: EnrolmentRequest, way: Way) {
  const { status, text } = await send(url, JSON.stringify(body), way);
  const json = parseJson(text);
  if (status < 200 || status > 299) throw refusalOf(status, json);
  const parsed = enrolmentResponse.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new AppError("enrolment.bad_request", `${url.host} answered something that is not an enrolment`);
}

function send(
  url: URL,
  body: string,
  { ca, signal, agent = false }: Omit<Way, "agent"> & { readonly agent?: Agent | false | undefined },
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        isProxyTrouble(cause)
          ? cause
          : new AppError("enrolment.unreachable", `${url.host}: ${asAppError(cause).message}`, { cause }),
      );
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const call = request(url, { method: "POST", ca, signal, minVersion: "TLSv1.3", headers, agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > ANSWER_BYTES_MAX) answer.destroy(new Error("the answer is too long"));
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", fail);
    });
    call.on("error", fail);
    call.end(body);
  });
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

/** The coordinator names its refusals by code; whatever else answers is not a coordinator. */
function refusalOf(status: number, json: unknown): AppError {
  const error = (json as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  const code: ErrorCode =
    typeof error?.code === "string" && isErrorCode(error.code) ? error.code : "enrolment.bad_request";
  return new AppError(code, typeof error?.message === "string" ? error.message : `the answer was HTTP ${status}`);
}
