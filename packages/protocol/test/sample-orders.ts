import type { ActionArgs, ActionKind } from "@cordon/core/action";
import { addMs, agentId, siteId, tenantId } from "@cordon/core/kernel";
import type { Order, OrderBody } from "../src/messages.ts";
import { ACTION, AT, ENDPOINT, SAMPLE_SPECS } from "./sample-envelopes.ts";

/** One fixed order of every kind and of every action, with each of their fields set. Their bytes are in golden-orders.ts. */

const offer = (spec: ActionArgs): OrderBody => ({
  kind: "offer",
  order: { actionId: ACTION, endpointId: ENDPOINT, spec, deadline: AT },
  epoch: 7,
});

const BODIES: {
  readonly [Name in Exclude<OrderBody["kind"], "offer"> | `offer ${ActionKind}` | "offer again"]: OrderBody;
} = {
  "offer onDemandScan": offer(SAMPLE_SPECS.onDemandScan),
  "offer iocScan": offer(SAMPLE_SPECS.iocScan),
  "offer quarantineFile": offer(SAMPLE_SPECS.quarantineFile),
  "offer deleteFile": offer(SAMPLE_SPECS.deleteFile),
  "offer getFile": offer(SAMPLE_SPECS.getFile),
  "offer isolateHost": offer(SAMPLE_SPECS.isolateHost),
  "offer preventExecution": offer(SAMPLE_SPECS.preventExecution),
  "offer startProcess": offer(SAMPLE_SPECS.startProcess),
  "offer terminateProcess": offer(SAMPLE_SPECS.terminateProcess),
  "offer again": {
    kind: "offer",
    order: {
      actionId: ACTION,
      endpointId: ENDPOINT,
      spec: { kind: "isolateHost", durationSeconds: 18_000, holdSeconds: 86_400 },
      deadline: AT,
    },
    epoch: 7,
    firstOfferedAt: AT,
  },
  cancel: { kind: "cancel", actionId: ACTION, reason: "ordered by mistake" },
  release: { kind: "release", actionId: ACTION, reason: "the host is clean" },
  evidenceRequest: {
    kind: "evidenceRequest",
    requestId: "e-1",
    actionId: ACTION,
    want: "file",
    itemId: "17",
    requestedBy: "ada",
  },
  orderKeys: { kind: "orderKeys", version: 2, keys: [{ keyId: "0af7651916cd43dd", publicKey: "MCowBQYDK2VwAyEA" }] },
};

export const SAMPLE_ORDERS = Object.fromEntries(
  Object.entries(BODIES).map(([name, body], index) => [
    name,
    {
      tenantId: tenantId("acme"),
      siteId: siteId("plant-7"),
      agentId: agentId("agt_1"),
      epoch: 7,
      sequence: index + 1,
      issuedAt: AT,
      notAfter: addMs(AT, 3_600_000),
      body,
    },
  ]),
) as { readonly [Name in keyof typeof BODIES]: Order };
