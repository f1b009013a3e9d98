export { LEDGER_FILE } from "./open-database.ts";
export { lockStateDir } from "./process-lock.ts";
export { type LedgerReader, openLedgerReader, openLedgerStore } from "./sqlite-ledger-store.ts";
