import type { ActionRecord, ActionStore, DecisionRecord, PlannedWrites } from "@cordon/coordinator-core";
import {
  decisionId,
  deriveActionId,
  type EpochMs,
  type EventId,
  endpointId,
  epochMs,
  eventId,
  ruleId,
  type Secret,
  type SiteId,
  silentLogger,
  systemClock,
} from "@cordon/core/kernel";
import { createStores, migrate, openDatabase } from "@cordon/store";
import { BENCH_TENANT, batchesOf, type Load, sitesOf } from "./load.ts";
import type { StoredAction } from "./our-dispatch.ts";

export interface BenchRecord extends AsyncDisposable {
  readonly store: ActionStore;
  /** Fresh `queued` actions, spread over the sites as the load's batches are. */
  fill(load: Load): Promise<readonly StoredAction[]>;
}

/** The real record: each batch is what one event and one rule would have left there. */
export async function openRecord(url: Secret): Promise<BenchRecord> {
  const database = openDatabase({ url, logger: silentLogger });
  await migrate(database);
  const { tenants, ingest, actions: store } = createStores(database);
  const createdAt = systemClock.now();
  let events = 0;
  await tenants.createTenant({ tenantId: BENCH_TENANT, name: "Bench", createdAt });
  return {
    store,
    fill: async (load) => {
      const sites = sitesOf(load);
      for (const { siteId } of sites) {
        await tenants.createSite(BENCH_TENANT, { siteId, name: siteId, aliases: [], createdAt });
      }
      const actions: StoredAction[] = [];
      for (const { queue, from, to } of batchesOf(load)) {
        const id = eventId(`event-${++events}`);
        const site = sites[queue]?.siteId;
        if (site === undefined) continue;
        const planned = planBatch({ event: id, site, count: to - from, createdAt });
        const event = { tenantId: BENCH_TENANT, id, name: "Bench", timestamp: createdAt, fields: {} };
        await ingest.commit(
          BENCH_TENANT,
          { events: [event], quarantine: [], receivedAt: createdAt },
          new Set([id]),
          async () => planned,
        );
        actions.push(...planned.actions);
      }
      return actions;
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

function planBatch(batch: {
  readonly event: EventId;
  readonly site: SiteId;
  readonly count: number;
  readonly createdAt: EpochMs;
}): PlannedWrites {
  const { event, site, count, createdAt } = batch;
  const decisions: DecisionRecord[] = [];
  const actions: ActionRecord[] = [];
  for (let index = 0; index < count; index++) {
    const common = {
      tenantId: BENCH_TENANT,
      siteId: site,
      eventId: event,
      ruleId: ruleId("bench"),
      ruleSetVersion: 1,
      decisionId: decisionId(`dec_${event}_${index}`),
      actionId: deriveActionId([event, String(index)]),
      endpointId: endpointId(`host-${index}`),
      endpointName: `HOST-${index}`,
    };
    decisions.push({
      ...common,
      verdict: "act",
      actionKind: "getFile",
      code: "order.by_hand",
      reason: "Made by the benchmark.",
      decidedAt: createdAt,
      detail: {},
    });
    actions.push({
      ...common,
      actionClass: "collect",
      spec: { kind: "getFile", path: "C:\\Users\\Public\\sample.exe" },
      createdAt,
      deadline: epochMs(createdAt + 3_600_000),
      state: "queued",
      stateAt: createdAt,
    });
  }
  return { decisions, actions };
}
