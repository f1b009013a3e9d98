import { entryKey, type LedgerEntry } from "../entry.ts";
import type { SiteLedger } from "../site-ledger.ts";
import type { Attempt } from "../submit-action.ts";
import type { SiteAnswer } from "./site-word.ts";

/**
 * What becomes of an entry that the site does not let go: refused, or it waits in its slot with the reason and, when it is
 * known, the earliest time. Undefined: it may go.
 */
export function holdBack(ledger: SiteLedger, entry: LedgerEntry, answer: SiteAnswer): Attempt | undefined {
  if (answer.kind === "go") return undefined;
  if (answer.kind === "refuse") {
    ledger.move(entryKey(entry), "refused", { inDoubt: false, code: answer.code, message: answer.reason });
    return { kind: "done" };
  }
  const { code, reason: message, earliest, retryMs } = answer;
  const words = { promoted: true, code, message, ...(earliest === undefined ? {} : { earliest }) };
  if (entry.state !== "deferred") ledger.move(entryKey(entry), "deferred", words);
  else if (entry.code !== code) ledger.amend(entryKey(entry), words, "tell");
  else if (entry.earliest !== earliest) ledger.amend(entryKey(entry), words, "silent");
  return { kind: "again", afterMs: retryMs };
}
