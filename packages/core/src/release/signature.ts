import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { AppError, type Secret } from "../kernel/index.ts";

/** A key that may sign releases. `id` names it in an offer, so that keys can be exchanged without a day on which both are new. */
export interface ReleaseKey {
  /** The first 16 hex digits of the SHA-256 of the key's SPKI form. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

export interface ReleaseSignature {
  readonly keyId: string;
  /** Base64 of 64 bytes. */
  readonly signature: string;
}

/** Reads an Ed25519 public key: PEM, or the base64 of its SPKI form on one line. Throws `config.invalid`. */
export function parseReleaseKey(text: string): ReleaseKey {
  try {
    const trimmed = text.trim();
    const key = trimmed.startsWith("-----")
      ? createPublicKey(trimmed)
      : createPublicKey({ key: Buffer.from(trimmed, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519") throw new Error(`it is ${key.asymmetricKeyType}, not Ed25519`);
    return { id: keyIdOf(key), publicKey: key };
  } catch (cause) {
    const text = `a release key must be an Ed25519 public key, PEM or base64 SPKI: ${(cause as Error).message}`;
    throw new AppError("config.invalid", text, { cause });
  }
}

/** One line for a configuration. */
export function formatReleaseKey({ publicKey }: ReleaseKey): string {
  return spkiOf(publicKey).toString("base64");
}

/** Throws `config.invalid` when it is no Ed25519 private key in PEM. */
export function signRelease(
  manifest: Uint8Array,
  privateKeyPem: Secret,
): ReleaseSignature & { readonly key: ReleaseKey } {
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKeyPem.reveal());
    if (key.asymmetricKeyType !== "ed25519") throw new Error("not Ed25519");
  } catch {
    // The cause may quote what was read.
    throw new AppError("config.invalid", "the release key must be an Ed25519 private key in PEM");
  }
  const publicKey = createPublicKey(key);
  const id = keyIdOf(publicKey);
  return { keyId: id, signature: sign(null, manifest, key).toString("base64"), key: { id, publicKey } };
}

/** The key of ours that signed exactly these bytes; undefined when none did. */
export function verifyRelease(
  manifest: Uint8Array,
  { keyId, signature }: ReleaseSignature,
  keys: readonly ReleaseKey[],
): ReleaseKey | undefined {
  const bytes = Buffer.from(signature, "base64");
  return keys.find((key) => key.id === keyId && verify(null, manifest, key.publicKey, bytes));
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" });
}

function keyIdOf(key: KeyObject): string {
  return createHash("sha256").update(spkiOf(key)).digest("hex").slice(0, 16);
}
