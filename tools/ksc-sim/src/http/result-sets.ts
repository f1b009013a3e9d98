import { badArgument, KscError, notFound } from "../model/errors.ts";
import type { KscParams } from "../model/values.ts";

export type ResultSetKind = "accessor" | "tasks" | "host_status" | "events" | "view" | "settings";

/** A server-side result that a client reads in pieces; lives as long as its session, or until nobody touched it (K9). */
export interface ResultSet<T = unknown> {
  readonly kind: ResultSetKind;
  readonly items: readonly T[];
  project(item: T): KscParams;
  readonly lifetimeMs: number;
  lastUsedMs: number;
  /** Where GetNext… goes on. */
  cursor: number;
  /** What the settings storage of `settings` refers to. */
  readonly subject?: unknown;
}

/** A session may hold so many; beyond it the server refuses (the real bound is not documented). */
const SETS_MAX = 2000;
const LIFETIME_SECONDS_MAX = 7200;

export interface ResultSets {
  add<T>(
    set: {
      kind: ResultSetKind;
      items: readonly T[];
      project: (item: T) => KscParams;
      lifetimeSeconds: number;
      subject?: unknown;
    },
    nowMs: number,
  ): string;
  /** Throws KLSTD 1186 when it expired, was released, or never was in this session. */
  get(id: string, kind: ResultSetKind, nowMs: number): ResultSet;
  release(id: string, kind: ResultSetKind, nowMs: number): void;
  readonly size: number;
}

export function createResultSets(makeId: () => string): ResultSets {
  const sets = new Map<string, ResultSet>();

  function dropExpired(nowMs: number): void {
    for (const [id, set] of sets) if (isExpired(set, nowMs)) sets.delete(id);
  }

  function get(id: string, kind: ResultSetKind, nowMs: number): ResultSet {
    const set = sets.get(id);
    if (set === undefined || set.kind !== kind) throw notFound("Result set", id);
    if (isExpired(set, nowMs)) {
      sets.delete(id);
      throw notFound("Result set", id);
    }
    set.lastUsedMs = nowMs;
    return set;
  }

  return {
    add: (given, nowMs) => {
      if (given.lifetimeSeconds <= 0) throw badArgument("lifetime", "must be at least one second");
      if (sets.size >= SETS_MAX) dropExpired(nowMs);
      if (sets.size >= SETS_MAX)
        throw new KscError("limit", "Too many open result sets in this session", { subcode: -1 });
      const id = makeId();
      sets.set(id, {
        kind: given.kind,
        items: given.items,
        project: given.project as (item: unknown) => KscParams,
        // The vendor's own samples ask for more than the documented most, so more is cut, not refused.
        lifetimeMs: Math.min(given.lifetimeSeconds, LIFETIME_SECONDS_MAX) * 1000,
        lastUsedMs: nowMs,
        cursor: 0,
        subject: given.subject,
      });
      return id;
    },
    get,
    release: (id, kind, nowMs) => {
      get(id, kind, nowMs);
      sets.delete(id);
    },
    get size() {
      return sets.size;
    },
  };
}

function isExpired(set: ResultSet, nowMs: number): boolean {
  return nowMs - set.lastUsedMs > set.lifetimeMs;
}
