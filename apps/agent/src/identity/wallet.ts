import { X509Certificate } from "node:crypto";
import type { Validity } from "@cordon/agent-core/identity";
import { AppError } from "@cordon/core/kernel";
import { agentIdentityOf } from "@cordon/identity/agent-name";
import { certificateEnd, certificateStart } from "@cordon/identity/fingerprint";
import type { AgentTls } from "@cordon/protocol";
import { type Credential, type EnrolledIdentity, promoteNext, writeNext, writeTrust } from "../identity-files.ts";

/**
 * The running agent's certificates and roots, on disk before they are in use. A new certificate lies beside the old one until a session
 * was welcomed with it, so that a crash or a coordinator that forgot it strands nobody.
 */
export interface Wallet {
  identity(): EnrolledIdentity;
  /** For the next connection; what it says changes. */
  readonly tls: AgentTls;
  /** Of the newest certificate. */
  validity(): Validity;
  newest(): Credential;
  /** Throws `enrolment.bad_request` for a certificate that is not of this agent and this key. */
  adopt(next: Credential): void;
  /** A session was welcomed with what `tls` said. */
  welcomed(): void;
  /** The coordinator does not know the certificate that was shown: true when there is another one to show. */
  refused(): boolean;
  /** No session came about: with the other certificate, if there is one, it may. */
  tryOther(): void;
  /** Throws `enrolment.bad_request` for what are no roots. */
  trust(roots: readonly string[], change: { readonly version?: number; readonly recoverySequence: number }): void;
}

export function createWallet(stateDir: string, enrolled: EnrolledIdentity): Wallet {
  let identity = enrolled;
  let showsNext = enrolled.next !== undefined;
  const shown = (): Credential => (showsNext ? identity.next : undefined) ?? identity;
  const newest = (): Credential => identity.next ?? identity;

  return {
    identity: () => identity,
    tls: {
      get ca() {
        return identity.authority;
      },
      get cert() {
        return shown().certificate;
      },
      get key() {
        return shown().privateKey;
      },
    },
    newest,
    validity: () => {
      const { certificate } = newest();
      return { from: certificateStart(certificate), until: certificateEnd(certificate) };
    },
    adopt(next) {
      const { agentId, siteId, tenantId } = identity;
      const named = agentIdentityOf(next.certificate);
      if (named?.agentId !== agentId || named.siteId !== siteId || named.tenantId !== tenantId) {
        throw new AppError("enrolment.bad_request", "the certificate is of another agent");
      }
      writeNext(stateDir, next);
      identity = { ...identity, next };
      showsNext = true;
    },
    welcomed() {
      const { next } = identity;
      if (!showsNext || next === undefined) return;
      promoteNext(stateDir, next);
      identity = { ...identity, ...next, expiresAt: certificateEnd(next.certificate), next: undefined };
      showsNext = false;
    },
    refused() {
      if (identity.next === undefined || !showsNext) return false;
      showsNext = false;
      return true;
    },
    tryOther() {
      if (identity.next !== undefined) showsNext = !showsNext;
    },
    trust(roots, { version, recoverySequence }) {
      const authority = `${roots.map(rootOf).join("\n")}\n`;
      const { recovery } = identity;
      const sequence = Math.max(recovery?.sequence ?? 0, recoverySequence);
      const changed = {
        ...identity,
        authority,
        ...(version === undefined ? {} : { trustVersion: version }),
        ...(recovery === undefined ? {} : { recovery: { ...recovery, sequence } }),
      };
      writeTrust(stateDir, changed);
      identity = changed;
    },
  };
}

function rootOf(pem: string): string {
  try {
    if (new X509Certificate(pem).ca) return pem.trim();
  } catch {
    // Told below.
  }
  throw new AppError("enrolment.bad_request", "a root that the coordinator sent is none");
}
