import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Random, Secret } from "@cordon/core/kernel";

/** 32 MiB and about a tenth of a second of a core: dear to a guesser, and paid once a minute by a sender. */
const COST = { logN: 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

const derive = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);

/** `scrypt$15$8$1$<salt>$<key>`, base64url: carries its own cost, so that the cost can be raised later. */
export async function hashPassword(password: Secret, random: Random): Promise<string> {
  const salt = random.bytes(SALT_BYTES);
  const key = await deriveKey(password, salt, COST);
  return ["scrypt", COST.logN, COST.r, COST.p, Buffer.from(salt).toString("base64url"), key.toString("base64url")].join(
    "$",
  );
}

/** False also for a hash that is not in this form. */
export async function verifyPassword(password: Secret, hash: string): Promise<boolean> {
  const [scheme, logN, r, p, salt, key] = hash.split("$");
  if (scheme !== "scrypt" || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64url");
  const actual = await deriveKey(password, Buffer.from(salt, "base64url"), {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
  });
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function deriveKey(
  password: Secret,
  salt: Uint8Array,
  { logN, r, p }: { logN: number; r: number; p: number },
): Promise<Buffer> {
  const N = 2 ** logN;
  // Node's default bound (32 MiB) is just below what N = 2^15 needs.
  return derive(password.reveal(), salt, KEY_BYTES, { N, r, p, maxmem: 2 * 128 * N * r });
}
