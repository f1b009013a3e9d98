import { once } from "node:events";
import net, { type AddressInfo, type Server, type Socket } from "node:net";
import tls from "node:tls";
import { createAuditForwarder } from "@cordon/coordinator-core";
import { type AuditChain, PLATFORM_CHAIN } from "@cordon/core/audit";
import { silentLogger, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type Authority, createAuthority } from "@cordon/identity";
import { createStores, migrate, openDatabase, type Stores } from "@cordon/store";
import { createTempFolder, startTestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openAudit } from "../src/audit/open-audit.ts";
import { sendTo } from "../src/audit/send-forward.ts";

const ACME = tenantId("acme");
const opened = new AsyncDisposableStack();
let authority: Authority;
let stores: Stores;
let seal: () => Promise<number>;

beforeAll(async () => {
  const folder = createTempFolder("cordon-forward");
  opened.defer(() => folder.remove());
  const postgres = await startTestPostgres();
  opened.defer(() => postgres.stop());
  const database = openDatabase({ url: postgres.url, logger: silentLogger });
  opened.defer(() => database.close());
  await migrate(database);
  stores = createStores(database);
  authority = await createAuthority(systemClock.now(), systemRandom);
  const audit = openAudit({
    store: stores.audit,
    keysDirectory: folder.path,
    forwarder: undefined,
    clock: systemClock,
    logger: silentLogger,
  });
  seal = audit.keeper.sealOnce;
});
afterAll(() => opened.disposeAsync());

/** Each test looks only at what it told itself. */
let before: Readonly<Record<string, number>>;
beforeEach(async () => {
  const heads = await stores.audit.listChains();
  before = Object.fromEntries(heads.map(({ chain, head }) => [chain, head.seq]));
  await stores.auditForward.confirm(
    heads.map(({ chain, head }) => ({ chain, upTo: head.seq })),
    systemClock.now(),
  );
});

async function tell(chain: AuditChain, count: number): Promise<void> {
  const fact = { at: systemClock.now(), kind: "login", by: { as: "person", name: "ann" }, what: "signed in" } as const;
  for (let index = 0; index < count; index++) await stores.audit.tell(chain, fact);
  await seal();
}

interface Collector {
  readonly port: number;
  text(): string;
  /** At once, whatever is under way. */
  kill(): Promise<void>;
}

/** Reads until the sender has ended, as any collector does; with `breaksAfter` it is gone after so many bytes. */
async function collector(
  options: { port?: number; name?: string; plain?: true; breaksAfter?: number } = {},
): Promise<Collector> {
  let text = "";
  const sockets = new Set<Socket>();
  const take = (socket: Socket) => {
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (options.breaksAfter !== undefined && bytes > options.breaksAfter) socket.resetAndDestroy();
      else text += chunk.toString();
    });
  };
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  let server: Server;
  if (options.plain) server = net.createServer(take).on("connection", track);
  else {
    const { certificatePem, privateKeyPem } = await authority.issueServer(
      [options.name ?? "127.0.0.1"],
      systemClock.now(),
    );
    server = tls
      .createServer({ cert: certificatePem, key: privateKeyPem.reveal() }, (socket) => {
        socket.on("error", () => {});
        take(socket);
      })
      .on("connection", track);
  }
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const kill = async () => {
    for (const socket of sockets) socket.resetAndDestroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  opened.defer(kill);
  return { port: (server.address() as AddressInfo).port, text: () => text, kill };
}

function forwarder(port: number, { plain = false, format = "cef" as "cef" | "syslog" } = {}) {
  return createAuditForwarder({
    store: stores.auditForward,
    entries: stores.audit,
    send: sendTo({ host: "127.0.0.1", port, tls: !plain }, plain ? undefined : authority.certificatePem),
    style: { format, host: "coordinator", version: "1" },
    clock: systemClock,
    logger: silentLogger,
  });
}

/** The numbers that came, less what was there before, by chain. */
function numbers(text: string, chain: AuditChain): readonly number[] {
  const isIn = (line: string) =>
    chain === PLATFORM_CHAIN ? !line.includes("cs1Label=") : line.includes(`cs1=${chain} `);
  return text
    .split("\n")
    .filter((line) => line.startsWith("CEF:0|Cordon|Cordon|1|login|signed in|") && isIn(line))
    .map((line) => Number(/ ?externalId=(\d+)/.exec(line)?.[1]) - (before[chain] ?? 0));
}

test("[U9] over TLS, a collector that is killed and comes back has every entry of every chain once and in order", async () => {
  const first = await collector();
  const sending = forwarder(first.port);
  await tell(ACME, 3);
  await tell(PLATFORM_CHAIN, 2);
  expect(await sending.forwardOnce()).toBe(5);
  await first.kill();
  await tell(ACME, 2);
  await expect(sending.forwardOnce()).rejects.toMatchObject({ code: "audit.forward_failed" });
  const second = await collector({ port: first.port });
  expect(await sending.forwardOnce()).toBe(2);
  expect(await sending.forwardOnce()).toBe(0);
  expect(await sending.status(ACME)).toMatchObject({ upTo: (before[ACME] ?? 0) + 5 });
  expect(numbers(first.text(), ACME)).toEqual([1, 2, 3]);
  expect(numbers(first.text(), PLATFORM_CHAIN)).toEqual([1, 2]);
  expect(numbers(second.text(), ACME)).toEqual([4, 5]);
});

test("[U9] what a collector had not read when it died is sent again", async () => {
  const dying = await collector({ plain: true, breaksAfter: 2_000 });
  const sending = forwarder(dying.port, { plain: true });
  await tell(ACME, 40);
  await expect(sending.forwardOnce()).rejects.toMatchObject({ code: "audit.forward_failed" });
  await dying.kill();
  const next = await collector({ plain: true, port: dying.port });
  expect(await sending.forwardOnce()).toBe(40);
  expect(numbers(next.text(), ACME)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test("[U9] of two processes that forward, only one does", async () => {
  const one = await collector({ plain: true });
  await tell(ACME, 30);
  const sent = await Promise.all(
    [forwarder(one.port, { plain: true }), forwarder(one.port, { plain: true })].map((each) => each.forwardOnce()),
  );
  expect(sent.reduce((sum, each) => sum + each, 0)).toBe(30);
  expect(numbers(one.text(), ACME)).toHaveLength(30);
});

test("[S11] a collector whose certificate is another's hears nothing", async () => {
  const stranger = await collector({ name: "somebody.example" });
  await tell(ACME, 1);
  await expect(forwarder(stranger.port).forwardOnce()).rejects.toMatchObject({ code: "audit.forward_failed" });
  expect(stranger.text()).toBe("");
});

test("[U9] as syslog, each message stands behind its length", async () => {
  const one = await collector();
  await tell(ACME, 1);
  await forwarder(one.port, { format: "syslog" }).forwardOnce();
  const [, length, message] = /^(\d+) (.*)$/s.exec(one.text()) ?? [];
  expect(Buffer.byteLength(message ?? "")).toBe(Number(length));
  expect(message).toMatch(
    /^<109>1 \S+ coordinator cordon - login \[cordon@32473 chain="acme" seq="\d+" previous="[0-9a-f]{64}" hash="[0-9a-f]{64}"\] \{/,
  );
});
