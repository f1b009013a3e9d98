import type { EpochMs } from "@cordon/core/kernel";

/** `introducing`: agents learn of the new root. `replacing`: they renew what the old authority signed. */
export type RotationPhase = "steady" | "introducing" | "replacing";

export type AuthorityRole = "current" | "next" | "old";

/** The authorities that count, without their keys. */
export interface AuthorityView {
  readonly phase: RotationPhase;
  /** Of what agents are told. */
  readonly bundleVersion: number;
  /** The intermediate that signs. */
  readonly signer: string;
  readonly roots: readonly {
    readonly id: string;
    /** SHA-256 of the certificate, hex. */
    readonly fingerprint: string;
    readonly role: AuthorityRole;
    readonly expiresAt: EpochMs;
    /** Whether its key lies on this machine. */
    readonly keyHere: boolean;
  }[];
  readonly signers: readonly { readonly id: string; readonly role: AuthorityRole; readonly expiresAt: EpochMs }[];
  readonly recovery: { readonly publicKey: string; readonly keyHere: boolean; readonly sequence: number };
}

/** What a recovery key's owner signed: the exact bytes and the signature, base64. */
export interface SignedRecovery {
  readonly statement: string;
  readonly signature: string;
}

/** Holds the authorities and their keys. */
export interface AuthorityKeeper {
  view(): Promise<AuthorityView>;
  /** Throws `identity.rotation_under_way` and `identity.root_key_missing`. */
  rotate(what: "root" | "intermediate"): Promise<void>;
  /** One phase on. Throws `identity.rotation_none`. */
  finish(): Promise<void>;
  /** Throws `identity.recovery_refused`. */
  recover(signed: SignedRecovery, publicKey: string): Promise<void>;
}
