import type { Message } from "../messages.ts";
import type { ProtocolRange } from "./session.ts";
import type { ToAgent, ToCoordinator } from "./types.ts";

/** The highest version that both speak. */
export function negotiate(ours: ProtocolRange, theirs: ProtocolRange): number | undefined {
  const highest = Math.min(ours.max, theirs.max);
  return highest >= Math.max(ours.min, theirs.min) ? highest : undefined;
}

type Addressee = "agent" | "coordinator" | "session";

/** Who takes a message of each kind; total, so that a new kind does not compile until it is placed. */
const ADDRESSEE: { readonly [Kind in Message["kind"]]: AddresseeOf<Kind> } = {
  hello: "session",
  welcome: "session",
  ping: "session",
  pong: "session",
  signedOrder: "agent",
  statusAck: "agent",
  inventoryAck: "agent",
  policyPush: "agent",
  resolveRequest: "agent",
  updateOffer: "agent",
  renewalAnswer: "agent",
  trustBundle: "agent",
  orderRefused: "coordinator",
  orderKeysHeld: "coordinator",
  receipt: "coordinator",
  cancelResult: "coordinator",
  statusBatch: "coordinator",
  inventorySnapshot: "coordinator",
  inventoryDelta: "coordinator",
  policyApplied: "coordinator",
  resolveAnswer: "coordinator",
  budgetReport: "coordinator",
  releaseResult: "coordinator",
  leaseReport: "coordinator",
  evidenceAnswer: "coordinator",
  siteReport: "coordinator",
  updateReport: "coordinator",
  renewalRequest: "coordinator",
  trustApplied: "coordinator",
};

type AddresseeOf<Kind> = Kind extends ToAgent["kind"]
  ? Extract<Addressee, "agent">
  : Kind extends ToCoordinator["kind"]
    ? Extract<Addressee, "coordinator">
    : Extract<Addressee, "session">;

export function isFor(role: "agent" | "coordinator", message: Message): message is ToAgent | ToCoordinator {
  return ADDRESSEE[message.kind] === role;
}
