import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type LedgerEntry, slotOf } from "@cordon/agent-core";
import { LEDGER_FILE } from "@cordon/agent-store";
import { actionId, epochMs } from "@cordon/core/kernel";
import { endpointOf, openLedger } from "./site-ledger.ts";

export const ROWS = 1_000_000;
export const ENDPOINTS = 10_000;
/** Of the hundred rows of an endpoint: finished tasks that still take their slot; the rest is memory. */
const SLOTS_PER_ENDPOINT = 80;

/** A ledger as a site has after years: every endpoint nearly full, nothing open. Filled past the fsyncs, then closed whole. */
export function buildBigLedger(work: string): string {
  const stateDir = path.join(work, "big");
  mkdirSync(stateDir);
  // The file's form is the agent's own.
  void openLedger(stateDir).close();
  const db = new DatabaseSync(path.join(stateDir, LEDGER_FILE));
  db.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN");
  const insert = db.prepare(`
    INSERT INTO entries (action_id, endpoint_id, standing, state, changed_at, deadline, slot, body)
    VALUES (?, ?, ?, 'succeeded', ?, ?, ?, ?)`);
  for (let row = 0; row < ROWS; row++) {
    const inUse = Math.floor(row / ENDPOINTS) < SLOTS_PER_ENDPOINT;
    const entry = finished(row, inUse);
    const { actionId: id, endpointId, deadline } = entry.order;
    const slotText = inUse ? JSON.stringify(slotOf(entry)) : null;
    insert.run(id, endpointId, inUse ? 1 : 0, entry.changedAt, deadline, slotText, JSON.stringify(entry));
  }
  db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return stateDir;
}

function finished(row: number, inUse: boolean): LedgerEntry {
  const at = epochMs(1_700_000_000_000 + row * 1_000);
  const name = `[Response][KUMA] quarantineFile - 02.03.2026 12:14:11 - ${row}`;
  return {
    order: {
      actionId: actionId(`act_${row.toString(16).padStart(32, "0")}`),
      endpointId: endpointOf(row % ENDPOINTS),
      spec: { kind: "quarantineFile", path: "C:\\Users\\Public\\svc.exe", sha256: "ab".repeat(32) },
      deadline: epochMs(at + 3_600_000),
    },
    state: "succeeded",
    admittedAt: at,
    changedAt: at,
    evidence: { rung: "event", incidentId: row, taskId: String(row), taskName: name, hostState: 4, eventDbId: row },
    sends: 1,
    firstSentAt: at,
    lastSentAt: at,
    inDoubt: false,
    task: { taskId: String(row), scope: "global", name, createdAt: at },
    promoted: false,
    slotFreed: !inUse,
  };
}
