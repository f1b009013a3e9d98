import type { AuditRoot, ChainLink } from "./chain.ts";

/**
 * An export: one JSON object a line. `chain` begins it, and begins it anew where a later part was put behind an earlier one; then keys, what
 * stands for entries that were removed, the entries with the roots between them, and `end`.
 */
export type AuditLine = ChainLine | KeyLine | StubLine | EntryLine | RootLine | EndLine;

export interface ChainLine {
  readonly type: "chain";
  readonly format: 1;
  readonly chain: string;
  /** The first entry that follows has the number after this. */
  readonly after: number;
}

/** A public key that signs roots. */
export interface KeyLine {
  readonly type: "key";
  /** SHA-256 of the public key's DER, hex: also its fingerprint. */
  readonly keyId: string;
  /** DER (SubjectPublicKeyInfo), base64. */
  readonly publicKey: string;
  readonly since: number;
  /** Absent: the chain's first. */
  readonly endorsedBy?: string;
  /** Of the older key over `keyBytes`, base64. */
  readonly endorsement?: string;
}

/** [U4] Stands for entries that are over age and were removed: the chain goes on from its hash. */
export interface StubLine {
  readonly type: "stub";
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly removedAt: number;
  /** Signed while the entries were there: it ends with the last of them. */
  readonly root: SignedRoot;
}

export interface EntryLine extends ChainLink {
  readonly type: "entry";
  readonly fact: Readonly<Record<string, unknown>>;
}

export interface SignedRoot extends AuditRoot {
  readonly keyId: string;
  /** Ed25519 over `rootBytes`, base64. */
  readonly signature: string;
}

export interface RootLine extends SignedRoot {
  readonly type: "root";
}

/** What was there when the export was made was all exported; with `more` it is for the next part. */
export interface EndLine {
  readonly type: "end";
  readonly seq: number;
  readonly more?: true;
}
