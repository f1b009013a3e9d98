import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { AppError } from "../kernel/index.ts";

/** A public key that may sign a tenant's orders. */
export interface OrderKey {
  /** The first 32 hex digits of the SHA-256 of the key's SPKI form. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** The keys that count for a tenant's orders, as they are handed out and kept. */
export interface OrderKeyList {
  /** Grows with every change. */
  readonly version: number;
  /** Each the base64 of its SPKI form. */
  readonly keys: readonly { readonly keyId: string; readonly publicKey: string }[];
}

/** More than a rotation with its overlap ever needs. */
export const ORDER_KEYS_MAX = 16;

/** Throws `order.bad_keys` for what is no Ed25519 key, or does not have the id that it is given. */
export function parseOrderKeys({ keys }: OrderKeyList): readonly OrderKey[] {
  if (keys.length > ORDER_KEYS_MAX) throw new AppError("order.bad_keys", `${keys.length} keys`);
  return keys.map(({ keyId, publicKey }) => {
    const key = parseKey(Buffer.from(publicKey, "base64"));
    if (orderKeyId(key) !== keyId) throw new AppError("order.bad_keys", "a key does not have its id");
    return { keyId, publicKey: key };
  });
}

function parseKey(spki: Buffer): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: spki, format: "der", type: "spki" });
  } catch (cause) {
    throw new AppError("order.bad_keys", "not a public key", { cause });
  }
  if (key.asymmetricKeyType !== "ed25519") throw new AppError("order.bad_keys", `a key is ${key.asymmetricKeyType}`);
  return key;
}

export function orderKeyId(publicKey: KeyObject): string {
  return createHash("sha256").update(spkiOf(publicKey)).digest("hex").slice(0, 32);
}

/** As it is handed out. */
export function writeOrderKey(publicKey: KeyObject): OrderKeyList["keys"][number] {
  return { keyId: orderKeyId(publicKey), publicKey: spkiOf(publicKey).toString("base64") };
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: "der", type: "spki" });
}

/** An order as it came: nothing of the payload may be believed yet. */
export interface SignedBytes {
  readonly keyId: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** [O1] Whether one of these keys signed exactly these bytes. */
export function verifyOrder(
  { keyId, payload, signature }: SignedBytes,
  keys: readonly OrderKey[],
): "good" | "unknown_key" | "bad_signature" {
  const key = keys.find((one) => one.keyId === keyId);
  if (key === undefined) return "unknown_key";
  return verify(null, payload, key.publicKey, signature) ? "good" : "bad_signature";
}
