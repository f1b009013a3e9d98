import type { ActionState } from "@cordon/core/action";
import type { Endpoint } from "@cordon/core/endpoint";
import {
  type ActionId,
  type EndpointId,
  Secret,
  type SiteId,
  silentLogger,
  systemClock,
  systemRandom,
} from "@cordon/core/kernel";
import type { OrderKeyList } from "@cordon/core/signing";
import { createAgentRequest, fetchPinnedRoot, parseEnrolmentToken } from "@cordon/identity";
import {
  type AgentLink,
  connectAgent,
  decodeOrder,
  type Hello,
  type LinkStop,
  type Offer,
  type SignedOrder,
  type ToAgent,
  type Welcome,
} from "@cordon/protocol";
import { call } from "./https-client.ts";
import type { TestCoordinator } from "./test-coordinator.ts";

/** An agent as the wire shows it: enrolled and connected like the real one, answering as a test tells it. */
export interface TestAgent {
  readonly agentId: string;
  readonly link: AgentLink;
  /** What orders say stands in their place. */
  readonly received: Said[];
  /** As they came. */
  readonly orders: readonly SignedOrder[];
  /** As enrolment and orders brought them. */
  readonly keys: OrderKeyList;
  readonly welcomes: readonly Welcome[];
  readonly offers: () => readonly Offer[];
  readonly stopped: Promise<LinkStop>;
  accept(actionId: ActionId): void;
  report(seq: number, actionId: ActionId, state: ActionState): void;
  inventory(version: number, endpoints: readonly Endpoint[]): void;
  stop(): Promise<void>;
}

export type Said = ToAgent | ReturnType<typeof decodeOrder>["body"];

export function saidBy(message: ToAgent): Said {
  return message.kind === "signedOrder" ? decodeOrder(message.payload).body : message;
}

/** The way of a new agent: token, pinned root, request, certificate. */
export async function enrolTestAgent(coordinator: TestCoordinator, tenant: string, site: string) {
  const made = await coordinator.api("POST", `/tenants/${tenant}/sites/${site}/enrolment-tokens`, {});
  const token = parseEnrolmentToken(new Secret(String(made.body.token)));
  if (!token) throw new Error(`no token: ${made.text}`);
  const port = Number(new URL(token.url).port);
  const ca = await fetchPinnedRoot(token.url, token.caFingerprint, AbortSignal.timeout(30_000));
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const answer = await call(
    { port, ca },
    {
      method: "POST",
      path: "/agent/v1/enroll",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        secret: token.secret.reveal(),
        csr: csrPem,
        agentVersion: "0.1.0",
        machineName: "test",
      }),
    },
  );
  if (answer.status !== 201) throw new Error(`enrolment failed: ${answer.text}`);
  const { agentId, certificate, authority, gatewayUrl } = answer.body as Record<string, string>;
  return {
    agentId: agentId ?? "",
    certificate: certificate ?? "",
    authority: authority ?? "",
    gatewayUrl: gatewayUrl ?? "",
    orderKeys: answer.body.orderKeys as OrderKeyList,
    privateKeyPem,
  };
}

export type EnrolledAgent = Awaited<ReturnType<typeof enrolTestAgent>>;

export function connectTestAgent(
  enrolled: EnrolledAgent,
  site: string,
  hello: Partial<Hello> = {},
  autoAccept = false,
): TestAgent {
  const received: Said[] = [];
  const orders: SignedOrder[] = [];
  let keys = enrolled.orderKeys;
  const welcomes: Welcome[] = [];
  /** As its ledger would keep it. */
  let epoch = 0;
  const stopping = new AbortController();
  const link = connectAgent({
    url: enrolled.gatewayUrl,
    tls: { ca: enrolled.authority, cert: enrolled.certificate, key: enrolled.privateKeyPem },
    hello: () => ({
      agentVersion: "0.1.0",
      siteId: site as SiteId,
      ledgerId: `ledger-of-${enrolled.agentId}`,
      standBy: false,
      epoch: hello.epoch ?? epoch,
      statusSeq: 0,
      inventoryVersion: 0,
      ledger: { endpoints: 0, open: 0, deferred: 0 },
      serviceConsole: "up",
      agentTime: systemClock.now(),
      ...hello,
    }),
    onWelcome: (welcome) => {
      epoch = welcome.epoch;
      welcomes.push(welcome);
      link.send({ kind: "orderKeysHeld", version: keys.version });
    },
    onMessage: (message) => {
      const said = saidBy(message);
      if (message.kind === "signedOrder") orders.push(message);
      if (said.kind === "orderKeys") {
        keys = said;
        link.send({ kind: "orderKeysHeld", version: said.version });
      }
      received.push(said);
      if (autoAccept && said.kind === "offer") accept(said.order.actionId);
    },
    signal: stopping.signal,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  const accept = (actionId: ActionId) => {
    link.send({ kind: "receipt", actionId, verdict: { kind: "accepted" } });
  };
  return {
    agentId: enrolled.agentId,
    link,
    received,
    orders,
    get keys() {
      return keys;
    },
    welcomes,
    offers: () => received.filter((message) => message.kind === "offer"),
    stopped: link.stopped,
    accept,
    report: (seq, actionId, state) => {
      const status = { seq, actionId, state, at: systemClock.now(), detail: { evidence: { rung: "task" as const } } };
      link.send({ kind: "statusBatch", statuses: [status] });
    },
    inventory: (version, endpoints) => {
      link.send({ kind: "inventorySnapshot", version, part: 0, last: true, endpoints });
    },
    stop: async () => {
      stopping.abort();
      await link.stopped;
    },
  };
}

export const testEndpoint = (id: string, fqdn: string): Endpoint => ({
  endpointId: id as EndpointId,
  displayName: fqdn,
  fqdn,
  hostName: fqdn.split(".")[0] ?? fqdn,
  addresses: ["10.20.4.114"],
  statusMask: 25,
});
