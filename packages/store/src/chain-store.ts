import type { ChainLink, ChainMoves, ChainRef, ChainStore, DueLink } from "@cordon/coordinator-core";
import type { ActionKind, ActionState } from "@cordon/core/action";
import type { ActionId, EpochMs, TenantId } from "@cordon/core/kernel";
import type { PlannedChain } from "@cordon/core/planning";
import type { Database, Queryable } from "./database.ts";
import { writeEntries } from "./move-actions.ts";

/** Stored beside the plan that has them, in its transaction. */
export async function insertChains(tx: Queryable, tenantId: TenantId, chains: readonly PlannedChain[]): Promise<void> {
  if (chains.length === 0) return;
  const rows = chains.flatMap(({ chainId, links }) => links.map((link) => ({ chainId, ...link })));
  await tx.query(
    `INSERT INTO chain_links (tenant_id, chain_id, place, action_id, on_failure, deadline_ms, waits_for)
     SELECT $1, "chainId", place, "actionId", "onFailure", "deadlineMs", "waitsFor"
     FROM json_to_recordset($2::json) AS r("chainId" text, place integer, "actionId" text, "onFailure" text,
       "deadlineMs" bigint, "waitsFor" text)
     ON CONFLICT DO NOTHING`,
    [tenantId, JSON.stringify(rows)],
    "insert_chains",
  );
}

/**
 * The awaited action has ended, or the waiting one has. An end that later evidence may settle otherwise is waited out where a
 * failure would stop the chain.
 */
const IS_SETTLED = `(s.state IN ('succeeded', 'failed', 'refused', 'expired', 'cancelled', 'rotated', 'deleted_by_operator')
  OR s.state IN ('no_console', 'unknown') AND EXISTS (SELECT FROM chain_links p WHERE p.tenant_id = w.tenant_id
    AND p.chain_id = w.chain_id AND p.action_id = w.waits_for AND p.on_failure = 'continue')
  OR EXISTS (SELECT FROM actions o WHERE o.tenant_id = w.tenant_id AND o.action_id = w.action_id AND o.state <> 'held'))`;

export function createChainStore(database: Database): ChainStore {
  return {
    listSettled: (limit, after) =>
      (after === undefined ? database.asFleet : database.forTenant(after.tenantId)).query<ChainRef>(
        `SELECT DISTINCT w.tenant_id AS "tenantId", w.chain_id AS "chainId"
         FROM chain_links w JOIN actions s ON s.tenant_id = w.tenant_id AND s.action_id = w.waits_for
         WHERE w.waits_for IS NOT NULL AND ${IS_SETTLED}
           AND ($2::text IS NULL OR w.tenant_id = $2 AND w.waits_for = ANY($3::text[]))
         LIMIT $1`,
        [limit, after?.tenantId ?? null, after?.actionIds ?? null],
        after === undefined ? "settled_chains" : "chains_after",
      ),
    step: (chain, decide, now) => database.forTenant(chain.tenantId).transaction((tx) => step(tx, chain, decide, now)),
    listDue: (limit) =>
      database.asFleet.query<DueLink>(
        `SELECT c.tenant_id AS "tenantId", c.action_id AS "actionId", min(a.deadline) AS deadline,
           min(c.deadline_ms) AS "deadlineMs"
         FROM chain_links c JOIN actions a ON a.tenant_id = c.tenant_id AND a.action_id = c.action_id
         WHERE c.release_due GROUP BY c.tenant_id, c.action_id ORDER BY c.tenant_id, c.action_id LIMIT $1`,
        [limit],
        "due_links",
      ),
    async settleDue(tenantId, actionIds) {
      await database
        .forTenant(tenantId)
        .query(
          "UPDATE chain_links SET release_due = false WHERE tenant_id = $1 AND action_id = ANY($2) AND release_due",
          [tenantId, actionIds],
          "settle_due_links",
        );
    },
  };
}

async function step(
  tx: Queryable,
  { tenantId, chainId }: ChainRef,
  decide: (links: readonly ChainLink[]) => ChainMoves,
  now: EpochMs,
): Promise<void> {
  // Actions before links, as a plan does that lets a longer isolation take the place of a link's.
  const actions = await tx.query<ActionRow>(
    `SELECT action_id, kind, state FROM actions WHERE tenant_id = $1 AND action_id IN (
       SELECT action_id FROM chain_links WHERE tenant_id = $1 AND chain_id = $2)
     ORDER BY action_id FOR NO KEY UPDATE`,
    [tenantId, chainId],
    "lock_chain_actions",
  );
  const rows = await tx.query<LinkRow>(
    "SELECT place, action_id, on_failure, waits_for FROM chain_links WHERE tenant_id = $1 AND chain_id = $2 ORDER BY place FOR UPDATE",
    [tenantId, chainId],
    "lock_chain",
  );
  const known = new Map(actions.map((action) => [action.action_id, action]));
  // Another action took the place of one in between: the next look meets it.
  if (rows.some(({ action_id: id }) => id !== null && !known.has(id))) return;
  const links = rows.map((row) => toLink(row, known.get(row.action_id as ActionId)));
  const { free, stop, done, wait } = decide(links);
  await writeEntries(
    tx,
    tenantId,
    links
      .filter(({ place }) => stop?.places.includes(place))
      .flatMap(({ action }) => action ?? [])
      .map(({ actionId }) => ({
        actionId,
        at: now,
        source: "rules",
        state: "cancelled",
        stateAfter: "cancelled",
        outcome: "moved",
        detail: { evidence: { rung: "none" }, code: "action.chain_stopped", message: stop?.message ?? "" },
      })),
    now,
  );
  const changes = [
    ...free.map((place) => ({ place, due: true })),
    ...[...done, ...(stop?.places ?? [])].map((place) => ({ place, due: false })),
    ...wait.map(({ place, on }) => ({ place, on, due: false })),
  ];
  if (changes.length === 0) return;
  await tx.query(
    `UPDATE chain_links c SET waits_for = r."on", release_due = r.due
     FROM json_to_recordset($3::json) AS r(place integer, "on" text, due boolean)
     WHERE c.tenant_id = $1 AND c.chain_id = $2 AND c.place = r.place`,
    [tenantId, chainId, JSON.stringify(changes)],
    "step_chain",
  );
}

interface ActionRow {
  readonly action_id: ActionId;
  readonly kind: ActionKind;
  readonly state: ActionState;
}

interface LinkRow {
  readonly place: number;
  readonly action_id: ActionId | null;
  readonly on_failure: "stop" | "continue";
  readonly waits_for: ActionId | null;
}

function toLink(
  { place, on_failure: onFailure, waits_for: waitsFor }: LinkRow,
  action: ActionRow | undefined,
): ChainLink {
  return {
    place,
    onFailure,
    ...(action === undefined ? {} : { action: { actionId: action.action_id, kind: action.kind, state: action.state } }),
    ...(waitsFor === null ? {} : { waitsFor }),
  };
}
