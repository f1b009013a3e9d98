import { asAppError, type Clock, type EpochMs, type Logger, type TenantId } from "@cordon/core/kernel";
import {
  buildTable,
  catalogueOf,
  changedTable,
  factsOfTables,
  type ListTable,
  TABLE_CHANGES_MAX,
} from "@cordon/core/lists";
import type { ListCatalogue, ListFacts, ListNeed } from "@cordon/core/rules";
import type { ListPlace, ListStore } from "../ports/tenant-lists.ts";

/** What the rules in use need of tenants' lists, in memory; every process follows what any of them changes. */
export interface ActiveLists {
  /** What there is to compile rules against. */
  catalogue(tenantId: TenantId): Promise<ListCatalogue>;
  /** Has the lists in memory before it resolves, and follows them until other needs are told; throws `store.unavailable`. */
  hold(tenantId: TenantId, needs: readonly ListNeed[]): Promise<void>;
  /** What they say at this moment; a later change does not show in it. */
  factsAt(tenantId: TenantId, now: EpochMs): ListFacts;
  /** The same of lists that need not be held: for rules that are only tried. */
  factsFor(tenantId: TenantId, needs: readonly ListNeed[], now: EpochMs): Promise<ListFacts>;
  /** Takes what has changed of the tenant's lists. */
  refresh(tenantId: TenantId): Promise<void>;
  start(): void;
  stop(): void;
}

/** With the read itself, well below the second within which every process follows. */
const POLL_MS = 500;

interface Held {
  readonly place: ListPlace;
  readonly table: ListTable;
}

interface HeldTenant {
  /** By name. A list that is needed and not there has nothing in it. */
  lists: ReadonlyMap<string, Held>;
}

export function createActiveLists(deps: {
  readonly store: ListStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for what changed; default 0.5 s. */
  readonly pollMs?: number;
}): ActiveLists {
  const { store, clock, logger, pollMs = POLL_MS } = deps;
  const tenants = new Map<TenantId, HeldTenant>();
  const stopping = new AbortController();
  let tail: Promise<void> = Promise.resolve();

  /** One after another, so that an older answer never replaces a newer one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.then(
      () => {},
      () => {},
    );
    return done;
  };

  const readWhole = async (listId: number): Promise<Held | undefined> => {
    const builder = buildTable();
    const startedMs = clock.monotonicMs();
    const place = await store.readWhole(listId, (entries) => builder.add(entries));
    if (place === undefined) return undefined;
    const table = builder.finish();
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    logger.info("lists.load", { listId, revision: place.revision, entries: table.base.size, durationMs });
    return { place, table };
  };

  const caughtUp = async (held: Held, now: ListPlace): Promise<Held | undefined> => {
    const { place, table } = held;
    if (place.revision === now.revision) return held;
    if (place.revision < now.reshapedAt) return readWhole(now.listId);
    const changes = await store.changesAfter(now.listId, place.revision, TABLE_CHANGES_MAX);
    const changed = changes && changedTable(table, changes);
    if (changed === undefined) return readWhole(now.listId);
    // Changes are read after the place, so there may be more of them than it says; taking one again changes nothing.
    return { place: now, table: changed };
  };

  const load = async (tenantId: TenantId, name: string): Promise<Held | undefined> => {
    const place = await store.placeOf(tenantId, name);
    if (place === undefined) return undefined;
    const known = tenants.get(tenantId)?.lists.get(name);
    return known?.place.listId === place.listId ? caughtUp(known, place) : readWhole(place.listId);
  };

  const loadAll = async (tenantId: TenantId, names: ReadonlySet<string>): Promise<ReadonlyMap<string, Held>> => {
    const lists = new Map<string, Held>();
    for (const name of names) {
      const held = await load(tenantId, name);
      if (held !== undefined) lists.set(name, held);
    }
    return lists;
  };

  /** One statement when nothing has changed, however many lists there are. */
  const follow = async (only?: TenantId): Promise<void> => {
    const asked = [...tenants].filter(([tenantId]) => only === undefined || tenantId === only);
    const listIds = asked.flatMap(([, { lists }]) => [...lists.values()].map(({ place }) => place.listId));
    if (listIds.length === 0) return;
    const places = new Map((await store.places(listIds)).map((place) => [place.listId, place]));
    for (const [, tenant] of asked) {
      const lists = new Map(tenant.lists);
      for (const [name, held] of tenant.lists) {
        const place = places.get(held.place.listId);
        const next = place === undefined ? undefined : await caughtUp(held, place);
        if (next === undefined) lists.delete(name);
        else lists.set(name, next);
      }
      tenant.lists = lists;
    }
  };

  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(pollMs, stopping.signal);
      await inTurn(() => follow()).catch((error: unknown) => {
        logger.warn("lists.poll", { outcome: "failed", code: asAppError(error).code });
      });
    }
  };

  const factsOf = (lists: ReadonlyMap<string, Held>, now: EpochMs): ListFacts =>
    factsOfTables(new Map([...lists].map(([name, { table }]) => [name, table])), now);

  return {
    catalogue: async (tenantId) => catalogueOf(await store.shapes(tenantId)),
    hold: (tenantId, needs) =>
      inTurn(async () => {
        const names = namesOf(needs);
        if (names.size === 0) tenants.delete(tenantId);
        else tenants.set(tenantId, { lists: await loadAll(tenantId, names) });
      }),
    factsAt: (tenantId, now) => factsOf(tenants.get(tenantId)?.lists ?? NONE, now),
    factsFor: async (tenantId, needs, now) => factsOf(await inTurn(() => loadAll(tenantId, namesOf(needs))), now),
    refresh: (tenantId) => inTurn(() => follow(tenantId)),
    start: () => {
      // Ends by the stop signal only.
      void loop().catch(() => {});
    },
    stop: () => stopping.abort(),
  };
}

const NONE: ReadonlyMap<string, Held> = new Map();

function namesOf(needs: readonly ListNeed[]): ReadonlySet<string> {
  return new Set(needs.map(({ list }) => list));
}
