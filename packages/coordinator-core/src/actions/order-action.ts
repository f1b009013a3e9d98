import { classOf, DEADLINE_MS, parseActionArgs, type StatusDetail } from "@cordon/core/action";
import { canDo, DEFAULT_MINIMUMS } from "@cordon/core/endpoint";
import { decisive, runGuards, STANDING_GUARDS } from "@cordon/core/guards";
import {
  addMs,
  deriveActionId,
  deriveDecisionId,
  type ErrorCode,
  eventId,
  ruleId,
  type TenantId,
} from "@cordon/core/kernel";
import { refusalOf } from "@cordon/core/planning";
import { standingFacts } from "../brakes/standing-facts.ts";
import { toJob } from "../dispatch/enqueue.ts";
import type { RetryAdded } from "../ports/action-store.ts";
import type { EndpointWithBudget } from "../ports/inventory.ts";
import type { ActionRecord, DecisionRecord } from "../ports/records.ts";
import type { ActionDesk, ActionDeskDeps, OrderAnswer, OrderRequest } from "./action-desk.ts";

/** Stands where a rule's name would: nobody's rule asked for it. */
const BY_HAND = ruleId("by-hand");

/** [D4] An order is known by its caller's key: sent again, it is the same action. */
export function createOrder(deps: OrderDeps): ActionDesk["order"] {
  const place = createPlaceOrder(deps);
  return (tenantId, request) => place(tenantId, request);
}

/** `retryOf`: it is another try of this one, which has ended; refused while an earlier other try is under way. */
export type PlaceOrder = (tenantId: TenantId, request: OrderRequest, retryOf?: ActionRecord) => Promise<OrderAnswer>;

type OrderDeps = Omit<ActionDeskDeps, "linkOf">;

export function createPlaceOrder(deps: OrderDeps): PlaceOrder {
  const { store, inventory, queue, clock, random, logger } = deps;
  return async (tenantId, request, retryOf) => {
    const parsed = parseActionArgs(request.kind, request.args);
    if (!parsed.ok) return { kind: "invalid", code: "action.invalid_arguments", problems: parsed.problems };
    const endpoint = await inventory.getEndpoint(tenantId, request.siteId, request.endpointId);
    if (!endpoint) return { kind: "not_found", code: "endpoint.not_found" };

    const ids = idsOf(tenantId, request.requestKey ?? random.uuid());
    const lacking = await refusalOfOrder(deps, tenantId, request, endpoint);
    if (lacking !== undefined) {
      // What was ordered before is answered as before, whatever has become of its endpoint since.
      const earlier = await store.getAction(tenantId, ids.actionId);
      if (earlier) return { kind: "ordered", action: earlier, created: false };
      return { kind: "refused", code: lacking.code, reason: lacking.reason };
    }
    const now = clock.now();
    const actionClass = classOf(request.kind);
    const { siteId, endpointId, displayName: endpointName } = endpoint;
    const origin = { tenantId, ...ids, ruleId: BY_HAND, ruleSetVersion: 0, siteId, endpointId, endpointName };
    const action: ActionRecord = {
      ...origin,
      spec: parsed.spec,
      actionClass,
      deadline: addMs(now, DEADLINE_MS[actionClass]),
      createdAt: now,
      state: "queued",
      stateAt: now,
      ...(retryOf === undefined ? {} : { retryOf: retryOf.actionId, detail: anotherTryOf(retryOf) }),
    };
    const decision = toDecision(origin, request, now, retryOf);
    const added: RetryAdded =
      retryOf === undefined
        ? { kind: (await store.addOrdered(tenantId, decision, action, request.actor)) ? "added" : "exists" }
        : await store.addRetry(tenantId, decision, action, retryOf.actionId, request);
    if (added.kind === "not_found") return { kind: "not_found", code: "action.not_found" };
    if (added.kind === "under_way") {
      const reason = `Another try of it, ${added.actionId}, has not ended yet.`;
      return { kind: "refused", code: "action.retry_under_way", reason };
    }
    if (added.kind === "exists") {
      const earlier = await store.getAction(tenantId, ids.actionId);
      return { kind: "ordered", action: earlier ?? action, created: false };
    }
    await queue.add([toJob(action)]).catch((error: unknown) => {
      // [D2] It is stored; the sweep brings it to the queue.
      logger.warn("action.enqueue", {
        tenantId,
        siteId,
        actionId: ids.actionId,
        outcome: "left_to_sweep",
        error: String(error),
      });
    });
    logger.info("action.order", {
      tenantId,
      siteId,
      endpointId,
      actionId: ids.actionId,
      kind: request.kind,
      actor: request.actor,
    });
    return { kind: "ordered", action, created: true };
  };
}

/** What is known against it already: better told now than by an action that cannot work. */
async function refusalOfOrder(
  {
    brakes,
    labels,
    clock,
    readiness,
    minimums = DEFAULT_MINIMUMS,
  }: Pick<ActionDeskDeps, "brakes" | "labels" | "clock" | "readiness" | "minimums">,
  tenantId: TenantId,
  { siteId, kind }: OrderRequest,
  endpoint: EndpointWithBudget,
): Promise<{ readonly code: ErrorCode; readonly reason: string } | undefined> {
  // What people ordered to stop binds people, too; what a rule did before does not.
  const subject = {
    tenantId,
    rule: { id: BY_HAND, limits: {} },
    endpoint: { ...endpoint, name: endpoint.displayName },
    kind,
    now: clock.now(),
  };
  const facts = await standingFacts(
    await brakes.inForce(tenantId),
    {
      traitsOf: (endpoints) => labels.traitsOf(tenantId, endpoints),
      groupsOf: (asked) => labels.groupsOf(tenantId, asked, clock.now()),
    },
    { endpoints: () => [endpoint], isolated: () => (kind === "isolateHost" ? [endpoint] : []) },
  );
  const objection = decisive(runGuards(STANDING_GUARDS, subject, facts));
  if (objection !== undefined) return { code: objection.code, reason: objection.message };
  const refusal = refusalOf((await readiness?.refusalsOf(tenantId, siteId)) ?? [], kind);
  if (refusal !== undefined) return { code: refusal.code, reason: refusal.reason };
  const capability = canDo(endpoint, kind, minimums);
  return capability.kind === "can" ? undefined : capability;
}

/** All three from the key alone, so that one key can never name two actions. */
function idsOf(tenantId: TenantId, key: string) {
  return {
    eventId: eventId(`order:${key}`),
    decisionId: deriveDecisionId([tenantId, "order", key]),
    actionId: deriveActionId([tenantId, "order", key]),
  };
}

function toDecision(
  origin: Pick<DecisionRecord, "tenantId" | "eventId" | "decisionId" | "ruleId" | "ruleSetVersion"> &
    Pick<ActionRecord, "actionId" | "siteId" | "endpointId" | "endpointName">,
  { kind, actor, reason }: OrderRequest,
  now: DecisionRecord["decidedAt"],
  retryOf: ActionRecord | undefined,
): DecisionRecord {
  const again = retryOf === undefined ? "" : ` once more after ${retryOf.actionId}, which ended as ${retryOf.state}`;
  return {
    ...origin,
    verdict: "act",
    actionKind: kind,
    code: "order.by_hand",
    reason: `${actor} ordered ${kind} on ${origin.endpointName}${again}: ${reason}`,
    decidedAt: now,
    detail: { actor, reason, ...(retryOf === undefined ? {} : { retryOf: retryOf.actionId }) },
  };
}

function anotherTryOf({ actionId, state }: ActionRecord): StatusDetail {
  return { evidence: { rung: "none" }, message: `Another try of ${actionId}, which ended as ${state}.` };
}
