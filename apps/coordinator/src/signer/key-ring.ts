import { AppError, type EpochMs } from "@cordon/core/kernel";
import { ORDER_KEYS_MAX, type OrderKeyList } from "@cordon/core/signing";
import type { SigningKey, SigningKeys } from "./order-signer.ts";

/** A tenant's keys through their lives; every change is a new version, which agents learn by. */

export const NO_KEYS: SigningKeys = { version: 0, keys: [] };

export type NewKey = Pick<SigningKey, "keyId" | "publicKey">;

export function inForce({ keys }: SigningKeys): readonly SigningKey[] {
  return keys.filter(({ state }) => state === "in_force");
}

export function listOf(ring: SigningKeys): OrderKeyList {
  return { version: ring.version, keys: inForce(ring).map(({ keyId, publicKey }) => ({ keyId, publicKey })) };
}

/** Throws `signing_key.too_many`. */
export function addKey(ring: SigningKeys, key: NewKey, now: EpochMs): SigningKeys {
  if (inForce(ring).length >= ORDER_KEYS_MAX) throw new AppError("signing_key.too_many", `${ORDER_KEYS_MAX} keys`);
  const version = ring.version + 1;
  const added: SigningKey = { ...key, since: version, state: "in_force", createdAt: now };
  return { version, keys: [...ring.keys, added] };
}

/** Throws `signing_key.not_found`, `.ended`, and `.current` for the newest one in force. */
export function endKey(ring: SigningKeys, keyId: string, state: "retired" | "revoked", now: EpochMs): SigningKeys {
  const key = ring.keys.find((one) => one.keyId === keyId);
  if (key === undefined) throw new AppError("signing_key.not_found", keyId);
  // One that was retired may turn out to be known to others.
  if (key.state === "revoked" || key.state === state)
    throw new AppError("signing_key.ended", `${keyId} is ${key.state}`);
  if (inForce(ring).at(-1)?.keyId === keyId) throw new AppError("signing_key.current", keyId);
  const ended: SigningKey = { ...key, state, endedAt: now };
  return { version: ring.version + 1, keys: ring.keys.map((one) => (one === key ? ended : one)) };
}

/**
 * With which key an agent is spoken to. Unknown what it holds: the oldest, which all hold that are up to date. A list of keys goes by
 * any key that the agent has, also an ended one: else who missed a rotation could never be reached again.
 */
export function keyFor(ring: SigningKeys, held: number | undefined, what: "order" | "keys"): SigningKey | undefined {
  const present = inForce(ring);
  if (held === undefined) return present[0];
  const known = present.filter(({ since }) => since <= held);
  if (known.length > 0) return known.at(-1);
  if (what === "order") return present[0];
  return ring.keys.filter(({ since }) => since <= held).at(-1) ?? present[0];
}
