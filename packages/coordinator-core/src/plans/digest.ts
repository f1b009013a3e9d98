import { createHash } from "node:crypto";

/** SHA-256 of the value's JSON, 64 hex digits: values that were made alike have the same. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
