export { type AgentIdentity, agentIdentityOf, agentUri } from "./agent-name.ts";
export {
  type AgentRequest,
  CSR_CHARS_MAX,
  createAgentKey,
  createAgentRequest,
  keyFingerprintOfRequest,
  publicKeyFingerprint,
} from "./agent-request.ts";
export { AGENT_DAYS, type Authority, createAuthority, type IssuedAgent, type Revocation } from "./authority.ts";
export { type AuthorityFiles, authorityFiles } from "./authority-files.ts";
export type { AuthorityPhase } from "./authority-state.ts";
export { writeFileDurably } from "./durable-file.ts";
export {
  createEnrolmentSecret,
  type EnrolmentToken,
  formatEnrolmentToken,
  hashEnrolmentSecret,
  parseEnrolmentToken,
} from "./enrolment-token.ts";
export { certificateEnd, certificateFingerprint, certificateStart, parseFingerprint } from "./fingerprint.ts";
export { type AuthorityView, type Bundle, type KeptAuthority, openAuthority } from "./kept-authority.ts";
export type { PemIdentity } from "./key-pair.ts";
export { type Dial, fetchPinnedRoot } from "./pinned-root.ts";
export {
  createRecoveryKey,
  readStatement,
  recoveryKeyId,
  recoveryPublicKey,
  type SignedStatement,
  signStatement,
} from "./recovery.ts";
export { isRenewalProven, proveRenewal } from "./renewal-proof.ts";
