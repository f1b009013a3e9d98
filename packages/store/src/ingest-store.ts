import type { IngestOutcome, IngestStore, PlannedWrites } from "@cordon/coordinator-core";
import { insertApprovals } from "./approval-store.ts";
import { insertChains } from "./chain-store.ts";
import { writeCountGroups } from "./count-groups.ts";
import type { Database } from "./database.ts";
import { insertEvents } from "./insert-events.ts";
import { insertPlan } from "./insert-plan.ts";
import { writeMerges } from "./open-actions.ts";
import { createPlanningReads } from "./planning-reads.ts";
import { insertTrips } from "./rule-hold-store.ts";
import { createYoungStatistics } from "./young-statistics.ts";

export function createIngestStore(database: Database): IngestStore {
  const statistics = createYoungStatistics(database);
  return {
    async commit(tenantId, batch, candidates, plan): Promise<IngestOutcome> {
      // Nothing to plan: one statement is one transaction and one round trip.
      if (candidates.size === 0) {
        return {
          stored: await insertEvents(database.forTenant(tenantId), tenantId, batch, "unlocked"),
          actions: [],
          decisions: [],
        };
      }
      const outcome = await database.forTenant(tenantId).transaction(async (tx) => {
        const stored = await insertEvents(tx, tenantId, batch, "locked");
        const fresh = new Set([...candidates].filter((eventId) => stored.has(eventId)));
        const planned: PlannedWrites =
          fresh.size === 0 ? { decisions: [], actions: [] } : await plan(fresh, createPlanningReads(tx, tenantId));
        await insertTrips(tx, tenantId, planned.trips ?? []);
        await insertApprovals(tx, tenantId, planned.approvals ?? []);
        await writeCountGroups(tx, tenantId, planned.counts ?? [], batch.receivedAt);
        await insertChains(tx, tenantId, planned.chains ?? []);
        const merges = (planned.extended?.length ?? 0) + (planned.superseded?.length ?? 0) > 0;
        await insertPlan(merges ? tx : tx.last, tenantId, planned, { source: "rules", actor: undefined });
        if (merges) await writeMerges(tx, tenantId, planned, batch.receivedAt);
        return { stored, actions: planned.actions, decisions: planned.decisions };
      });
      statistics.grew(outcome.actions.length);
      return outcome;
    },
  };
}
