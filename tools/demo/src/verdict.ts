import { ACTION_KINDS, type ActionKind } from "@cordon/core/action";
import type { Truth } from "@cordon/ksc-sim";
import type { DemoAction } from "./admin-api.ts";

export interface SiteTruth {
  readonly tenantId: string;
  readonly siteId: string;
  readonly truth: Pick<Truth, "incidents" | "effects">;
}

export interface DemoOutcome {
  readonly ok: boolean;
  readonly eventsAccepted: number;
  readonly eventsQuarantined: number;
  readonly actionsByKind: Readonly<Record<ActionKind, number>>;
  /** Actions that succeeded by evidence and whose effect is on the right endpoint at KSC, once. */
  readonly verified: number;
  readonly duplicatesAtKsc: number;
  /** Actions that never reached KSC, and events that were answered with 2xx but are not in the record. */
  readonly lost: number;
  readonly seconds: number;
}

export interface DemoFacts {
  readonly eventsSent: number;
  readonly eventsAccepted: number;
  readonly eventsDuplicate: number;
  readonly eventsQuarantined: number;
  readonly eventsRecorded: number;
  readonly actions: readonly (DemoAction & { readonly tenantId: string })[];
  /** Which endpoint each event was about. */
  readonly targets: ReadonlyMap<string, { readonly siteId: string; readonly hostId: string }>;
  readonly truths: readonly SiteTruth[];
  readonly seconds: number;
}

/** A host task state or an event of the result; an incident or a task alone proves nothing [T1]. */
const PROVEN: ReadonlySet<string> = new Set(["host_state", "event"]);

/** Compares what the coordinator says with what the simulated servers know. */
export function judge(facts: DemoFacts): DemoOutcome {
  const bySite = new Map(facts.truths.map((site) => [`${site.tenantId}/${site.siteId}`, site.truth]));
  const checked = facts.actions.map((action) =>
    check(action, bySite.get(`${action.tenantId}/${action.siteId}`), facts.targets),
  );
  const actionsByKind = Object.fromEntries(
    ACTION_KINDS.map((kind) => [kind, facts.actions.filter((action) => action.kind === kind).length]),
  ) as Record<ActionKind, number>;
  const verified = checked.filter(({ proven }) => proven);
  const incidents = facts.truths.reduce((sum, { truth }) => sum + truth.incidents.length, 0);
  const atKsc = checked.filter((action) => action.incidents > 0).length;
  // An incident that no action explains counts as a duplicate too: nobody else sends any here.
  const duplicatesAtKsc = incidents - atKsc;
  const lost = checked.length - atKsc + Math.max(0, facts.eventsAccepted - facts.eventsRecorded);
  const everyKind = ACTION_KINDS.every((kind) => verified.some((action) => action.kind === kind));
  const everyEvent = facts.eventsSent === facts.eventsAccepted + facts.eventsDuplicate + facts.eventsQuarantined;
  return {
    ok: lost === 0 && duplicatesAtKsc === 0 && verified.length === checked.length && everyKind && everyEvent,
    eventsAccepted: facts.eventsAccepted,
    eventsQuarantined: facts.eventsQuarantined,
    actionsByKind,
    verified: verified.length,
    duplicatesAtKsc,
    lost,
    seconds: Math.round(facts.seconds * 10) / 10,
  };
}

function check(
  action: DemoFacts["actions"][number],
  truth: SiteTruth["truth"] | undefined,
  targets: DemoFacts["targets"],
) {
  const incidents = truth?.incidents.filter(({ body }) => body.includes(action.actionId)) ?? [];
  const effects = truth?.effects.filter(({ incidentId }) => incidents.some(({ id }) => id === incidentId)) ?? [];
  const target = targets.get(action.eventId);
  const onRightEndpoint =
    target?.siteId === action.siteId &&
    target.hostId === action.endpointId &&
    effects.length === 1 &&
    effects[0]?.hostId === target.hostId;
  const proven = action.state === "succeeded" && PROVEN.has(action.detail?.evidence.rung ?? "none") && onRightEndpoint;
  return { kind: action.kind, incidents: incidents.length, proven };
}
