import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical.ts";

/** Where a chain stands: its last entry. */
export interface ChainHead {
  /** 0: it has no entry yet. */
  readonly seq: number;
  /** 64 hex digits. */
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: "0".repeat(64) };

export interface ChainLink extends ChainHead {
  /** The hash of the entry before. */
  readonly previous: string;
}

const DOMAIN = "cordon-audit-entry-v1";

/** [U1] [U2] The entry that follows on `head` and says `fact`, which is the canonical text of a JSON value. */
export function linkAfter(chain: string, head: ChainHead, fact: string): ChainLink {
  const seq = head.seq + 1;
  return { seq, previous: head.hash, hash: entryHash(chain, seq, head.hash, fact) };
}

/** Every part stands on a line of its own, and only the last can hold anything. */
export function entryHash(chain: string, seq: number, previous: string, fact: string): string {
  return createHash("sha256").update(`${DOMAIN}\n${chain}\n${seq}\n${previous}\n${fact}`).digest("hex");
}

/** What is signed at the end of each day, and at the end of an export. */
export interface AuditRoot extends ChainHead {
  /** The day that ends with it, UTC: `2026-11-24`. */
  readonly day: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** [U3] The bytes that a root's signature is over. */
export function rootBytes(chain: string, { seq, hash, day, at }: AuditRoot): Buffer {
  return Buffer.from(`cordon-audit-root-v1\n${canonicalJson({ at, chain, day, hash, seq })}`);
}

/** [U5] The bytes by which an older key says that this one follows it. */
export function keyBytes(chain: string, keyId: string): Buffer {
  return Buffer.from(`cordon-audit-key-v1\n${canonicalJson({ chain, keyId })}`);
}

/** The day of a moment, UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
