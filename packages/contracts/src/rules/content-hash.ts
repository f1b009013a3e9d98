import { createHash } from "node:crypto";
import type { Rule } from "@cordon/core/rules";

/** SHA-256 over what the rules say: comments, formatting, the split into files and the order in them do not count. */
export function contentHash(rules: readonly Rule[]): string {
  const ordered = rules.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return createHash("sha256").update(canonicalJson(ordered)).digest("hex");
}

/** JSON with members in one order and without white space, so that equal values print alike. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
