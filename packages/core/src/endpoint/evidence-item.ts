import type { EpochMs } from "../kernel/index.ts";

/** One object of an endpoint's quarantine list as KSC knows it (kaspersky.md 4.19). What KSC does not tell is absent. */
export interface EvidenceItem {
  readonly itemId: string;
  /** The file's name or path on the endpoint. */
  readonly objectName: string;
  readonly bytes?: number;
  readonly addedAt?: EpochMs;
  readonly md5?: string;
  readonly sha256?: string;
}
