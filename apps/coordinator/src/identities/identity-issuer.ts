import type { IdentityIssuer } from "@cordon/coordinator-core";
import type { Clock } from "@cordon/core/kernel";
import { type Authority, certificateFingerprint, isRenewalProven, keyFingerprintOfRequest } from "@cordon/identity";

/** The authority, as enrolment and renewal ask it. */
export function createIdentityIssuer(authority: Authority, clock: Clock): IdentityIssuer {
  return {
    issue: (csrPem, subject) => authority.issueAgent(subject, csrPem, clock.now()),
    keyFingerprint: keyFingerprintOfRequest,
    fingerprint(certificatePem) {
      try {
        return certificateFingerprint(certificatePem);
      } catch {
        return undefined;
      }
    },
    isProven: isRenewalProven,
  };
}
