import type { EntriesChanged, EntryCommand, ListRecord, ListRefusal, ListStore } from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import { keyText, LIST_LIMITS as LIMITS, type ListDefinition, shapeOf } from "@cordon/core/lists";
import { type ListNeed, unmetNeeds } from "@cordon/core/rules";
import type { Database, Queryable } from "./database.ts";
import {
  dropColumns,
  NOTHING,
  putEntries,
  removeEntries,
  removeOthers,
  removeThroughout,
  sumOf,
  type WriteTarget,
  type Written,
} from "./list-entry-writes.ts";
import { createListReads } from "./list-reads.ts";
import { addRevision, LIST_COLUMNS, type ListRow, lockList, needsInUse, toList } from "./list-rows.ts";
import { storableText } from "./storable.ts";

export function createListStore(database: Database): ListStore {
  return {
    ...createListReads(database),
    createList: (tenantId, definition, actor) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        // The tenant's row is the lock: no more than the bound, whoever makes lists at the same time.
        const tenants = await tx.query("SELECT FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE", [tenantId]);
        if (tenants.length === 0) return { kind: "no_tenant" };
        const [made] = await tx.query<{ count: number; taken: boolean }>(
          `SELECT count(*)::integer AS count, COALESCE(bool_or(name = $2), false) AS taken
           FROM lists WHERE tenant_id = $1 AND NOT deleted`,
          [tenantId, definition.name],
        );
        if (made?.taken === true) return { kind: "exists" };
        if ((made?.count ?? 0) >= LIMITS.listsMax) {
          return {
            kind: "full",
            problem: `the tenant has ${LIMITS.listsMax} lists, and that is as many as it may have`,
          };
        }
        const [row] = await tx.query<ListRow>(
          `INSERT INTO lists (tenant_id, name, definition, revision, reshaped_at, entries, bytes, created_at, created_by, changed_at, changed_by)
           VALUES ($1, $2, $3, 0, 0, 0, 0, $4, $5, $4, $5) RETURNING ${LIST_COLUMNS}`,
          [tenantId, definition.name, JSON.stringify(definition), actor.at, storableText(actor.by)],
        );
        const { listId } = row as ListRow;
        return { kind: "created", list: await revise(tx, { tenantId, listId, kind: "created", actor, definition }) };
      }),
    changeList: (tenantId, name, actor, decide) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        const list = await lockList(tx, tenantId, name);
        if (list === undefined) return { kind: "not_found" };
        const decided = decide(list, await needsInUse(tx, tenantId, name));
        if (decided.kind === "refuse") return { kind: "refused", why: decided.why };
        if (decided.kind === "keep") return { kind: "done", list };
        const { definition, droppedColumns } = decided;
        const target = targetOf(tenantId, list, actor);
        const written = droppedColumns.length === 0 ? NOTHING : await dropColumns(tx, target, droppedColumns);
        const reshaped = droppedColumns.length > 0;
        const { listId } = list;
        return {
          kind: "done",
          list: await revise(tx, { tenantId, listId, kind: "changed", actor, definition, written, reshaped }),
        };
      }),
    deleteList: (tenantId, name, actor) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        const list = await lockList(tx, tenantId, name);
        if (list === undefined) return { kind: "not_found" };
        const unmet = unmetNeeds(await needsInUse(tx, tenantId, name), { names: [], shapeOf: () => undefined });
        if (unmet.length > 0) return { kind: "in_use", problems: unmet };
        const written = await removeThroughout(tx, targetOf(tenantId, list, actor), "true");
        await revise(tx, { tenantId, listId: list.listId, kind: "deleted", actor, written, deleted: true });
        return { kind: "deleted" };
      }),
    changeEntries: async (tenantId, name, listId, command, actor) => {
      const answer = await orRefused(() =>
        database.forTenant(tenantId).transaction(async (tx): Promise<EntriesChanged | ListRefusal> => {
          const locked = await lockList(tx, tenantId, name);
          if (locked?.listId !== listId) return { kind: "not_found" };
          // What is over is not there: what takes its place is new.
          let list = locked;
          for (;;) {
            const less = await removeOver(tx, tenantId, list, actor.at, OVER_A_STATEMENT);
            if (less === undefined) break;
            list = less;
          }
          const written = await carryOut(tx, targetOf(tenantId, list, actor), command);
          const { added, replaced, removed } = written;
          const asked = command.kind === "removed" ? command.keys.length : command.entries.length;
          const unchanged = command.kind === "removed" ? asked - removed : asked - added - replaced;
          if (added + replaced + removed === 0) return { kind: "done", list, ...written, unchanged };
          const after = await revise(tx, { tenantId, listId, kind: command.kind, actor, written });
          if (added > 0 || written.bytes > 0) await refuseWhenFull(tx, tenantId, after);
          return { kind: "done", list: after, added, replaced, removed, unchanged };
        }),
      );
      if (answer.kind === "done" && answer.added + answer.replaced + answer.removed >= LOOK_FROM) {
        // Only slower without: the server looks by itself within minutes.
        await database
          .forTenant(tenantId)
          .query("SELECT cordon_analyze('list_entries', 'list_entry_revisions')")
          .catch(() => {});
      }
      return answer;
    },
    async removeExpired(now, limit) {
      const lists = await database.asFleet.query<{ tenant_id: TenantId; list_id: number }>(
        `SELECT DISTINCT tenant_id, list_id FROM (
           SELECT tenant_id, list_id FROM list_entries WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) AS over`,
        [now, limit],
        "lists_with_expired",
      );
      let removed = 0;
      for (const { tenant_id, list_id } of lists) {
        removed += await database.forTenant(tenant_id).transaction(async (tx) => {
          // Another process is at it, or somebody changes it and removes them on the way.
          const [row] = await tx.query<ListRow>(
            `SELECT ${LIST_COLUMNS} FROM lists WHERE list_id = $1 AND NOT deleted FOR UPDATE SKIP LOCKED`,
            [list_id],
          );
          if (row === undefined) return 0;
          const list = toList(row);
          const after = await removeOver(tx, tenant_id, list, now, limit);
          return after === undefined ? 0 : list.entries - after.entries;
        });
      }
      return removed;
    },
    async forgetEntryRevisions(before, limit) {
      const rows = await database.asFleet.query(
        `DELETE FROM list_entry_revisions WHERE at < $1 AND change_id IN (
           SELECT change_id FROM list_entry_revisions ORDER BY change_id LIMIT $2) RETURNING change_id`,
        [before, limit],
      );
      return rows.length;
    },
  };
}

interface Revising {
  readonly tenantId: TenantId;
  readonly listId: number;
  readonly kind: string;
  readonly actor: { readonly at: EpochMs; readonly by: string; readonly reason?: string };
  readonly definition?: ListDefinition;
  readonly written?: Written;
  readonly deleted?: true;
  readonly reshaped?: boolean;
}

function revise(
  tx: Queryable,
  { tenantId, listId, kind, actor, definition, written = NOTHING, deleted, reshaped = false }: Revising,
): Promise<ListRecord> {
  const { added, replaced, removed, bytes } = written;
  return addRevision(
    tx,
    tenantId,
    listId,
    {
      kind,
      at: actor.at,
      by: storableText(actor.by),
      reason: actor.reason === undefined ? null : storableText(actor.reason),
      added,
      replaced,
      removed,
      ...(definition === undefined ? {} : { definition }),
    },
    { entries: added - removed, bytes, reshaped, ...(deleted === undefined ? {} : { deleted }) },
  );
}

function targetOf(tenantId: TenantId, list: ListRecord, actor: WriteTarget["actor"]): WriteTarget {
  return { tenantId, listId: list.listId, revision: list.revision + 1, actor };
}

async function carryOut(tx: Queryable, target: WriteTarget, command: EntryCommand): Promise<Written> {
  if (command.kind === "removed") {
    return removeEntries(tx, target, "e.key = ANY ($6::text[])", [command.keys.map(keyText)]);
  }
  const written = await putEntries(tx, target, command.entries);
  return command.only === true ? sumOf(written, await removeOthers(tx, target, command.entries)) : written;
}

/** Rows that are removed at a time. */
const OVER_A_STATEMENT = 5_000;

/** Rows of a change after which the server is told to look at the table: a list that is read by its keys needs no sorting then. */
const LOOK_FROM = 5_000;

/** Who removes what is over. */
const BY_TIME = "time";

/** As a change of its own; undefined when nothing is over. */
async function removeOver(
  tx: Queryable,
  tenantId: TenantId,
  list: ListRecord,
  now: EpochMs,
  limit: number,
): Promise<ListRecord | undefined> {
  const actor = { at: now, by: BY_TIME };
  const condition = `e.key IN (SELECT key FROM list_entries WHERE list_id = $2 AND expires_at <= $6 ORDER BY expires_at LIMIT $7)`;
  const written = await removeEntries(tx, targetOf(tenantId, list, actor), condition, [now, limit]);
  if (written.removed === 0) return undefined;
  return revise(tx, { tenantId, listId: list.listId, kind: "expired", actor, written });
}

/** Thrown to roll back what was written, and caught at once. */
class RolledBack extends Error {
  readonly refusal: ListRefusal;
  constructor(refusal: ListRefusal) {
    super("rolled back");
    this.refusal = refusal;
  }
}

async function orRefused<T>(work: () => Promise<T>): Promise<T | ListRefusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal;
    throw error;
  }
}

/** The bounds are looked at when the change is made, and it is undone when it goes past one. */
async function refuseWhenFull(tx: Queryable, tenantId: TenantId, list: ListRecord): Promise<void> {
  const needs: readonly ListNeed[] = await needsInUse(tx, tenantId, list.name);
  const unmet = unmetNeeds(needs, { names: [], shapeOf: () => shapeOf(list, list.entries) });
  if (unmet.length > 0) throw new RolledBack({ kind: "in_use", problems: unmet });
  const [sizes] = await tx.query<Sizes>(
    `SELECT own.*, every.entries AS "allEntries", every.bytes AS "allBytes"
     FROM (SELECT COALESCE(sum(entries), 0)::bigint AS "tenantEntries", COALESCE(sum(bytes), 0)::bigint AS "tenantBytes"
       FROM lists WHERE tenant_id = $1 AND NOT deleted) AS own, cordon_list_totals() AS every`,
    [tenantId],
  );
  const problem = fullBecause(list, sizes as Sizes);
  if (problem !== undefined) throw new RolledBack({ kind: "full", problem });
}

interface Sizes {
  readonly tenantEntries: number;
  readonly tenantBytes: number;
  readonly allEntries: number;
  readonly allBytes: number;
}

function fullBecause({ entries }: ListRecord, sizes: Sizes): string | undefined {
  const bounds: readonly (readonly [size: number, max: number, what: string])[] = [
    [entries, LIMITS.entriesMax, "entries in this list"],
    [sizes.tenantEntries, LIMITS.tenantEntriesMax, "entries in all lists of the tenant"],
    [sizes.tenantBytes, LIMITS.tenantBytesMax, "bytes in all lists of the tenant"],
    [sizes.allEntries, LIMITS.allEntriesMax, "entries in the lists of all tenants"],
    [sizes.allBytes, LIMITS.allBytesMax, "bytes in the lists of all tenants"],
  ];
  const over = bounds.find(([size, max]) => size > max);
  return over && `there would be ${over[0]} ${over[2]}; at most ${over[1]}`;
}
