import { cefOf, type ForwardedEntry } from "./cef.ts";
import { syslogOf } from "./syslog.ts";

/** `cef`: a line each, as KUMA's collectors take it. `syslog`: RFC 5424, each behind its length (RFC 5425, 6587). */
export const FORWARD_FORMATS = ["cef", "syslog"] as const;
export type ForwardFormat = (typeof FORWARD_FORMATS)[number];

export interface ForwardStyle {
  readonly format: ForwardFormat;
  /** As this machine is called. */
  readonly host: string;
  readonly version: string;
}

/** [U9] What goes over the line for these entries, which follow on `after`: where some are not there any more, that is said. */
export function forwardText(entries: readonly ForwardedEntry[], after: number, style: ForwardStyle): string {
  let last = after;
  let text = "";
  for (const entry of entries) {
    if (entry.seq > last + 1) text += framed(missing(entry, last + 1), style);
    text += framed(entry, style);
    last = entry.seq;
  }
  return text;
}

function framed(entry: ForwardedEntry, { format, host, version }: ForwardStyle): string {
  if (format === "cef") return `${cefOf(entry, version)}\n`;
  const message = syslogOf(entry, host);
  return `${new TextEncoder().encode(message).length} ${message}`;
}

/** In the place of the last of those that are not there: their own hashes are not known, but the one that the next follows on is. */
function missing({ chain, seq, previous, sealedAt }: ForwardedEntry, first: number): ForwardedEntry {
  const fact = {
    kind: "audit",
    by: { as: "cordon", name: "forwarder" },
    what: `entries ${first} to ${seq - 1} were removed before they were forwarded`,
    code: "audit.gap",
  };
  return { chain, seq: seq - 1, hash: previous, previous: "-", sealedAt, fact };
}
