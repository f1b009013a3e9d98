import { hostname } from "node:os";
import { ENROLMENT_PATH, type EnrolmentRequest, enrolmentResponse } from "@cordon/contracts/api";
import { AppError, epochMs, type Secret } from "@cordon/core/kernel";
import {
  createAgentKey,
  createAgentRequest,
  fetchPinnedRoot,
  parseEnrolmentToken,
  publicKeyFingerprint,
} from "@cordon/identity";
import { callCoordinator, refusalOf } from "./identity/call-coordinator.ts";
import {
  type EnrolledIdentity,
  forgetPreparedKey,
  hasPreparedKey,
  isEnrolled,
  preparedKey,
  readIdentity,
  writeIdentity,
} from "./identity-files.ts";
import { writeOrderKeys } from "./order-keys.ts";
import type { SiteProxy } from "./proxy/site-proxy.ts";
import { AGENT_VERSION } from "./version.ts";

/** Connecting, and the coordinator's answer. */
const TIMEOUT_MS = 30_000;

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
  // A key that was shown before is the one that the token may be bound to.
  const prepared = hasPreparedKey(input.stateDir) ? await preparedKey(input.stateDir, createAgentKey) : undefined;
  const { privateKeyPem, csrPem } = await createAgentRequest(prepared);
  const body: EnrolmentRequest = {
    secret: token.secret.reveal(),
    csr: csrPem,
    agentVersion: AGENT_VERSION,
    machineName: hostname().slice(0, 255) || "unnamed",
  };
  const url = new URL(ENROLMENT_PATH, token.url);
  const agent = input.proxy?.agentFor(token.url);
  const { status, json } = await callCoordinator(url, { ca: authority, signal, agent }, body);
  if (status < 200 || status > 299) throw refusalOf(status, json);
  const parsed = enrolmentResponse.safeParse(json);
  if (!parsed.success) {
    throw new AppError("enrolment.bad_request", `${url.host} answered something that is not an enrolment`);
  }
  const answer = parsed.data;
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
    recovery: answer.recovery,
  };
  // The identity counts as there when its last file is.
  writeOrderKeys(input.stateDir, answer.orderKeys);
  writeIdentity(input.stateDir, identity);
  forgetPreparedKey(input.stateDir);
  return readIdentity(input.stateDir);
}

/** The fingerprint of the key with which this machine will enrol: a token can be bound to it. */
export async function showFingerprint(stateDir: string): Promise<string> {
  return publicKeyFingerprint(await preparedKey(stateDir, createAgentKey));
}
