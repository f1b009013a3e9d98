import { createHash } from "node:crypto";
import type { Indicator, IndicatorType } from "@cordon/core/action";
import { AppError } from "@cordon/core/kernel";

/** KES 12.x: one file at most 2 MB, all of a task at most 10 MB (KES-220828). */
export const OPEN_IOC_LIMITS = { fileBytesMax: 2_000_000, taskBytesMax: 10_000_000 } as const;

export interface IocFile {
  readonly name: string;
  readonly content: string;
}

/** Where each indicator is looked for: OpenIOC document, search term, content type. Terms beyond files are UNCONFIRMED. */
const TERMS: Readonly<Record<IndicatorType, readonly [document: string, search: string, contentType: string]>> = {
  md5: ["FileItem", "FileItem/Md5sum", "md5"],
  sha256: ["FileItem", "FileItem/Sha256sum", "sha256"],
  filePath: ["FileItem", "FileItem/FullPath", "string"],
  fileName: ["FileItem", "FileItem/FileName", "string"],
  ipAddress: ["PortItem", "PortItem/remoteIP", "IP"],
  domain: ["DnsEntryItem", "DnsEntryItem/Host", "string"],
  url: ["UrlHistoryItem", "UrlHistoryItem/URL", "string"],
};

/** Rendering the same order twice must give the same bytes, so the document carries no time of its own. */
const NO_TIME = "1970-01-01T00:00:00";

/**
 * The indicators as OpenIOC 1.1 documents, any of them being a hit, split so that each keeps the size limit. Throws
 * `action.invalid_arguments` when they cannot be written as XML or are more than a task may carry.
 */
export function renderOpenIoc(taskKey: string, indicators: readonly Indicator[]): readonly IocFile[] {
  const files: IocFile[] = [];
  let items: string[] = [];
  let bytes = 0;
  let total = 0;
  const flush = () => {
    if (items.length === 0) return;
    const name = `cordon-${taskKey}-${files.length + 1}.ioc`;
    const content = wrapItems(`${taskKey}/${files.length}`, items);
    files.push({ name, content });
    total += Buffer.byteLength(content);
    items = [];
    bytes = 0;
  };
  for (const [index, indicator] of indicators.entries()) {
    const item = renderItem(`${taskKey}/item/${index}`, indicator, index);
    const itemBytes = Buffer.byteLength(item);
    if (bytes + itemBytes > OPEN_IOC_LIMITS.fileBytesMax - ENVELOPE_BYTES) flush();
    items.push(item);
    bytes += itemBytes;
  }
  flush();
  if (total > OPEN_IOC_LIMITS.taskBytesMax) {
    throw new AppError(
      "action.invalid_arguments",
      `indicators: ${total} bytes as OpenIOC; KES takes at most ${OPEN_IOC_LIMITS.taskBytesMax} in one scan`,
    );
  }
  return files;
}

/** More than `wrapItems` adds. */
const ENVELOPE_BYTES = 2_048;

function wrapItems(key: string, items: readonly string[]): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="${uuidOf(key)}" last-modified="${NO_TIME}" published-date="${NO_TIME}">`,
    `<metadata><short_description>Cordon ${escapeXml(key, "name")}</short_description></metadata>`,
    `<criteria><Indicator id="${uuidOf(`${key}/root`)}" operator="OR">`,
    ...items,
    "</Indicator></criteria>",
    "<parameters/>",
    "</OpenIOC>",
  ].join("\n");
}

function renderItem(key: string, { type, value }: Indicator, index: number): string {
  const [document, search, contentType] = TERMS[type];
  return (
    `<IndicatorItem id="${uuidOf(key)}" condition="is" preserve-case="false" negate="false">` +
    `<Context document="${document}" search="${search}" type="mir"/>` +
    `<Content type="${contentType}">${escapeXml(value, `indicators[${index}]`)}</Content></IndicatorItem>`
  );
}

/** Ids inside one task must differ (KES-220828). Derived, so that a repeat is byte-equal. */
function uuidOf(key: string): string {
  const hex = createHash("sha256").update(key).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(text: string, argument: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // XML has no way to write these, not even escaped.
    if (code < 0x20 || code === 0xfffe || code === 0xffff) throw unwritable(argument);
  }
  if (!text.isWellFormed()) throw unwritable(argument);
  return text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

function unwritable(argument: string): AppError {
  return new AppError("action.invalid_arguments", `${argument}: contains a character that an IOC file cannot hold`);
}
