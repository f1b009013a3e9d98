import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { restore } from "@cordon/agent-core";
import type { Endpoint } from "@cordon/core/endpoint";
import type { EndpointId } from "@cordon/core/kernel";
import { INVENTORY_SCHEMA_VERSION } from "./inventory-schema.ts";
import { INVENTORY_FILE } from "./open-inventory-database.ts";

/** What the agent's copy of the inventory knows of single endpoints, beside a running agent. */
export interface InventoryReader {
  find(endpointId: EndpointId): Endpoint | undefined;
  close(): void;
}

/** Undefined when there is no copy, or none that this release can read: names are then not known, and nothing else is lost. */
export function openInventoryReader(stateDir: string): InventoryReader | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path.join(stateDir, INVENTORY_FILE), { readOnly: true });
    db.exec("PRAGMA busy_timeout = 5000");
    if (db.prepare("PRAGMA user_version").get()?.user_version === INVENTORY_SCHEMA_VERSION) return readerOf(db);
  } catch {
    // Not there yet, or torn: the agent makes it anew.
  }
  db?.close();
  return undefined;
}

function readerOf(db: DatabaseSync): InventoryReader {
  const one = db.prepare("SELECT facts, last_seen FROM hosts WHERE endpoint_id = ? AND waits < 2");
  return {
    find(endpointId) {
      const row = one.get(endpointId);
      if (row === undefined) return undefined;
      const lastSeenAt = row.last_seen === null ? undefined : Number(row.last_seen);
      return restore({ facts: String(row.facts), lastSeenAt });
    },
    close: () => db.close(),
  };
}
