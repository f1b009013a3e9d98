import { ACTION_KINDS, ACTION_STATES, type ActionArgs, EVIDENCE_RUNGS, INDICATOR_TYPES } from "@cordon/core/action";
import { LEASE_STATES } from "@cordon/core/endpoint";
import type { ActionId, AgentId, EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import fc from "fast-check";
import { type Envelope, type Message, type Order, type OrderBody, UPDATE_STATES } from "../src/messages.ts";

/** Every message that may be sent, as fast-check draws it. Values are canonical: what the codec reads back is the same. */

const safe = fc.maxSafeNat();
const uint32 = fc.nat({ max: 0xffff_ffff });
const time = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((value) => value as EpochMs);
const counted = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const someText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
/** Shown to people on an endpoint: printable. */
const printable = fc.stringMatching(/^[!-~][ -~]{0,38}[!-~]$/);
const foreignId = fc.stringMatching(/^[!-~]{1,128}$/);
const actionId = foreignId.map((value) => value as ActionId);
const endpointId = foreignId.map((value) => value as EndpointId);
const code = fc.constantFrom("ledger.full", "ksc.unreachable", "action.expired");
const state = fc.constantFrom(...ACTION_STATES);
const serviceConsole = fc.constantFrom("unknown", "up", "down");

/** `{}` with each of the fields present or absent. */
function record<T>(fields: { [Key in keyof T]-?: fc.Arbitrary<Exclude<T[Key], undefined>> }, required: (keyof T)[]) {
  return fc.record(fields as never, { requiredKeys: required as never[] }) as unknown as fc.Arbitrary<T>;
}

const hash = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const target = { path: printable, md5: hash(32), sha256: hash(64) };
const named = { requiredKeys: ["kind", "path"] } as never;
const ports = fc
  .tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const exclusion = fc.record(
  {
    direction: fc.constantFrom("inbound", "outbound", "both"),
    protocol: fc.nat({ max: 255 }),
    remoteAddress: fc.ipV4(),
    localPorts: ports,
    remotePorts: ports,
  },
  { requiredKeys: ["direction"] },
);
const indicator = fc.oneof(
  fc.record({ type: fc.constant("md5"), value: hash(32) }),
  fc.record({ type: fc.constant("sha256"), value: hash(64) }),
  fc.record({ type: fc.constantFrom(...INDICATOR_TYPES.filter((type) => !/md5|sha/.test(type))), value: printable }),
);
const kind = <Kind extends string>(value: Kind) => fc.constant(value);

export const anyActionArgs = fc.oneof(
  fc.record({ kind: kind("onDemandScan") }),
  fc.record({ kind: kind("iocScan"), indicators: fc.array(indicator, { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: kind("quarantineFile"), ...target }, named),
  fc.record({ kind: kind("deleteFile"), ...target, searchInSubfolders: fc.boolean() }, named),
  fc.record({ kind: kind("getFile"), ...target }, named),
  fc.record(
    {
      kind: kind("isolateHost"),
      durationSeconds: fc.integer({ min: 60, max: 9_999 * 3_600 }),
      holdSeconds: fc.integer({ min: 60, max: 9_999 * 3_600 }),
      exclusions: fc.array(exclusion, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ["kind", "durationSeconds"] },
  ),
  fc.record({ kind: kind("preventExecution"), ...target }, named),
  fc.record({ kind: kind("startProcess"), path: printable, arguments: printable, workingDirectory: printable }, named),
  fc.record({ kind: kind("terminateProcess"), ...target, pid: fc.integer({ min: 1, max: 0xffff_ffff }) }, named),
) as fc.Arbitrary<ActionArgs>;

const evidence = fc.record(
  {
    rung: fc.constantFrom(...EVIDENCE_RUNGS),
    incidentId: fc.maxSafeInteger(),
    taskId: text,
    taskName: text,
    hostState: fc.maxSafeInteger(),
    eventDbId: safe,
  },
  { requiredKeys: ["rung"] },
);
const status = fc.record({
  seq: counted,
  actionId,
  state,
  at: time,
  detail: fc.record({ evidence, code, message: text, earliest: time }, { requiredKeys: ["evidence"] }),
});
const endpoint = fc.record(
  {
    endpointId,
    instanceId: text,
    displayName: text,
    fqdn: text,
    hostName: text,
    addresses: fc.array(fc.ipV6(), { maxLength: 3 }),
    groupId: fc.maxSafeInteger(),
    groupName: text,
    kesVersion: text,
    agentVersion: text,
    osName: text,
    statusMask: fc.maxSafeInteger(),
    lastSeenAt: time,
    edrStatus: fc.maxSafeInteger(),
  },
  { requiredKeys: ["endpointId", "displayName", "addresses", "statusMask"] },
);
const endpoints = fc.array(endpoint, { maxLength: 3 });
const ledger = fc.record({ endpoints: uint32, open: uint32, deferred: uint32 });
const problem = fc.record({ code, message: text });
const budget = fc.record({
  endpointId,
  limit: uint32,
  used: uint32,
  foreign: uint32,
  deferred: uint32,
  known: fc.boolean(),
  measuredAt: time,
});

const lease = fc.record(
  {
    actionId,
    endpointId,
    state: fc.constantFrom(...LEASE_STATES),
    wantedUntil: time,
    agentEndsAt: time,
    endpointEndsAt: time,
    renewals: uint32,
    renewalsMax: uint32,
    nextRenewalAt: time,
    heard: fc.constantFrom("yes", "no", "unknown"),
    problem: text,
    released: fc.record({ at: time, by: text, reason: text }, { requiredKeys: ["at", "reason"] }),
  },
  { requiredKeys: ["actionId", "endpointId", "state", "wantedUntil", "renewals", "renewalsMax", "heard"] },
);
const evidenceItem = fc.record(
  { itemId: someText, objectName: text, bytes: safe, addedAt: time, md5: hash(32), sha256: hash(64) },
  { requiredKeys: ["itemId", "objectName"] },
);
const refusal = fc.record(
  { kind: fc.constantFrom(...ACTION_KINDS), code, reason: text },
  { requiredKeys: ["code", "reason"] },
);
const readiness = fc.record(
  {
    measuredAt: time,
    kscVersion: text,
    missingRights: fc.array(text, { maxLength: 3 }),
    killSwitch: fc.boolean(),
    policySha256: hash(64),
    policyProblem: text,
    refusals: fc.array(refusal, { maxLength: 3 }),
    kscClockSkewMs: fc.maxSafeInteger(),
    drift: fc.record({ endpoints: uint32, tasks: uint32 }),
  },
  { requiredKeys: ["measuredAt", "missingRights", "killSwitch", "refusals", "drift"] },
);

const slug = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/);

export const anyHello = fc
  .record({
    kind: kind("hello"),
    protocols: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 })),
    agentVersion: text,
    siteId: slug.map((value) => value as SiteId),
    epoch: safe,
    statusSeq: safe,
    inventoryVersion: safe,
    ledger,
    serviceConsole,
    agentTime: time,
    ledgerId: text,
    standBy: fc.boolean(),
  })
  .map(({ protocols: [min, more], ...rest }) => ({ ...rest, protocolMin: min, protocolMax: min + more }));

const BY_KIND: { readonly [Kind in Message["kind"]]: fc.Arbitrary<unknown> } = {
  hello: anyHello,
  welcome: fc.record({
    kind: kind("welcome"),
    protocol: fc.integer({ min: 1, max: 9 }),
    epoch: safe,
    statusCursor: safe,
    inventoryVersion: safe,
    heartbeatMs: fc.integer({ min: 1, max: 0xffff_ffff }),
    coordinatorTime: time,
    statusesPerBatchMax: fc.integer({ min: 1, max: 0xffff_ffff }),
    role: fc.constantFrom("active", "standby"),
    actingLeaseMs: uint32,
  }),
  receipt: fc.record({
    kind: kind("receipt"),
    actionId,
    verdict: fc.oneof(
      fc.record({ kind: kind("accepted") }),
      fc.record({ kind: kind("duplicate"), state }),
      fc.record({ kind: kind("refused"), code, message: text }),
    ),
  }),
  cancelResult: fc.record(
    { kind: kind("cancelResult"), actionId, outcome: fc.constantFrom("cancelled", "too_late", "not_found"), state },
    { requiredKeys: ["kind", "actionId", "outcome"] },
  ),
  statusBatch: fc.record({ kind: kind("statusBatch"), statuses: fc.array(status, { maxLength: 4 }) }),
  statusAck: fc.record({ kind: kind("statusAck"), cursor: safe }),
  inventorySnapshot: fc.record({
    kind: kind("inventorySnapshot"),
    version: counted,
    part: uint32,
    last: fc.boolean(),
    endpoints,
  }),
  inventoryDelta: fc.record({
    kind: kind("inventoryDelta"),
    fromVersion: safe,
    version: counted,
    upserted: endpoints,
    removed: fc.array(endpointId, { maxLength: 3 }),
  }),
  inventoryAck: fc.record({ kind: kind("inventoryAck"), version: safe }),
  policyPush: fc.record({ kind: kind("policyPush"), version: counted, json: someText }),
  policyApplied: record({ kind: kind("policyApplied"), version: counted, problem }, ["kind", "version"]),
  resolveRequest: fc.record({
    kind: kind("resolveRequest"),
    requestId: someText,
    by: fc.constantFrom("hostId", "fqdn", "name", "address"),
    value: someText,
  }),
  resolveAnswer: record({ kind: kind("resolveAnswer"), requestId: someText, endpoints, problem }, [
    "kind",
    "requestId",
    "endpoints",
  ]),
  budgetReport: record(
    {
      kind: kind("budgetReport"),
      serviceConsole,
      ledger,
      budgets: fc.array(budget, { maxLength: 3 }),
      kscProblem: problem,
    },
    ["kind", "serviceConsole", "ledger", "budgets"],
  ),
  releaseResult: fc.record(
    {
      kind: kind("releaseResult"),
      actionId,
      outcome: fc.constantFrom("released", "already_over", "not_found"),
      endpointEndsAt: time,
      steps: text,
    },
    { requiredKeys: ["kind", "actionId", "outcome", "steps"] },
  ),
  leaseReport: fc.record({ kind: kind("leaseReport"), leases: fc.array(lease, { maxLength: 3 }) }),
  evidenceAnswer: record(
    {
      kind: kind("evidenceAnswer"),
      requestId: someText,
      items: fc.array(evidenceItem, { maxLength: 3 }),
      file: fc.record({ itemId: someText, path: someText, bytes: safe, sha256: hash(64) }),
      problem,
    },
    ["kind", "requestId", "items"],
  ),
  siteReport: fc.record({ kind: kind("siteReport"), readiness }),
  updateOffer: fc.record({
    kind: kind("updateOffer"),
    version: someText,
    target: someText,
    path: someText,
    bytes: counted,
    sha256: hash(64),
    signature: someText,
    keyId: someText,
  }),
  updateReport: record(
    {
      kind: kind("updateReport"),
      version: someText,
      state: fc.constantFrom(...UPDATE_STATES),
      target: someText,
      ring: uint32,
      problem,
    },
    ["kind", "version", "state", "target"],
  ),
  renewalRequest: fc.record({ kind: kind("renewalRequest"), csr: someText }),
  renewalAnswer: fc.oneof(
    fc.record({ kind: kind("renewalAnswer"), certificate: someText }),
    fc.record({ kind: kind("renewalAnswer"), problem }),
  ),
  trustBundle: record(
    {
      kind: kind("trustBundle"),
      version: counted,
      roots: fc.array(someText, { minLength: 1, maxLength: 8 }),
      recoverySequence: safe,
      renewIssuedBefore: counted as fc.Arbitrary<EpochMs>,
    },
    ["kind", "version", "roots", "recoverySequence"],
  ),
  trustApplied: record({ kind: kind("trustApplied"), version: safe, problem }, ["kind", "version"]),
  signedOrder: fc.record({
    kind: kind("signedOrder"),
    keyId: someText,
    payload: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  }),
  orderRefused: fc.record({ kind: kind("orderRefused"), sequence: safe, code, message: text }),
  orderKeysHeld: fc.record({ kind: kind("orderKeysHeld"), version: safe }),
  ping: fc.record({ kind: kind("ping"), nonce: uint32 }),
  pong: fc.record({ kind: kind("pong"), nonce: uint32 }),
};

export const anyMessage = fc.oneof(...Object.values(BY_KIND)) as fc.Arbitrary<Message>;

const traceparent = fc.oneof(fc.constant(""), fc.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/));

export const anyEnvelope: fc.Arbitrary<Envelope> = fc.record({ seq: counted, traceparent, body: anyMessage });

const ORDER_BODIES: { readonly [Kind in OrderBody["kind"]]: fc.Arbitrary<unknown> } = {
  offer: fc.record(
    {
      kind: kind("offer"),
      order: fc.record({ actionId, endpointId, spec: anyActionArgs, deadline: time }),
      epoch: safe,
      firstOfferedAt: time,
    },
    { requiredKeys: ["kind", "order", "epoch"] },
  ),
  cancel: fc.record({ kind: kind("cancel"), actionId, reason: text }),
  release: fc.record({ kind: kind("release"), actionId, reason: text }),
  evidenceRequest: fc.record(
    {
      kind: kind("evidenceRequest"),
      requestId: someText,
      actionId,
      want: fc.constantFrom("metadata", "file"),
      itemId: text,
      requestedBy: text,
    },
    { requiredKeys: ["kind", "requestId", "actionId", "want", "requestedBy"] },
  ),
  orderKeys: fc.record({
    kind: kind("orderKeys"),
    version: counted,
    keys: fc.array(fc.record({ keyId: someText, publicKey: someText }), { minLength: 1, maxLength: 3 }),
  }),
};

export const anyOrder = fc
  .record({
    tenantId: slug.map((value) => value as TenantId),
    siteId: slug.map((value) => value as SiteId),
    agentId: foreignId.map((value) => value as AgentId),
    epoch: safe,
    sequence: counted,
    issuedAt: time,
    notAfter: time,
    body: fc.oneof(...Object.values(ORDER_BODIES)) as fc.Arbitrary<OrderBody>,
  })
  // On the wire an offer has the epoch of its order.
  .map((order) =>
    order.body.kind === "offer" ? { ...order, body: { ...order.body, epoch: order.epoch } } : order,
  ) as fc.Arbitrary<Order>;
