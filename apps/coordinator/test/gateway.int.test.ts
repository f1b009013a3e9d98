import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import {
  type Agent,
  type AgentIdentity,
  type SessionHello,
  type SessionRef,
  type SiteLink,
  VOUCH_MS,
} from "@cordon/coordinator-core";
import {
  type ActionId,
  AppError,
  agentId,
  epochMs,
  type Secret,
  type SiteId,
  silentLogger,
  siteId,
  systemClock,
  systemRandom,
  tenantId,
} from "@cordon/core/kernel";
import { type Authority, certificateFingerprint, createAgentRequest, createAuthority } from "@cordon/identity";
import { type AgentLink, connectAgent, SESSION_PATH, type ToAgent } from "@cordon/protocol";
import { eventually } from "@cordon/testkit";
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createGateway, type Gateway, type GatewayDeps } from "../src/gateway/gateway.ts";
import { createSessionKeeper } from "../src/gateway/keep-sessions.ts";
import type { Live } from "../src/gateway/live-session.ts";
import type { SigningAnswer, SigningRequest } from "../src/signer/order-signer.ts";

const TENANT = tenantId("acme");
const SITE = siteId("hq");
const IDENTITY = { tenantId: TENANT, siteId: SITE, agentId: agentId("agt-1") };

interface TestAgent {
  readonly link: AgentLink;
  readonly received: ToAgent[];
  readonly welcomes: number[];
  readonly stop: AbortController;
}

let authority: Authority;
let listener: { cert: string; key: Secret };
let mine: { cert: string; key: Secret; fingerprint: string };

let gateway: Gateway;
let port: number;
let known: Map<string, AgentIdentity>;
let attached: Map<string, SiteLink>;
let ended: SessionRef[];
let epoch: number;
let agents: TestAgent[];
/** What the record waits for before it notes a session's end. */
let endGate: Promise<void>;
let applyStatuses: GatewayDeps["applyStatuses"];
/** What the record decides about the next hello. */
let role: "active" | "standby";
let actingLeaseMs: number;
let redeliver: boolean;
let redeliveries: number;
let signed: SigningRequest[];
let keyLists: number;
const refusedBySigner = new Set<ActionId>(["act_unknown" as ActionId]);
let hellos: SessionHello[];
let budgets: SessionRef[];
let beat: GatewayDeps["sessions"]["beat"];
let promotable: GatewayDeps["sessions"]["promotable"];

beforeAll(async () => {
  authority = await createAuthority(systemClock.now(), systemRandom);
  const issued = await authority.issueServer(["localhost"], systemClock.now());
  listener = { cert: issued.certificatePem, key: issued.privateKeyPem };
  mine = await agentCertificate(authority);
});

async function agentCertificate(signer: Authority) {
  const request = await createAgentRequest();
  const { certificatePem } = await signer.issueAgent(IDENTITY, request.csrPem, systemClock.now());
  return { cert: certificatePem, key: request.privateKeyPem, fingerprint: certificateFingerprint(certificatePem) };
}

const agentRecord = (fingerprint: string): Agent => ({
  ...IDENTITY,
  certificateFingerprint: fingerprint,
  enrolledAt: epochMs(0),
});

beforeEach(async () => {
  known = new Map([[mine.fingerprint, { kind: "known", agent: agentRecord(mine.fingerprint) }]]);
  attached = new Map();
  ended = [];
  endGate = Promise.resolve();
  epoch = 0;
  role = "active";
  actingLeaseMs = 0;
  redeliver = false;
  redeliveries = 0;
  hellos = [];
  budgets = [];
  beat = async () => ({ fenced: [], leaseChanges: [] });
  promotable = async () => [];
  agents = [];
  applyStatuses = async (_session, statuses) => ({
    kind: "applied",
    cursor: statuses.at(-1)?.seq ?? 0,
    moved: 0,
    ignored: 0,
    unknown: 0,
  });
  signed = [];
  keyLists = 0;
  gateway = createGateway({
    signer: {
      keyList: async () => {
        keyLists++;
        return { version: 1, keys: [] };
      },
      sign: async ({ wishes, ...session }) => {
        signed.push({ ...session, wishes });
        return wishes.map((wish, index): SigningAnswer => {
          if (wish.kind === "offer" && refusedBySigner.has(wish.actionId)) {
            return { kind: "refused", code: "order.not_recorded", message: "no" };
          }
          const payload = Buffer.from(JSON.stringify(wish));
          return { kind: "signed", sequence: index + 1, keyId: "k", payload, signature: Buffer.alloc(64) };
        });
      },
    },
    enrolment: { identify: async (fingerprint) => known.get(fingerprint) ?? { kind: "unknown" } },
    sessions: {
      begin: async (_site, hello) => {
        const isActive = role === "active";
        if (isActive) epoch += 1;
        const shared = { role, epoch, statusCursor: 40, inventoryVersion: 7, redeliver };
        hellos.push(hello);
        return { ...shared, actingLeaseMs: isActive ? actingLeaseMs : 0 };
      },
      end: async (session) => {
        await endGate;
        ended.push(session);
      },
      beat: async (sessions) => beat(sessions),
      promotable: async (waiting) => promotable(waiting),
      snapshotPart: async (_session, part) => part.version,
      delta: async (_session, delta) => delta.version,
      budgets: async (session) => {
        budgets.push(session);
        return "stored";
      },
    },
    applyStatuses: (session, statuses) => applyStatuses(session, statuses),
    dispatcher: {
      attach: async (site, link) => void attached.set(site.siteId, link),
      detach: async (site, link) => {
        if (attached.get(site.siteId) === link) attached.delete(site.siteId);
      },
      linkOf: (site) => attached.get(site.siteId),
      stats: () => ({ sites: attached.size, inFlight: 0 }),
      close: async () => {},
    },
    leases: { reported: async () => "stored", answered: async () => {}, connected: () => {} },
    redelivery: {
      run: async () => {
        redeliveries += 1;
      },
    },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    tls: { ca: authority.certificatePem, ...listener },
  });
  gateway.server.listen(0, "127.0.0.1");
  await once(gateway.server, "listening");
  port = (gateway.server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const { stop } of agents) stop.abort();
  await Promise.all(agents.map(({ link }) => link.stopped));
  await gateway.close();
});

function dial(options: { readonly tls?: typeof mine; readonly site?: SiteId } = {}): TestAgent {
  const received: ToAgent[] = [];
  const welcomes: number[] = [];
  const stop = new AbortController();
  const { cert, key } = options.tls ?? mine;
  const link = connectAgent({
    url: `wss://127.0.0.1:${port}`,
    tls: { ca: authority.certificatePem, cert, key, servername: "localhost" },
    hello: () => ({
      agentVersion: "0.1.0",
      siteId: options.site ?? SITE,
      ledgerId: "ledger-1",
      standBy: false,
      epoch,
      statusSeq: 40,
      inventoryVersion: 7,
      ledger: { endpoints: 0, open: 0, deferred: 0 },
      serviceConsole: "up",
      agentTime: systemClock.now(),
    }),
    onWelcome: (welcome) => welcomes.push(welcome.epoch),
    onMessage: (message) => void received.push(message),
    signal: stop.signal,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  const agent = { link, received, welcomes, stop };
  agents.push(agent);
  return agent;
}

async function connected(): Promise<TestAgent & { readonly site: SiteLink }> {
  const agent = dial();
  const site = await eventually(() => agent.welcomes.length > 0 && attached.get(SITE), { what: "the site to attach" });
  return { ...agent, site };
}

const fatal = (code: string) => ({ kind: "fatal", code });

test("a known agent is welcomed with the record's cursor and inventory version", async () => {
  const agent = await connected();
  expect(agent.welcomes).toEqual([1]);
  expect(gateway.sessionCount()).toBe(1);
});

test("an offer is answered by the receipt of the same action, in whatever order they come", async () => {
  const { site, link, received } = await connected();
  const [first, second] = [site.offer("act_1" as ActionId), site.offer("act_2" as ActionId)];
  await eventually(() => received.length === 2, { what: "both offers" });
  link.send({ kind: "receipt", actionId: "act_2" as ActionId, verdict: { kind: "duplicate", state: "running" } });
  link.send({ kind: "receipt", actionId: "act_1" as ActionId, verdict: { kind: "accepted" } });
  expect(await second).toEqual({ kind: "duplicate", state: "running" });
  expect(await first).toEqual({ kind: "accepted" });
});

test("a cancel is answered by its result, and asking twice asks the agent once", async () => {
  const { site, link, received } = await connected();
  const asked = [site.cancel("act_1" as ActionId, "r"), site.cancel("act_1" as ActionId, "r")];
  await eventually(() => received.length > 0, { what: "the cancel" });
  link.send({ kind: "cancelResult", actionId: "act_1" as ActionId, outcome: "too_late", state: "submitted" });
  expect(await Promise.all(asked)).toEqual([
    { outcome: "too_late", state: "submitted" },
    { outcome: "too_late", state: "submitted" },
  ]);
  expect(received).toHaveLength(1);
});

test("[S8] an order goes out as it was signed, of its session, and what the signer does not sign is not sent", async () => {
  const { site, link, received } = await connected();
  link.send({ kind: "orderKeysHeld", version: 1 });
  await eventually(() => keyLists === 1, { what: "what the agent holds to be heard" });
  const unknown = site.offer("act_unknown" as ActionId);
  await expect(unknown).rejects.toMatchObject({ code: "order.not_recorded" });
  const offered = site.offer("act_1" as ActionId);
  const order = await eventually(() => received[0], { what: "the order" });
  if (order.kind !== "signedOrder") throw new Error(`it is ${order.kind}`);
  expect(JSON.parse(Buffer.from(order.payload).toString())).toEqual({ kind: "offer", actionId: "act_1" });
  expect(signed.at(-1)).toMatchObject({ ...IDENTITY, epoch: 1, held: 1 });
  link.send({ kind: "orderRefused", sequence: 1, code: "order.replayed", message: "no" });
  await expect(offered).rejects.toMatchObject({ code: "order.replayed" });
  expect(received).toHaveLength(1);
});

test("[D3] when the socket goes, an offer without receipt rejects and the site is detached", async () => {
  const agent = await connected();
  const offered = agent.site.offer("act_1" as ActionId);
  const rejected = expect(offered).rejects.toMatchObject({ code: "site.offline" });
  await eventually(() => agent.received.length === 1, { what: "the offer" });
  agent.stop.abort();
  await rejected;
  await eventually(() => !attached.has(SITE) && ended.length === 1, { what: "the session to end" });
  expect(ended[0]).toMatchObject({ ...IDENTITY, epoch: 1 });
});

const status = (seq: number) => ({
  seq,
  actionId: "act_1" as ActionId,
  state: "running" as const,
  at: epochMs(seq),
  detail: { evidence: { rung: "task" as const } },
});

test("[D5] status batches are stored one after another and acknowledged only when stored", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const started: number[] = [];
  applyStatuses = async (_session, statuses) => {
    const seq = statuses[0]?.seq ?? 0;
    started.push(seq);
    await gates[seq - 41]?.promise;
    return { kind: "applied", cursor: seq, moved: 1, ignored: 0, unknown: 0 };
  };
  const { link, received } = await connected();
  link.send({ kind: "statusBatch", statuses: [status(41)] });
  link.send({ kind: "statusBatch", statuses: [status(42)] });
  await eventually(() => started.length === 1, { what: "the first batch" });
  expect(received).toEqual([]);
  gates[1]?.resolve();
  expect(started).toEqual([41]);
  gates[0]?.resolve();
  await eventually(() => received.length === 2, { what: "both acknowledgements" });
  expect(received).toEqual([
    { kind: "statusAck", cursor: 41 },
    { kind: "statusAck", cursor: 42 },
  ]);
});

test("[D5] statuses that could not be stored are not acknowledged; the session ends and the agent comes back", async () => {
  let failures = 0;
  applyStatuses = async () => {
    failures += 1;
    throw new AppError("store.unavailable", "down");
  };
  const agent = await connected();
  agent.link.send({ kind: "statusBatch", statuses: [status(41)] });
  await eventually(() => agent.welcomes.length === 2, { what: "the second session" });
  expect(failures).toBe(1);
  expect(agent.received).toEqual([]);
});

test("a session that the record has fenced off is ended", async () => {
  applyStatuses = async () => ({ kind: "fenced" });
  const agent = await connected();
  agent.link.send({ kind: "statusBatch", statuses: [status(41)] });
  await eventually(() => ended.length === 1, { what: "the fenced session's end" });
  expect(agent.received).toEqual([]);
});

test("a newer session of a site takes over and the older one is told so", async () => {
  const first = await connected();
  const second = dial();
  await eventually(() => second.welcomes.length === 1 && ended.length === 1, { what: "the take-over" });
  expect(ended[0]?.epoch).toBe(1);
  expect(attached.get(SITE)).not.toBe(first.site);
  await expect(first.site.offer("act_1" as ActionId)).rejects.toMatchObject({ code: "site.offline" });
  const offered = attached.get(SITE)?.offer("act_2" as ActionId);
  await eventually(() => second.received.length === 1, { what: "the offer at the newer session" });
  second.link.send({ kind: "receipt", actionId: "act_2" as ActionId, verdict: { kind: "accepted" } });
  expect(await offered).toEqual({ kind: "accepted" });
});

test("an agent that was revoked, that nobody knows, or that says it is another site is refused for good", async () => {
  known.set(mine.fingerprint, { kind: "revoked", agent: agentRecord(mine.fingerprint) });
  expect(await dial().link.stopped).toMatchObject(fatal("session.identity_revoked"));
  known.clear();
  expect(await dial().link.stopped).toMatchObject(fatal("session.unknown_identity"));
  known.set(mine.fingerprint, { kind: "known", agent: { ...agentRecord(mine.fingerprint), siteId: siteId("other") } });
  expect(await dial().link.stopped).toMatchObject(fatal("session.unknown_identity"));
  known.set(mine.fingerprint, { kind: "known", agent: agentRecord(mine.fingerprint) });
  expect(await dial({ site: siteId("elsewhere") }).link.stopped).toMatchObject(fatal("session.wrong_site"));
  expect(attached.size).toBe(0);
});

test("revoking an agent ends its session at once", async () => {
  const agent = await connected();
  gateway.dropAgent(IDENTITY.agentId);
  expect(await agent.link.stopped).toMatchObject(fatal("session.identity_revoked"));
});

test("[L8] a stand-by is welcomed and gets no offers; of what it says its evidence and its health count", async () => {
  role = "standby";
  const applied: SessionRef[] = [];
  applyStatuses = async (session, statuses) => {
    applied.push(session);
    return { kind: "applied", cursor: statuses.at(-1)?.seq ?? 0, moved: 0, ignored: 0, unknown: 0 };
  };
  const agent = dial();
  await eventually(() => agent.welcomes.length === 1, { what: "the welcome" });
  expect(attached.has(SITE)).toBe(false);
  agent.link.send({ kind: "inventorySnapshot", version: 9, part: 0, last: true, endpoints: [] });
  agent.link.send({ kind: "statusBatch", statuses: [status(41)] });
  agent.link.send({
    kind: "budgetReport",
    serviceConsole: "down",
    ledger: { endpoints: 0, open: 0, deferred: 0 },
    budgets: [],
  });
  await eventually(() => budgets.length === 1, { what: "its health" });
  expect(applied).toMatchObject([{ role: "standby", ledgerId: "ledger-1" }]);
  // Of the inventory nothing was acknowledged, so nothing was stored.
  expect(agent.received).toEqual([{ kind: "statusAck", cursor: 41 }]);
});

test("[L8] a stand-by that may take over is sent away to come back, and is active then", async () => {
  role = "standby";
  const agent = dial();
  await eventually(() => agent.welcomes.length === 1, { what: "the welcome" });
  promotable = async (waiting) => {
    role = "active";
    promotable = async () => [];
    return waiting;
  };
  // The site is attached before its agent has read the second welcome.
  await eventually(() => agent.welcomes.length === 2, { what: "the second welcome" });
  expect(attached.has(SITE)).toBe(true);
  expect(agent.welcomes).toEqual([0, 1]);
});

test("a session that the record does not name any more is ended by its beat; one whose lease changes is welcomed anew", async () => {
  const agent = await connected();
  beat = async (sessions) => {
    beat = async () => ({ fenced: [], leaseChanges: [] });
    return { fenced: [], leaseChanges: sessions };
  };
  await eventually(() => agent.welcomes.length === 2, { what: "the new welcome", withinMs: 20_000 });
  beat = async (sessions) => ({ fenced: sessions, leaseChanges: [] });
  await eventually(() => ended.length === 2, { what: "the fenced session's end", withinMs: 20_000 });
}, 45_000);

test("[L8] a gateway that cannot write that a leased agent lives does not answer it", async () => {
  let skippedMs = 0;
  const skewed = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs };
  const keeper = createSessionKeeper({
    sessions: {
      beat: async () => Promise.reject(new AppError("store.unavailable", "down")),
      promotable: async () => [],
    },
    live: () => [],
    clock: skewed,
    logger: silentLogger,
  });
  onTestFinished(() => keeper.stop());
  const live = (leaseMs: number) =>
    ({
      session: { welcome: { actingLeaseMs: leaseMs } },
      heardMs: 0,
      vouchedMs: skewed.monotonicMs(),
    }) as unknown as Live;
  const [leased, free] = [live(30_000), live(0)];
  expect([keeper.mayHear(leased), keeper.mayHear(free)]).toEqual([true, true]);
  const heardMs = leased.heardMs;
  skippedMs = VOUCH_MS + 1_000;
  expect([keeper.mayHear(leased), keeper.mayHear(free)]).toEqual([false, true]);
  expect(leased.heardMs).toBe(heardMs);
});

test("[L8] a hello that makes orders of an earlier ledger due has them collected", async () => {
  redeliver = true;
  await connected();
  expect(redeliveries).toBe(1);
  expect(hellos).toMatchObject([{ ledgerId: "ledger-1", standBy: false }]);
});

test("[L8] an order of an admin ends the active session that is older than it, and no newer one", async () => {
  const agent = await connected();
  gateway.standDown({ tenantId: TENANT, siteId: SITE }, 1);
  expect(gateway.sessionCount()).toBe(1);
  gateway.standDown({ tenantId: TENANT, siteId: SITE }, 2);
  await eventually(() => agent.welcomes.length === 2, { what: "the agent to come back" });
});

test("a stop is over only when every session's end is in the record", async () => {
  await connected();
  // A database that takes its time: long enough for everything else of a stop to be over.
  endGate = (async () => {
    await eventually(() => !attached.has(SITE), { what: "the session to end" });
    for (let turn = 0; turn < 1_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  })();
  await gateway.close();
  expect(ended).toHaveLength(1);
});

test("a certificate of another authority, or none, does not get through the handshake", async () => {
  const foreign = await createAuthority(systemClock.now(), systemRandom);
  const strange = await agentCertificate(foreign);
  known.set(strange.fingerprint, { kind: "known", agent: agentRecord(strange.fingerprint) });
  for (const identity of [{ cert: strange.cert, key: strange.key.reveal() }, {}]) {
    const socket = connect({
      port,
      host: "127.0.0.1",
      ca: authority.certificatePem,
      servername: "localhost",
      ...identity,
    });
    let heard = 0;
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.length;
    });
    // In TLS 1.3 the client learns of the refusal after its own handshake: the connection ends, with or without a reason.
    socket.on("error", () => {});
    socket.write(
      `GET ${SESSION_PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once("close", resolve));
    expect(heard).toBe(0);
  }
  expect(gateway.sessionCount()).toBe(0);
});

test("TLS 1.2 is not spoken to agents", async () => {
  const socket = connect({
    port,
    host: "127.0.0.1",
    ca: authority.certificatePem,
    cert: mine.cert,
    key: mine.key.reveal(),
    maxVersion: "TLSv1.2",
  });
  const [error] = await once(socket, "error");
  expect(error.code).toContain("SSL");
});
