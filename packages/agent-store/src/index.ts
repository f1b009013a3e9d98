export { type EvidenceVaultOptions, openEvidenceVault } from "./file-evidence-vault.ts";
export { type InventoryReader, openInventoryReader } from "./inventory-reader.ts";
export type { SetAside } from "./open-database.ts";
export { INVENTORY_FILE } from "./open-inventory-database.ts";
export { holderOfStateDir, lockStateDir } from "./process-lock.ts";
export { LEDGER_FILE } from "./set-aside.ts";
export { openInventoryStore } from "./sqlite-inventory-store.ts";
export { type LedgerReader, openLedgerReader, openLedgerStore, type StoreEvents } from "./sqlite-ledger-store.ts";
