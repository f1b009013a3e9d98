import { createHash, createHmac } from "node:crypto";
import { AppError, type Clock, type Random, type Secret, type TenantId } from "@cordon/core/kernel";
import type { CredentialKey, IntakeCredentialStore } from "../ports/intake-credentials.ts";
import { normaliseFingerprint } from "../sites/fingerprint.ts";
import { verifyPassword } from "./password-hash.ts";

/** What a request shows of its sender. */
export type SenderClaim =
  | { readonly kind: "basic"; readonly user: string; readonly password: Secret }
  | { readonly kind: "secretPath"; readonly segment: Secret }
  /** SHA-256 of the certificate's DER, in hex; the TLS layer has verified possession of the key. */
  | { readonly kind: "clientCertificate"; readonly fingerprint: string };

export interface SenderAuthenticator {
  /**
   * Undefined: unknown sender (`intake.unauthorized`), also when two claims name different tenants. Throws
   * `intake.overloaded` when too many passwords wait to be checked. A removed credential is unknown at once.
   */
  authenticate(claims: readonly SenderClaim[]): Promise<TenantId | undefined>;
}

/** A checked password is not checked again for so long: scrypt is not paid per request. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 10_000;
/** scrypt takes a core's tenth of a second: a flood of wrong passwords must not take all. */
const CHECKS_MAX = 64;

/** Compared against when the user is unknown, so that the time taken does not tell who exists. No password has this key. */
const NOBODY = `scrypt$15$8$1$${"A".repeat(22)}$${"A".repeat(43)}`;

export function createSenderAuthenticator(deps: {
  readonly store: Pick<IntakeCredentialStore, "findCredential">;
  readonly clock: Clock;
  readonly random: Random;
}): SenderAuthenticator {
  const isRight = createPasswordCheck(deps.clock, deps.random);

  const recognise = async (claim: SenderClaim): Promise<TenantId | undefined> => {
    const credential = await deps.store.findCredential(keyOf(claim));
    if (claim.kind !== "basic") return credential?.tenantId;
    const hash = credential?.proof.kind === "basic" ? credential.proof.passwordHash : NOBODY;
    return (await isRight(claim.password, hash)) ? credential?.tenantId : undefined;
  };

  return {
    async authenticate(claims) {
      const tenants = await Promise.all(claims.map(recognise));
      const known = new Set(tenants.filter((tenantId) => tenantId !== undefined));
      return known.size === 1 ? [...known][0] : undefined;
    },
  };
}

export function hashSegment(segment: Secret): string {
  return createHash("sha256").update(segment.reveal()).digest("hex");
}

/** Remembers right passwords by a MAC under a key of this process: no password and no quickly guessable hash is kept. */
function createPasswordCheck(clock: Clock, random: Random): (password: Secret, hash: string) => Promise<boolean> {
  const macKey = random.bytes(32);
  const rightUntilMs = new Map<string, number>();
  const underWay = new Map<string, Promise<boolean>>();

  const check = async (key: string, password: Secret, hash: string): Promise<boolean> => {
    try {
      const right = await verifyPassword(password, hash);
      if (right) {
        forgetOldest(rightUntilMs, REMEMBERED_MAX);
        rightUntilMs.set(key, clock.monotonicMs() + REMEMBERED_MS);
      }
      return right;
    } finally {
      underWay.delete(key);
    }
  };

  return async (password, hash) => {
    const key = createHmac("sha256", macKey).update(`${hash}\n${password.reveal()}`).digest("base64");
    if ((rightUntilMs.get(key) ?? 0) > clock.monotonicMs()) return true;
    rightUntilMs.delete(key);
    const already = underWay.get(key);
    if (already) return already;
    if (underWay.size >= CHECKS_MAX) throw new AppError("intake.overloaded", "too many passwords wait to be checked");
    const checking = check(key, password, hash);
    underWay.set(key, checking);
    return checking;
  };
}

/** Makes room for one more. A Map keeps the order of insertion. */
function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size < max) return;
    map.delete(key);
  }
}

function keyOf(claim: SenderClaim): CredentialKey {
  switch (claim.kind) {
    case "basic":
      return { kind: "basic", user: claim.user };
    case "secretPath":
      return { kind: "secretPath", segmentHash: hashSegment(claim.segment) };
    case "clientCertificate":
      return { kind: "clientCertificate", fingerprint: normaliseFingerprint(claim.fingerprint) };
  }
}
