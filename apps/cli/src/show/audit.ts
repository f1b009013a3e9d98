import type { auditEntry, auditKey, auditStatus } from "@cordon/contracts/api";
import type { AuditReport } from "@cordon/core/audit";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import type { Paint } from "./paint.ts";
import { plain } from "./plain-text.ts";
import { type Column, formatFields, formatTable } from "./table.ts";
import { formatDuration, formatMoment, formatWhen } from "./times.ts";

export type Entry = z.output<typeof auditEntry>;

/** A fact as it is shown; whatever a newer coordinator adds is in the export. */
interface Shown {
  readonly at?: EpochMs;
  readonly kind?: string;
  readonly by?: { readonly as?: string; readonly name?: string };
  readonly from?: string;
  readonly what?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly site?: string;
  readonly targets?: readonly string[];
  readonly targetsInAll?: number;
}

const shown = ({ fact }: Entry): Shown => fact as Shown;

export function auditColumns(now: EpochMs): readonly Column<Entry>[] {
  return [
    { title: "seq", of: ({ seq }) => seq, right: true },
    { title: "when", of: (entry) => formatWhen(shown(entry).at ?? entry.sealedAt, now) },
    { title: "kind", of: (entry) => shown(entry).kind },
    { title: "by", of: (entry) => shown(entry).by?.name },
    { title: "from", of: (entry) => shown(entry).from },
    { title: "what", of: (entry) => shown(entry).what },
    { title: "site", of: (entry) => shown(entry).site },
    { title: "code", of: (entry) => shown(entry).code },
    { title: "why", of: (entry) => shown(entry).reason },
  ];
}

export function formatEntry(entry: Entry, now: EpochMs): string {
  const { at, kind, by, from, what, reason, code, site, targets, targetsInAll, ...rest } = shown(entry) as Shown &
    Record<string, unknown>;
  const others = Object.entries(rest).map(([name, value]) => [name, plain(JSON.stringify(value))] as const);
  return formatFields([
    ["entry", entry.seq],
    ["when", at === undefined ? undefined : formatMoment(at, now)],
    ["kind", kind],
    ["by", by === undefined ? undefined : plain(`${by.name} (${by.as})`)],
    ["from", from],
    ["what", what],
    ["why", reason],
    ["code", code],
    ["site", site],
    ["to", targets?.join(", ")],
    ["to in all", targetsInAll],
    ...others,
    ["hash", entry.hash],
    ["follows on", entry.previous],
  ]);
}

export function formatStatus(status: z.output<typeof auditStatus>, now: EpochMs): string {
  return formatFields([
    ["chain", status.chain === "-" ? "- (what belongs to no tenant)" : status.chain],
    ["entries", status.entries],
    [
      "signed",
      status.signedAt === undefined ? "not yet" : `up to ${status.signedUpTo}, ${formatWhen(status.signedAt, now)}`,
    ],
    [
      "waiting",
      status.waitingSince === undefined
        ? "nothing"
        : `${status.waiting}, since ${formatWhen(status.waitingSince, now)}`,
    ],
    [
      "kept",
      `${formatDuration(status.days * 86_400_000)}${status.own === undefined ? ", by default" : `, set by ${plain(status.own.changedBy)}`}`,
    ],
    ["forwarded", formatForwarded(status, now)],
    ["head", status.hash],
  ]);
}

function formatForwarded({ entries, forwarded }: z.output<typeof auditStatus>, now: EpochMs): string | undefined {
  if (forwarded === undefined) return undefined;
  const { upTo, trouble } = forwarded;
  const behind = entries - upTo;
  const how = behind > 0 ? `up to ${upTo}, ${behind} behind` : "all";
  return trouble === undefined ? how : `${how}; ${trouble.code} since ${formatWhen(trouble.since, now)}`;
}

export function formatKeys(keys: readonly z.output<typeof auditKey>[], now: EpochMs): string {
  return formatTable(
    [
      { title: "fingerprint", of: ({ keyId }) => keyId },
      { title: "since", of: ({ since }) => formatWhen(since, now) },
      { title: "vouched for by", of: ({ endorsedBy }) => endorsedBy?.slice(0, 16) },
    ],
    keys,
  );
}

export function formatReport(report: AuditReport, paint: Paint): string {
  const { ok, chain, entries, firstSeq, lastSeq, removed, signedUpTo, findings, findingsInAll } = report;
  const head = formatFields([
    ["chain", plain(chain)],
    ["entries", entries === 0 ? 0 : `${entries}, ${firstSeq} to ${lastSeq}`],
    ["removed", removed === 0 ? undefined : `${removed} as over age, and proven to have been there`],
    ["signed", `up to ${signedUpTo}`],
  ]);
  if (ok) return `${head}\n\n${paint.green("Proven: nothing was changed, left out, put in or moved.")}`;
  const rest = findingsInAll - findings.length;
  return [
    head,
    "",
    paint.red(`NOT proven: ${findingsInAll} ${findingsInAll === 1 ? "finding" : "findings"}.`),
    ...findings.map(({ line, code, says }) => `  line ${line}: ${plain(says)} (${code})`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ].join("\n");
}
