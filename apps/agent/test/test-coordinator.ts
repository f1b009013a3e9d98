import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ActionArgs, ActionOrder, ActionState } from "@cordon/core/action";
import {
  type ActionId,
  addMs,
  agentId,
  type EndpointId,
  silentLogger,
  siteId,
  systemClock,
  systemRandom,
  tenantId,
} from "@cordon/core/kernel";
import { type OrderKeyList, writeOrderKey } from "@cordon/core/signing";
import { type AgentIdentity, type Authority, createAgentRequest, createAuthority } from "@cordon/identity";
import {
  type AgentSession,
  encodeOrder,
  type Order,
  type OrderBody,
  type SignedOrder,
  type Status,
  serveSessions,
  sessionTlsOptions,
  type ToAgent,
  type ToCoordinator,
} from "@cordon/protocol";
import { eventually } from "@cordon/testkit";
import { writeIdentity, writeOrderKeys } from "../src/index.ts";

const IDENTITY: AgentIdentity = {
  tenantId: tenantId("acme"),
  siteId: siteId("site-a"),
  agentId: agentId("agent-1"),
};

const ORDERS: readonly string[] = ["offer", "cancel", "release", "evidenceRequest", "orderKeys"];

/** The coordinator's end of the wire with a memory instead of a database: what a site agent needs, and nothing decided. */
export interface TestCoordinator extends AsyncDisposable {
  readonly url: string;
  readonly authority: Authority;
  enrol(stateDir: string): Promise<void>;
  order(endpointId: string, spec: ActionArgs, patch?: Partial<ActionOrder>): ActionOrder;
  sendOffer(order: ActionOrder): void;
  /** Offers and waits for the receipt. */
  offer(order: ActionOrder): Promise<Extract<ToCoordinator, { kind: "receipt" }>["verdict"]>;
  send(message: ToAgent | OrderBody): void;
  /** Signed for this agent's session, with the next number unless another is said; not sent. */
  sign(body: OrderBody, patch?: Partial<Order>): SignedOrder;
  /** The key that orders are signed with. */
  readonly keys: OrderKeyList;
  statesOf(actionId: ActionId): readonly ActionState[];
  lastOf(actionId: ActionId): Status | undefined;
  reached(actionId: ActionId, state: ActionState, withinMs?: number): Promise<Status>;
  readonly statuses: readonly Status[];
  readonly messages: readonly ToCoordinator[];
  readonly sessionCount: number;
  connected(): Promise<void>;
}

export async function startTestCoordinator(): Promise<TestCoordinator> {
  const authority = await createAuthority(systemClock.now(), systemRandom);
  const tls = await authority.issueServer(["127.0.0.1", "localhost"], systemClock.now());
  const server = createServer(
    sessionTlsOptions({ ca: authority.certificatePem, cert: tls.certificatePem, key: tls.privateKeyPem }),
  );
  const messages: ToCoordinator[] = [];
  const statuses: Status[] = [];
  let session: AgentSession<AgentIdentity> | undefined;
  let epoch = 0;
  let inventoryVersion = 0;
  let cursor = 0;
  let serial = 0;
  let sessionCount = 0;

  const sessions = serveSessions<AgentIdentity>({
    server,
    authenticate: () => ({ kind: "known", identity: IDENTITY }),
    onHello: () => ({
      kind: "welcome",
      grant: { role: "active", epoch: ++epoch, actingLeaseMs: 0, statusCursor: cursor, inventoryVersion },
    }),
    onOpen: (opened) => {
      session = opened;
      sessionCount++;
    },
    onMessage: (from, message) => {
      messages.push(message);
      if (message.kind === "statusBatch") {
        for (const status of message.statuses) {
          if (status.seq !== cursor + 1)
            throw new Error(`status ${status.seq} after ${cursor}: the sequence has a gap`);
          cursor = status.seq;
          statuses.push(status);
        }
        from.send({ kind: "statusAck", cursor });
      }
      if (message.kind === "inventorySnapshot" && message.last) inventoryVersion = message.version;
      if (message.kind === "inventoryDelta" && message.fromVersion === inventoryVersion)
        inventoryVersion = message.version;
      const isWhole = message.kind === "inventoryDelta" || (message.kind === "inventorySnapshot" && message.last);
      if (isWhole) from.send({ kind: "inventoryAck", version: inventoryVersion });
    },
    onClosed: (closed) => {
      if (session === closed) session = undefined;
    },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  const signing = generateKeyPairSync("ed25519");
  const keys = { version: 1, keys: [writeOrderKey(signing.publicKey)] };
  let orders = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const lastOf = (actionId: ActionId) => statuses.findLast((status) => status.actionId === actionId);
  const coordinator: TestCoordinator = {
    url,
    authority,
    statuses,
    messages,
    get sessionCount() {
      return sessionCount;
    },
    keys,
    sign(body, patch = {}) {
      const issuedAt = systemClock.now();
      const order = { ...IDENTITY, epoch, sequence: ++orders, issuedAt, notAfter: addMs(issuedAt, 3_600_000), body };
      const payload = encodeOrder({ ...order, ...patch });
      const signature = sign(null, payload, signing.privateKey);
      return { kind: "signedOrder", keyId: keys.keys[0]?.keyId ?? "", payload, signature };
    },
    async enrol(stateDir) {
      const { csrPem, privateKeyPem } = await createAgentRequest();
      const issued = await authority.issueAgent(IDENTITY, csrPem, systemClock.now());
      writeOrderKeys(stateDir, keys);
      writeIdentity(stateDir, {
        ...IDENTITY,
        gatewayUrl: url,
        expiresAt: issued.expiresAt,
        certificate: issued.certificatePem,
        authority: authority.certificatePem,
        privateKey: privateKeyPem,
      });
    },
    order: (endpointId, spec, patch = {}) => ({
      actionId: `act_${String(++serial).padStart(32, "0")}` as ActionId,
      endpointId: endpointId as EndpointId,
      spec,
      deadline: addMs(systemClock.now(), 3_600_000),
      ...patch,
    }),
    sendOffer: (order) => coordinator.send({ kind: "offer", order, epoch }),
    async offer(order) {
      const from = messages.length;
      coordinator.sendOffer(order);
      return eventually(
        () => {
          const receipt = messages.slice(from).find((one) => one.kind === "receipt" && one.actionId === order.actionId);
          return receipt?.kind === "receipt" && receipt.verdict;
        },
        { what: `the receipt of ${order.actionId}` },
      );
    },
    send(message) {
      const isOrder = ORDERS.includes(message.kind);
      if (session?.send(isOrder ? coordinator.sign(message as OrderBody) : (message as ToAgent)) !== "sent")
        throw new Error("the agent is not connected");
    },
    statesOf: (actionId) => statuses.filter((status) => status.actionId === actionId).map(({ state }) => state),
    lastOf,
    reached: (actionId, state, withinMs = 20_000) =>
      eventually(
        () => {
          const last = lastOf(actionId);
          if (last?.state !== state) throw new Error(`it is ${JSON.stringify(last)}`);
          return last;
        },
        { what: `${actionId} to be ${state}`, withinMs },
      ),
    connected: async () => {
      await eventually(() => session?.isOpen, { what: "the agent to connect" });
    },
    async [Symbol.asyncDispose]() {
      await sessions.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return coordinator;
}
