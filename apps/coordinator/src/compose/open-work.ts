import {
  createActionDesk,
  createApprovalWatch,
  createCanaryWatch,
  createChainSteps,
  createDispatcher,
  createIngest,
  createLeaseDesk,
  createLeaseWatch,
  createRedelivery,
  createReleaseHeld,
  createRetention,
  createRuleRolloutWatch,
  createSweep,
  type SiteRef,
} from "@cordon/coordinator-core";
import { type Ground, keepRunning } from "./ground.ts";
import type { OpenRules } from "./open-rules.ts";

export type OpenWork = ReturnType<typeof openWork>;

/** From an event to actions, and what moves, holds, releases and ends them. */
export function openWork(ground: Ground, rules: OpenRules) {
  const { config, record, queue, clock, random, logger, opened } = ground;
  const ingest = createIngest({
    store: record.ingest,
    queue,
    rules: rules.active,
    clock,
    logger,
    limits: {
      waitingEventsMax: config.intake.waitingEventsMax,
      waitingBytesMax: config.intake.waitingBytesMax,
    },
    minimums: config.minimums,
  });
  opened.defer(() => ingest.drain());
  const dispatcher = createDispatcher({
    queue,
    store: record.actions,
    brakes: record.brakes,
    labels: record.labels,
    redeliveries: record.redeliveries,
    clock,
    logger,
    limits: { inFlightMax: config.offersInFlightMax },
  });
  opened.defer(() => dispatcher.close());
  const linkOf = (site: SiteRef) => dispatcher.linkOf(site);
  const redelivery = createRedelivery({ store: record.redeliveries, queue, clock, logger });
  const release = createReleaseHeld({
    held: record.held,
    store: record.actions,
    brakes: record.brakes,
    labels: record.labels,
    queue,
    clock,
    logger,
  });
  const chains = createChainSteps({ chains: record.chains, release, clock, logger });
  opened.defer(() => chains.idle());
  const actions = createActionDesk({
    store: record.actions,
    inventory: record.inventory,
    brakes: record.brakes,
    labels: record.labels,
    readiness: record.readiness,
    minimums: config.minimums,
    queue,
    linkOf,
    clock,
    random,
    logger,
  });
  const { cancel } = actions;
  const approving = { approvals: record.approvals, store: record.actions, release, clock, logger };

  keepRunning(
    ground,
    createSweep({ store: record.sweep, sessions: record.sessions, redelivery, chains, queue, clock, logger }),
  );
  const retention = createRetention({ store: record.retention, clock, logger, defaultDays: config.retentionDays });
  keepRunning(ground, retention);
  const leases = keepRunning(ground, createLeaseWatch({ store: record.leases, linkOf, clock, logger }));
  keepRunning(
    ground,
    createRuleRolloutWatch({ store: record.ruleRollouts, active: rules.active, cancel, clock, logger }),
  );
  keepRunning(ground, createApprovalWatch(approving));
  keepRunning(ground, createCanaryWatch({ store: record.canaries, actions, clock, logger }));
  return {
    ingest,
    dispatcher,
    redelivery,
    chains,
    actions,
    approving,
    retention,
    leases,
    leaseDesk: createLeaseDesk({ leases: record.leases, actions: record.actions, cancel, linkOf, clock, logger }),
  };
}
