/** An entry as it is forwarded. */
export interface ForwardedEntry {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  readonly previous: string;
  /** Epoch milliseconds. */
  readonly sealedAt: number;
  readonly fact: Readonly<Record<string, unknown>>;
}

/** What of a fact has a field of its own in CEF; the rest is in `cs6`. */
interface Told {
  readonly at?: unknown;
  readonly kind?: unknown;
  readonly by?: { readonly as?: unknown; readonly name?: unknown };
  readonly from?: unknown;
  readonly what?: unknown;
  readonly reason?: unknown;
  readonly code?: unknown;
  readonly site?: unknown;
  readonly targets?: readonly unknown[];
  readonly targetsInAll?: unknown;
  readonly targetsHash?: unknown;
  readonly rule?: unknown;
  readonly plan?: unknown;
  readonly refs?: unknown;
}

/** CEF's, 0 to 10. */
const SEVERITY = { usual: 3, brakes: 5, refused: 7 } as const;
const BRAKES: readonly unknown[] = ["brake", "rule-hold", "loosening", "authority"];

/**
 * [U9] One line of CEF, without an end of line: `CEF:0|Cordon|Cordon|version|kind|what|severity|fields`. `externalId` is the number in the
 * chain, so that who receives it sees what is missing or came twice.
 */
export function cefOf({ chain, seq, hash, sealedAt, fact }: ForwardedEntry, version: string): string {
  const told = fact as Told;
  const { targets, targetsInAll, targetsHash, rule, refs } = told;
  const header = ["Cordon", "Cordon", version, text(told.kind), text(told.what), String(severityOf(told))];
  const fields: readonly (readonly [string, unknown])[] = [
    ["externalId", seq],
    ["rt", sealedAt],
    ["start", told.at],
    ["cat", told.kind],
    ["act", told.what],
    ["suser", told.by?.name],
    ["spriv", told.by?.as],
    ...addressOf(told.from),
    ["reason", told.code],
    ["msg", told.reason],
    ["cnt", targetsInAll ?? targets?.length],
    ...labelled("cs1", "tenant", chain === "-" ? undefined : chain),
    ...labelled("cs2", "site", told.site),
    ...labelled("cs3", "hash", hash),
    ...labelled("cs4", "rule", rule),
    ...labelled("cs5", "plan", told.plan),
    ...labelled("cs6", "refs", refs),
    ...labelled("flexString1", "targets", targets?.join(" ")),
    ...labelled("flexString2", "targetsHash", targetsHash),
  ];
  const extension = fields.filter(([, value]) => value !== undefined);
  return `CEF:0|${header.map(escapeHeader).join("|")}|${extension.map(([key, value]) => `${key}=${escapeValue(text(value))}`).join(" ")}`;
}

function severityOf({ code, kind }: Told): number {
  if (code !== undefined || kind === "denied") return SEVERITY.refused;
  return BRAKES.includes(kind) ? SEVERITY.brakes : SEVERITY.usual;
}

/** `src` holds addresses of four bytes only. */
function addressOf(from: unknown): readonly (readonly [string, unknown])[] {
  if (typeof from !== "string") return [];
  return from.includes(":") ? labelled("c6a2", "Source IPv6 Address", from) : [["src", from]];
}

function labelled(key: string, label: string, value: unknown): readonly (readonly [string, unknown])[] {
  return value === undefined
    ? []
    : [
        [`${key}Label`, label],
        [key, value],
      ];
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "" : (JSON.stringify(value) ?? "");
}

/** Words of others: none of them ends the field or the line that it stands in. */
function escapeHeader(value: string): string {
  return oneLine(
    value
      .replaceAll("\\", "\\\\")
      .replaceAll("|", "\\|")
      .replace(/[\r\n]+/g, " "),
  );
}

function escapeValue(value: string): string {
  return oneLine(value.replaceAll("\\", "\\\\").replaceAll("=", "\\=").replaceAll("\r", "\\r").replaceAll("\n", "\\n"));
}

/** Also what only some programs take for an end of line, and what terminals obey. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
}
