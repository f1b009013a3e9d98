import {
  RECOVERY_PATH,
  RENEWAL_PATH,
  type RenewalRequest,
  recoveryResponse,
  renewalResponse,
} from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { createAgentRequest } from "@cordon/identity/agent-request";
import { readStatement } from "@cordon/identity/recovery";
import { proveRenewal } from "@cordon/identity/renewal-proof";
import { callCoordinator, isUntrusted, refusalOf, type Way } from "./call-coordinator.ts";
import type { Wallet } from "./wallet.ts";

/**
 * The way back of an agent that the gateway does not let in: a new certificate for who proves the key of the old one. When the
 * coordinator's roots are others than before, they are taken on the recovery key's word, or not at all. Throws why it does not go:
 * `session.identity_revoked`, `enrolment.*`, `identity.recovery_refused`, `proxy.*`.
 */
export async function findWayBack(wallet: Wallet, way: Omit<Way, "ca">): Promise<{ readonly recovered: boolean }> {
  const { enrolledAt } = wallet.identity();
  if (enrolledAt === undefined)
    throw new AppError("enrolment.unreachable", "the coordinator's API address is not known");
  try {
    await renew(enrolledAt);
    return { recovered: false };
  } catch (error) {
    if (!isUntrusted(error)) throw error;
  }
  await takeRoots(enrolledAt);
  await renew(enrolledAt);
  return { recovered: true };

  async function renew(base: string): Promise<void> {
    const { certificate, privateKey } = wallet.newest();
    const { csrPem, privateKeyPem } = await createAgentRequest();
    const body: RenewalRequest = { certificate, csr: csrPem, proof: proveRenewal(certificate, csrPem, privateKey) };
    const ca = wallet.identity().authority;
    const { status, json } = await callCoordinator(new URL(RENEWAL_PATH, base), { ...way, ca }, body);
    if (status < 200 || status > 299) throw refusalOf(status, json);
    const answer = renewalResponse.parse(json);
    wallet.adopt({ certificate: answer.certificate, privateKey: privateKeyPem });
  }

  async function takeRoots(base: string): Promise<void> {
    const { recovery } = wallet.identity();
    if (recovery === undefined) {
      throw new AppError("identity.recovery_refused", "this agent has no recovery key: it must enrol again");
    }
    // Nothing is sent, and what comes proves itself: whoever answers here can only pass on what the key's owner signed.
    const { status, json } = await callCoordinator(new URL(RECOVERY_PATH, base), { ...way, ca: "unverified" });
    if (status !== 200) throw refusalOf(status, json);
    const statement = readStatement(recoveryResponse.parse(json), recovery.publicKey, recovery.sequence);
    wallet.trust(statement.roots, { recoverySequence: statement.sequence });
  }
}
