export { canonicalJson } from "./canonical.ts";
export {
  type AuditRoot,
  type ChainHead,
  type ChainLink,
  dayOf,
  EMPTY_CHAIN,
  keyBytes,
  linkAfter,
  rootBytes,
} from "./chain.ts";
export {
  AUDIT_KINDS,
  type AuditActor,
  type AuditChain,
  type AuditFact,
  type AuditKind,
  boundedText,
  PLATFORM_CHAIN,
  targetsOf,
} from "./fact.ts";
export { FORWARD_FORMATS, type ForwardFormat, type ForwardStyle, forwardText } from "./forward.ts";
export { keyIdOf } from "./keys.ts";
export type { AuditLine, EndLine, EntryLine, KeyLine, RootLine, SignedRoot, StubLine } from "./lines.ts";
export { LINE_CHARS_MAX } from "./read-line.ts";
export { type AuditReport, AuditVerifier, type Finding } from "./verify.ts";
