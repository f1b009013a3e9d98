import type { ErrorCode } from "@cordon/core/kernel";

/** Where files that were fetched from endpoints lie: a folder that only the agent's own account may enter. */
export interface EvidenceVault {
  /**
   * Takes the file in and hashes it on the way; it is there under its name only when all of it is. The name is made from the ids,
   * never by the endpoint. Nothing stays of a file that is refused or that breaks off; what `chunks` throws is passed on.
   */
  keep(file: IncomingFile): Promise<KeptFile | VaultRefusal>;
}

export interface IncomingFile {
  readonly actionId: string;
  readonly itemId: string;
  /** As the endpoint announced it. */
  readonly bytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Called with the hashes before the file gets its name; what it answers refuses it. */
  readonly check: (hashes: FileHashes) => VaultRefusal | undefined;
}

export interface FileHashes {
  /** Hex, lower case. */
  readonly sha256: string;
  readonly md5: string;
}

export interface KeptFile {
  readonly kind: "kept";
  /** Relative to the evidence folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface VaultRefusal {
  readonly kind: "refused";
  readonly code: Extract<ErrorCode, `fetch.${string}`>;
  readonly message: string;
}
