import { assertNever } from "../kernel/index.ts";
import { canonicalJson } from "./canonical.ts";
import { type ChainHead, EMPTY_CHAIN, entryHash } from "./chain.ts";
import { TrustedKeys } from "./keys.ts";
import type { AuditLine, ChainLine, EndLine, EntryLine, KeyLine, RootLine, StubLine } from "./lines.ts";
import { readAuditLine } from "./read-line.ts";

export type FindingCode =
  | "unreadable"
  | "no_chain"
  | "other_chain"
  | "gap"
  | "repeated"
  | "broken_link"
  | "changed"
  | "untrusted_key"
  | "bad_key"
  | "unknown_signer"
  | "bad_signature"
  | "bad_root"
  | "not_signed"
  | "not_complete";

export interface Finding {
  /** From 1; the last line for what is missing at the end. */
  readonly line: number;
  readonly code: FindingCode;
  /** What is wrong and what it means, for a person. */
  readonly says: string;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly chain: string;
  readonly lines: number;
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Entries that were removed as over age, and are proven to have been there. */
  readonly removed: number;
  /** Up to here a trusted key has signed. */
  readonly signedUpTo: number;
  /** The first of them; `findingsInAll` counts. */
  readonly findings: readonly Finding[];
  readonly findingsInAll: number;
}

const FINDINGS_MAX = 100;

/**
 * Proves an export, line by line in bounded memory, without any coordinator: nothing was changed, left out, put in or moved [U1] [U2], up to what
 * a key signed that was named beforehand [U3] [U5]. Whoever can write to the record can make a new chain, but none that such a key has signed.
 */
export class AuditVerifier {
  #chain: string | undefined;
  #head: ChainHead = EMPTY_CHAIN;
  /** Before the first entry of a part that begins in the middle, the hash that it follows on is nobody's yet. */
  #follows = true;
  #firstSeq = 0;
  #lines = 0;
  #entries = 0;
  #removed = 0;
  #signedUpTo = 0;
  #hasEnd = false;
  readonly #keys: TrustedKeys;
  readonly #findings: Finding[] = [];
  #findingsInAll = 0;

  /** `trusted`: key ids (fingerprints) that were handed over another way than with the export. */
  constructor(trusted: readonly string[]) {
    this.#keys = new TrustedKeys(() => this.#chain ?? "", trusted);
  }

  line(text: string): void {
    this.#lines++;
    const line = readAuditLine(text);
    if (typeof line === "string") this.#find("unreadable", `this line cannot be read: ${line}`);
    else if (line.type === "chain") this.#begin(line);
    else if (this.#chain === undefined) this.#find("no_chain", "an export begins with the line of its chain");
    else this.#take(line);
  }

  end(): AuditReport {
    const { seq } = this.#head;
    if (this.#chain === undefined) this.#find("no_chain", "there is no line of a chain: this is no export");
    else if (!this.#hasEnd)
      this.#find("not_complete", `the export breaks off after ${seq}: what came then is not proven`);
    if (this.#signedUpTo < seq) {
      this.#find("not_signed", `no trusted key has signed what comes after ${this.#signedUpTo}`);
    }
    return {
      ok: this.#findingsInAll === 0,
      chain: this.#chain ?? "",
      lines: this.#lines,
      entries: this.#entries,
      firstSeq: this.#firstSeq,
      lastSeq: seq,
      removed: this.#removed,
      signedUpTo: this.#signedUpTo,
      findings: this.#findings,
      findingsInAll: this.#findingsInAll,
    };
  }

  #take(line: Exclude<AuditLine, ChainLine>): void {
    this.#hasEnd = line.type === "end" && line.more !== true;
    switch (line.type) {
      case "key":
        this.#key(line);
        break;
      case "stub":
        this.#stub(line);
        break;
      case "entry":
        this.#entry(line);
        break;
      case "root":
        this.#root(line);
        break;
      case "end":
        this.#end(line);
        break;
      default:
        assertNever(line);
    }
  }

  #begin({ chain, after }: ChainLine): void {
    this.#hasEnd = false;
    if (this.#chain !== undefined) {
      if (chain !== this.#chain) this.#find("other_chain", `a part of "${chain}" in an export of "${this.#chain}"`);
      else if (after > this.#head.seq) this.#gap(after + 1);
      else if (after < this.#head.seq)
        this.#find("repeated", `a part begins after ${after}, and ${this.#head.seq} was there`);
      return;
    }
    this.#chain = chain;
    if (after === 0) return;
    this.#head = { seq: after, hash: "" };
    this.#follows = false;
  }

  #key(line: KeyLine): void {
    const verdict = this.#keys.add(line);
    if (verdict === "not_a_key") this.#find("bad_key", `${line.keyId} is not the fingerprint of its key`);
    // What it signed is found where it stands.
    if (verdict === "not_trusted" && line.endorsement !== undefined) {
      this.#find("untrusted_key", `no trusted key has endorsed ${line.keyId}`);
    }
  }

  #stub({ firstSeq, lastSeq, root }: StubLine): void {
    if (firstSeq !== this.#head.seq + 1) this.#gap(firstSeq);
    if (root.seq !== lastSeq)
      this.#find("bad_root", `what stands for ${firstSeq} to ${lastSeq} is signed for ${root.seq}`);
    if (!this.#signed(root)) return;
    this.#removed += lastSeq - firstSeq + 1;
    this.#head = { seq: lastSeq, hash: root.hash };
    this.#follows = true;
  }

  #entry({ seq, previous, hash, fact }: EntryLine): void {
    const { seq: before, hash: known } = this.#head;
    if (seq <= before) {
      this.#find("repeated", `entry ${seq} stands after ${before}`);
      return;
    }
    if (seq > before + 1) this.#gap(seq);
    else if (this.#follows && previous !== known) {
      this.#find(
        "broken_link",
        `entry ${seq} does not follow on ${before}: one of the two was put in the other's place`,
      );
    }
    if (entryHash(this.#chain ?? "", seq, previous, factText(fact)) !== hash) {
      this.#find("changed", `entry ${seq} says something else than when it was written`);
    }
    this.#entries++;
    if (this.#firstSeq === 0) this.#firstSeq = seq;
    this.#head = { seq, hash };
    this.#follows = true;
  }

  #root(root: RootLine): void {
    if (root.seq !== this.#head.seq || (this.#follows && root.hash !== this.#head.hash)) {
      this.#find("bad_root", `what was signed for ${root.day} is not what stands here as entry ${root.seq}`);
    } else this.#signed(root);
  }

  #end({ seq }: EndLine): void {
    const { seq: last } = this.#head;
    if (seq !== last) this.#find("not_complete", `the export says that it ends with ${seq}, and it ends with ${last}`);
  }

  #signed(root: RootLine | StubLine["root"]): boolean {
    const signed = this.#keys.hasSigned(root);
    if (signed === undefined)
      this.#find("unknown_signer", `${root.day} is signed by ${root.keyId}, which is not trusted`);
    else if (!signed) this.#find("bad_signature", `the signature of ${root.day} (entry ${root.seq}) is wrong`);
    else this.#signedUpTo = root.seq;
    return signed === true;
  }

  #gap(next: number): void {
    this.#find("gap", `entries ${this.#head.seq + 1} to ${next - 1} are missing`);
  }

  #find(code: FindingCode, says: string): void {
    this.#findingsInAll++;
    if (this.#findings.length < FINDINGS_MAX) this.#findings.push({ line: this.#lines, code, says });
  }
}

function factText(fact: EntryLine["fact"]): string {
  try {
    return canonicalJson(fact);
  } catch {
    // Deeper than any fact that was written: no hash fits it.
    return "";
  }
}
