import { PARTITION_MS } from "@cordon/coordinator-core";
import type { EpochMs } from "@cordon/core/kernel";
import type { Queryable, Work } from "./database.ts";

/** What is cut into weeks; an event goes with the decisions of its week, and after them. */
export const PARTITIONED = ["decisions", "events", "budget_changes"] as const;

export type Partitioned = (typeof PARTITIONED)[number];

/** Weeks that are there before they begin: a coordinator that is down for a month still finds its place. */
const WEEKS_AHEAD = 5;
/** Whoever waits for the lock holds up everybody behind it; the next run tries again. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'";

export interface Partition {
  readonly table: Partitioned;
  readonly name: string;
  /** Absent: from the beginning. */
  readonly from?: number;
  readonly to: number;
}

/** Every partition with an end, oldest first; the one for the rest has none. */
export async function listPartitions(db: Queryable): Promise<readonly Partition[]> {
  const rows = await db.query<{ table: Partitioned; name: string; from: number | null; to: number | null }>(
    `SELECT parent.relname AS table, part.relname AS name,
       substring(bound from 'FROM \\(''?(-?[0-9]+)')::bigint AS from, substring(bound from 'TO \\(''?(-?[0-9]+)')::bigint AS to
     FROM pg_class parent JOIN pg_inherits i ON i.inhparent = parent.oid JOIN pg_class part ON part.oid = i.inhrelid,
       LATERAL (SELECT pg_get_expr(part.relpartbound, part.oid) AS bound) AS b
     WHERE parent.relname = ANY($1) AND parent.relnamespace = current_schema()::regnamespace
     ORDER BY "to", array_position($1, parent.relname::text)`,
    [PARTITIONED],
  );
  return rows.flatMap(({ table, name, from, to }) =>
    to === null ? [] : [{ table, name, to, ...(from === null ? {} : { from }) }],
  );
}

/** Makes the partitions of this week and the next ones; answers how many. */
export async function keepPartitions(fleet: Work, now: EpochMs): Promise<number> {
  const present = await listPartitions(fleet);
  const thisWeek = Math.floor(now / PARTITION_MS);
  let made = 0;
  for (const table of PARTITIONED) {
    for (let week = thisWeek; week <= thisWeek + WEEKS_AHEAD; week++) {
      const from = week * PARTITION_MS;
      const isThere = present.some((each) => each.table === table && (each.from ?? 0) <= from && from < each.to);
      if (!isThere && (await makePartition(fleet, table, from))) made++;
    }
  }
  return made;
}

/** False: rows of that week lie in the partition for the rest already, and stay there. */
async function makePartition(fleet: Work, table: Partitioned, from: number): Promise<boolean> {
  const name = `${table}_w${from / PARTITION_MS}`;
  const to = from + PARTITION_MS;
  return fleet.transaction(async (tx) => {
    await tx.query(LOCK_TIMEOUT);
    // Two processes that start together: the second finds it made.
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('partition ' || $1, 0))", [name]);
    const [found] = await tx.query<{ made: string | null; occupied: boolean }>(
      `SELECT to_regclass($1)::text AS made,
         EXISTS (SELECT FROM ${table} WHERE ${TIME_OF[table]} >= $2 AND ${TIME_OF[table]} < $3) AS occupied`,
      [name, from, to],
    );
    if (found === undefined || found.made !== null || found.occupied) return false;
    await tx.query("SELECT cordon_make_partition($1, $2, $3, $4)", [table, name, from, to]);
    return true;
  });
}

/** The column by which each is cut. */
const TIME_OF = { events: "received_at", decisions: "decided_at", budget_changes: "measured_at" } as const;

export async function dropPartition(fleet: Work, { table, name }: Partition): Promise<void> {
  await fleet.transaction(async (tx) => {
    await tx.query(LOCK_TIMEOUT);
    await tx.query("SELECT cordon_drop_partition($1, $2)", [table, name]);
  });
}
