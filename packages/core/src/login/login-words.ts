import { createHash } from "node:crypto";

/**
 * What terminal and browser both show of one sign-in, so that a person sees that they belong together: `1A2B-3C4D`, out of the
 * challenge that the command line made.
 */
export function loginWords(challenge: string): string {
  const digits = createHash("sha256").update(challenge).digest("hex").slice(0, 8).toUpperCase();
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}
