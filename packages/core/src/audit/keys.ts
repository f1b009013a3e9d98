import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { keyBytes, rootBytes } from "./chain.ts";
import type { KeyLine, SignedRoot } from "./lines.ts";

/** SHA-256 of a public key's DER, hex. */
export function keyIdOf(publicKeyDer: Uint8Array): string {
  return createHash("sha256").update(publicKeyDer).digest("hex");
}

export type KeyVerdict = "trusted" | "not_trusted" | "not_a_key";

/** The keys of one chain that may be believed: those that were named beforehand, and what they endorsed [U5]. */
export class TrustedKeys {
  readonly #chain: () => string;
  readonly #named: ReadonlySet<string>;
  readonly #keys = new Map<string, KeyObject>();

  constructor(chain: () => string, named: readonly string[]) {
    this.#chain = chain;
    this.#named = new Set(named);
  }

  add({ keyId, publicKey, endorsedBy, endorsement }: KeyLine): KeyVerdict {
    const der = Buffer.from(publicKey, "base64");
    const key = keyIdOf(der) === keyId ? readKey(der) : undefined;
    if (key === undefined) return "not_a_key";
    const older = endorsedBy === undefined ? undefined : this.#keys.get(endorsedBy);
    const isEndorsed = older !== undefined && signedBy(older, keyBytes(this.#chain(), keyId), endorsement ?? "");
    if (!this.#named.has(keyId) && !isEndorsed) return "not_trusted";
    this.#keys.set(keyId, key);
    return "trusted";
  }

  /** Undefined: no key of that id is trusted. */
  hasSigned(root: SignedRoot): boolean | undefined {
    const key = this.#keys.get(root.keyId);
    return key === undefined ? undefined : signedBy(key, rootBytes(this.#chain(), root), root.signature);
  }
}

function readKey(der: Buffer): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

function signedBy(key: KeyObject, bytes: Buffer, signature: string): boolean {
  return verify(null, bytes, key, Buffer.from(signature, "base64"));
}
