import { createHash } from "node:crypto";

/** A token has more randomness than a hash keeps, so it needs no salt and no slow hash. */
export function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
