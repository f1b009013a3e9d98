export type { SetAside } from "./open-database.ts";
export { lockStateDir } from "./process-lock.ts";
export { LEDGER_FILE } from "./set-aside.ts";
export { type LedgerReader, openLedgerReader, openLedgerStore, type StoreEvents } from "./sqlite-ledger-store.ts";
