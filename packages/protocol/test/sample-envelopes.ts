import type { ActionArgs, ActionKind } from "@cordon/core/action";
import { actionId, type EpochMs, endpointId, epochMs, siteId } from "@cordon/core/kernel";
import type { Envelope, Message } from "../src/messages.ts";

/** One fixed envelope for every message and every action, with each of their fields set. Their bytes are in golden-frames.ts. */

export const AT: EpochMs = epochMs(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
export const ACTION = actionId("act_0123456789abcdef0123456789abcdef");
export const ENDPOINT = endpointId("7b4f1c1e-1111-4222-8333-444455556666");
const MD5 = "900150983cd24fb0d6963f7d28e17f72";
const SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const FILE = { path: "C:\\Users\\Öl\\a.exe", md5: MD5, sha256: SHA256 };
const LEDGER = { endpoints: 25, open: 3, deferred: 1 };

const WHOLE_ENDPOINT = {
  endpointId: ENDPOINT,
  instanceId: "0f0e0d0c-0b0a-4908-8706-050403020100",
  displayName: "WS-017",
  fqdn: "ws-017.corp.example",
  hostName: "WS-017",
  addresses: ["10.0.0.17", "fe80::17"],
  groupId: 42,
  groupName: "Workstations",
  kesVersion: "12.6.0.438",
  agentVersion: "15.0.0.12912",
  osName: "Windows 11",
  statusMask: 29,
  lastSeenAt: AT,
};

export const SAMPLE_SPECS: { readonly [Kind in ActionKind]: Extract<ActionArgs, { kind: Kind }> } = {
  onDemandScan: { kind: "onDemandScan" },
  iocScan: {
    kind: "iocScan",
    indicators: [
      { type: "md5", value: MD5 },
      { type: "sha256", value: SHA256 },
      { type: "filePath", value: "C:\\a" },
      { type: "fileName", value: "a.exe" },
      { type: "ipAddress", value: "192.0.2.1" },
      { type: "domain", value: "bad.example" },
      { type: "url", value: "https://bad.example/x" },
    ],
  },
  quarantineFile: { kind: "quarantineFile", ...FILE },
  deleteFile: { kind: "deleteFile", ...FILE, searchInSubfolders: true },
  getFile: { kind: "getFile", ...FILE },
  isolateHost: {
    kind: "isolateHost",
    durationSeconds: 28_800,
    exclusions: [
      { direction: "inbound" },
      {
        direction: "both",
        protocol: 6,
        remoteAddress: "192.0.2.10",
        localPorts: { from: 3389, to: 3389 },
        remotePorts: { from: 1, to: 65_535 },
      },
      { direction: "outbound", protocol: 17 },
    ],
  },
  preventExecution: { kind: "preventExecution", ...FILE },
  startProcess: { kind: "startProcess", path: "C:\\t.exe", arguments: "/a b", workingDirectory: "C:\\" },
  terminateProcess: { kind: "terminateProcess", ...FILE, pid: 4_294_967_295 },
};

type SampleName =
  | Message["kind"]
  | `receipt ${"duplicate" | "refused"}`
  | "hello standby"
  | "welcome standby"
  | "inventoryDelta edr"
  | "leaseReport released"
  | "renewalAnswer refused";

const MESSAGES: { readonly [Name in SampleName]: Message } = {
  hello: {
    kind: "hello",
    protocolMin: 1,
    protocolMax: 2,
    agentVersion: "0.1.0",
    siteId: siteId("plant-7"),
    epoch: 7,
    statusSeq: 1_000,
    inventoryVersion: 12,
    ledger: LEDGER,
    serviceConsole: "up",
    agentTime: AT,
    ledgerId: "",
    standBy: false,
  },
  welcome: {
    kind: "welcome",
    protocol: 1,
    epoch: 8,
    statusCursor: 998,
    inventoryVersion: 12,
    heartbeatMs: 15_000,
    coordinatorTime: AT,
    statusesPerBatchMax: 500,
    role: "active",
    actingLeaseMs: 0,
  },
  receipt: { kind: "receipt", actionId: ACTION, verdict: { kind: "accepted" } },
  "receipt duplicate": { kind: "receipt", actionId: ACTION, verdict: { kind: "duplicate", state: "running" } },
  "receipt refused": {
    kind: "receipt",
    actionId: ACTION,
    verdict: { kind: "refused", code: "ledger.full", message: "100 of 100 slots are taken" },
  },
  cancelResult: { kind: "cancelResult", actionId: ACTION, outcome: "too_late", state: "submitted" },
  statusBatch: {
    kind: "statusBatch",
    statuses: [
      {
        seq: 999,
        actionId: ACTION,
        state: "deferred",
        at: AT,
        detail: { evidence: { rung: "none" }, code: "ledger.full", message: "waits for a slot", earliest: AT },
      },
      {
        seq: Number.MAX_SAFE_INTEGER,
        actionId: ACTION,
        state: "succeeded",
        at: AT,
        detail: {
          evidence: {
            rung: "event",
            incidentId: 4711,
            taskId: "512",
            taskName: "[Response][EDR] Isolate - 02.01.2026 - 4711",
            hostState: 4,
            eventDbId: 9_000_000_001,
          },
        },
      },
    ],
  },
  statusAck: { kind: "statusAck", cursor: 1_000 },
  inventorySnapshot: { kind: "inventorySnapshot", version: 13, part: 1, last: true, endpoints: [WHOLE_ENDPOINT] },
  inventoryDelta: {
    kind: "inventoryDelta",
    fromVersion: 13,
    version: 14,
    upserted: [{ endpointId: ENDPOINT, displayName: "WS-017", addresses: [], statusMask: 0 }],
    removed: [endpointId("gone-1"), endpointId("gone-2")],
  },
  inventoryAck: { kind: "inventoryAck", version: 14 },
  policyPush: { kind: "policyPush", version: 3, json: '{"leaseSeconds":28800}' },
  policyApplied: {
    kind: "policyApplied",
    version: 3,
    problem: { code: "config.invalid", message: "leaseSeconds is above the site's maximum" },
  },
  resolveRequest: { kind: "resolveRequest", requestId: "r-1", by: "address", value: "10.0.0.17" },
  resolveAnswer: {
    kind: "resolveAnswer",
    requestId: "r-1",
    endpoints: [WHOLE_ENDPOINT],
    problem: { code: "ksc.unreachable", message: "KSC did not answer" },
  },
  budgetReport: {
    kind: "budgetReport",
    serviceConsole: "down",
    ledger: LEDGER,
    budgets: [
      {
        endpointId: ENDPOINT,
        limit: 100,
        used: 97,
        foreign: 12,
        deferred: 4,
        known: true,
        measuredAt: AT,
      },
    ],
    kscProblem: { code: "ksc.timeout", message: "no answer in 30 s" },
  },
  ping: { kind: "ping", nonce: 5 },
  pong: { kind: "pong", nonce: 5 },
  // From here on: what came later. The samples above stay as they were, and so do their bytes.
  "hello standby": {
    kind: "hello",
    protocolMin: 1,
    protocolMax: 1,
    agentVersion: "0.2.0",
    siteId: siteId("plant-7"),
    ledgerId: "0af7651916cd43dd8448eb211c80319c",
    standBy: true,
    epoch: 7,
    statusSeq: 0,
    inventoryVersion: 0,
    ledger: LEDGER,
    serviceConsole: "up",
    agentTime: AT,
  },
  "welcome standby": {
    kind: "welcome",
    protocol: 1,
    epoch: 7,
    role: "standby",
    actingLeaseMs: 30_000,
    statusCursor: 0,
    inventoryVersion: 12,
    heartbeatMs: 15_000,
    coordinatorTime: AT,
    statusesPerBatchMax: 500,
  },
  "inventoryDelta edr": {
    kind: "inventoryDelta",
    fromVersion: 14,
    version: 15,
    upserted: [{ endpointId: ENDPOINT, displayName: "WS-017", addresses: [], statusMask: 29, edrStatus: 4 }],
    removed: [],
  },
  releaseResult: {
    kind: "releaseResult",
    actionId: ACTION,
    outcome: "released",
    endpointEndsAt: AT,
    steps: "avp.com isolation /OFF on the device",
  },
  leaseReport: {
    kind: "leaseReport",
    leases: [
      {
        actionId: ACTION,
        endpointId: ENDPOINT,
        state: "holding",
        wantedUntil: AT,
        agentEndsAt: AT,
        endpointEndsAt: AT,
        renewals: 2,
        renewalsMax: 20,
        nextRenewalAt: AT,
        heard: "no",
        problem: "KSC has not heard it since it was isolated",
      },
    ],
  },
  evidenceAnswer: {
    kind: "evidenceAnswer",
    requestId: "e-1",
    items: [
      { itemId: "17", objectName: "C:\\Temp\\a.exe", bytes: 5_120, addedAt: AT, md5: FILE.md5, sha256: FILE.sha256 },
    ],
    file: { itemId: "17", path: "act_1/17.bin", bytes: 5_120, sha256: FILE.sha256 },
    problem: { code: "ksc.timeout", message: "no answer in 30 s" },
  },
  siteReport: {
    kind: "siteReport",
    readiness: {
      measuredAt: AT,
      kscVersion: "15.1.0.1",
      missingRights: ["Read in Basic functionality"],
      killSwitch: true,
      policySha256: FILE.sha256,
      policyProblem: "line 3: unknown action",
      refusals: [
        { code: "ksc.access_denied", reason: "the account may not read" },
        { kind: "startProcess", code: "action.expired", reason: "not allowed here" },
      ],
      kscClockSkewMs: -1_500,
      drift: { endpoints: 2, tasks: 5 },
    },
  },
  updateOffer: {
    kind: "updateOffer",
    version: "0.2.0",
    target: "linux-x64",
    path: "/agent/releases/0.2.0/linux-x64",
    bytes: 120_000_000,
    sha256: FILE.sha256,
    signature: "c2lnbmF0dXJl",
    keyId: "2026-a",
  },
  updateReport: {
    kind: "updateReport",
    version: "0.2.0",
    state: "returned",
    target: "linux-x64",
    ring: 1,
    problem: { code: "internal.unexpected", message: "it did not reach KSC" },
  },
  "leaseReport released": {
    kind: "leaseReport",
    leases: [
      {
        actionId: ACTION,
        endpointId: ENDPOINT,
        state: "ending",
        wantedUntil: AT,
        renewals: 2,
        renewalsMax: 20,
        heard: "yes",
        released: { at: AT, by: "ada", reason: "the host is clean" },
      },
    ],
  },
  renewalRequest: { kind: "renewalRequest", csr: "-----BEGIN CERTIFICATE REQUEST-----" },
  renewalAnswer: { kind: "renewalAnswer", certificate: "-----BEGIN CERTIFICATE-----" },
  "renewalAnswer refused": {
    kind: "renewalAnswer",
    problem: { code: "enrolment.bad_request", message: "the request is not signed by its own key" },
  },
  trustBundle: {
    kind: "trustBundle",
    version: 3,
    roots: ["-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----2"],
    recoverySequence: 1_772_442_847_000,
    renewIssuedBefore: AT,
  },
  trustApplied: {
    kind: "trustApplied",
    version: 2,
    problem: { code: "internal.unexpected", message: "the disk is full" },
  },
  signedOrder: {
    kind: "signedOrder",
    keyId: "0af7651916cd43dd8448eb211c80319c",
    payload: Uint8Array.of(1, 2, 3),
    signature: new Uint8Array(64).fill(7),
  },
  orderRefused: { kind: "orderRefused", sequence: 17, code: "order.replayed", message: "the order has number 17" },
  orderKeysHeld: { kind: "orderKeysHeld", version: 2 },
};

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

export const SAMPLE_ENVELOPES = Object.fromEntries(
  Object.entries(MESSAGES).map(([name, body], index) => [name, { seq: index + 1, traceparent: TRACEPARENT, body }]),
) as { readonly [Name in SampleName]: Envelope };
