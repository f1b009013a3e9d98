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
  /** All that have this name or FQDN, whatever the case, at most `max`. */
  named(name: string, max: number): readonly Endpoint[];
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
  const byName = db.prepare(
    `SELECT facts, last_seen FROM hosts WHERE waits < 2
       AND (lower(facts->>'displayName') = ?1 OR lower(facts->>'fqdn') = ?1 OR lower(facts->>'hostName') = ?1) LIMIT ?2`,
  );
  const endpointOf = (row: Record<string, unknown>) => {
    const lastSeenAt = row.last_seen === null ? undefined : Number(row.last_seen);
    return restore({ facts: String(row.facts), lastSeenAt });
  };
  return {
    find(endpointId) {
      const row = one.get(endpointId);
      return row === undefined ? undefined : endpointOf(row);
    },
    named: (name, max) => byName.all(name.toLowerCase(), max).map(endpointOf),
    close: () => db.close(),
  };
}
