import { canonicalJson } from "./canonical.ts";
import type { ForwardedEntry } from "./cef.ts";

/** Facility 13 is "log audit"; severity 5 is "notice", 4 "warning" (RFC 5424, 6.2.1). */
const FACILITY = 13 * 8;
const NOTICE = FACILITY + 5;
const WARNING = FACILITY + 4;
/** The number that RFC 5612 keeps for examples: Cordon has none of its own. */
const SD_ID = "cordon@32473";
const NAME_CHARS_MAX = 255;

/** [U9] One message of RFC 5424: where it stands in the chain as structured data, and behind it what it says, as it was hashed. */
export function syslogOf({ chain, seq, previous, hash, sealedAt, fact }: ForwardedEntry, host: string): string {
  const { kind, code } = fact as { readonly kind?: unknown; readonly code?: unknown };
  const priority = code === undefined && kind !== "denied" ? NOTICE : WARNING;
  const data = Object.entries({ chain, seq, previous, hash })
    .map(([name, value]) => ` ${name}="${escapeParameter(String(value))}"`)
    .join("");
  const head = [`<${priority}>1`, new Date(sealedAt).toISOString(), printable(host), "cordon", "-", printable(kind)];
  return `${head.join(" ")} [${SD_ID}${data}] ${canonicalJson(fact)}`;
}

function escapeParameter(value: string): string {
  return value.replace(/["\\\]]/g, "\\$&");
}

function printable(value: unknown): string {
  const kept = String(value).replace(/[^\x21-\x7e]/g, "");
  return kept === "" ? "-" : kept.slice(0, NAME_CHARS_MAX);
}
