export { type AgentIdentity, agentIdentityOf, agentUri } from "./agent-name.ts";
export { type AgentRequest, CSR_CHARS_MAX, createAgentRequest } from "./agent-request.ts";
export { AGENT_DAYS, type Authority, createRoot, type IssuedAgent, loadAuthority } from "./authority.ts";
export { type AuthorityFiles, authorityFiles, openAuthority } from "./authority-files.ts";
export { writeFileDurably } from "./durable-file.ts";
export {
  createEnrolmentSecret,
  type EnrolmentToken,
  formatEnrolmentToken,
  hashEnrolmentSecret,
  parseEnrolmentToken,
} from "./enrolment-token.ts";
export { certificateEnd, certificateFingerprint, parseFingerprint } from "./fingerprint.ts";
export type { PemIdentity } from "./key-pair.ts";
export { type Dial, fetchPinnedRoot } from "./pinned-root.ts";
