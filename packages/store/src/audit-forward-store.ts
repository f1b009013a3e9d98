import type { AuditForwardStore, ForwardCursor } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { present } from "./present.ts";

/** Any fixed number: one process forwards at a time. */
const FORWARD_LOCK = 7_301_884_205_916n;
/** Looked at in one round; the others have their turn in the next. */
const CHAINS_MAX = 500;

export function createAuditForwardStore(database: Database): AuditForwardStore {
  const fleet = database.asFleet;
  return {
    alone: (work) => fleet.withLock(FORWARD_LOCK, work),
    behind: async () => {
      // Whoever waits longest first, so that none is starved by those that have much.
      const rows = await fleet.query<ForwardCursor>(
        `SELECT h.tenant_id AS chain, COALESCE(f.up_to, 0) AS "upTo", f.at
         FROM audit_heads h LEFT JOIN audit_forwards f USING (tenant_id)
         WHERE h.seq > COALESCE(f.up_to, 0) ORDER BY f.at NULLS FIRST, h.tenant_id LIMIT $1`,
        [CHAINS_MAX],
      );
      return rows.map((row) => present(row) as never);
    },
    async cursorOf(chain) {
      const [row] = await fleet.query<ForwardCursor>(
        `SELECT tenant_id AS chain, up_to AS "upTo", at FROM audit_forwards WHERE tenant_id = $1`,
        [chain],
      );
      return row ?? { chain, upTo: 0 };
    },
    async confirm(cursors, now) {
      await fleet.query(
        `INSERT INTO audit_forwards (tenant_id, up_to, at)
         SELECT chain, "upTo", $2 FROM json_to_recordset($1::json) AS r(chain text, "upTo" bigint)
         ON CONFLICT (tenant_id) DO UPDATE SET (up_to, at) = (GREATEST(audit_forwards.up_to, EXCLUDED.up_to), EXCLUDED.at)`,
        [JSON.stringify(cursors), now],
      );
    },
  };
}
