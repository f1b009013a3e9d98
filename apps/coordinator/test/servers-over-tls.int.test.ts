import { appendFileSync, chownSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Secret, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type Authority, createAuthority } from "@cordon/identity";
import { createRedisDispatchQueue } from "@cordon/queue";
import { type EmbeddedPostgres, loginsOf, openDatabase, startEmbeddedPostgres } from "@cordon/store";
import { createTempFolder, eventually, freePort, spawnProgram } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

const opened = new AsyncDisposableStack();
const folder = createTempFolder("cordon-tls");
/** An address of this machine that no other server of the tests listens on. */
const HOST = `127.${1 + (process.pid % 250)}.${1 + Math.floor(Math.random() * 250)}.1`;
let authority: Authority;
let postgres: EmbeddedPostgres;
let administrator: URL;
let redisPort: number;

const file = (name: string) => path.join(folder.path, name);

beforeAll(async () => {
  opened.defer(() => folder.remove());
  authority = await createAuthority(systemClock.now(), systemRandom);
  writeFileSync(file("ca.pem"), authority.certificatePem);
  writeFileSync(file("stranger.pem"), (await createAuthority(systemClock.now(), systemRandom)).certificatePem);
  await Promise.all([startPostgres(), startRedis()]);
});
afterAll(() => opened.disposeAsync());

async function startPostgres(): Promise<void> {
  postgres = await startEmbeddedPostgres({
    folder: file("postgres"),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    settings: { listen_addresses: HOST, fsync: "off" },
  });
  opened.defer(() => postgres.stop());
  administrator = new URL(postgres.urlOf("cordon").reveal());
  administrator.search = "";
  administrator.hostname = HOST;
  appendFileSync(path.join(postgres.folder, "cluster", "postgresql.auto.conf"), "ssl = on\n");
  await presentCertificate(HOST);
  const trusted = `sslmode=verify-full&sslrootcert=${file("ca.pem")}`;
  await eventually(async () => (await askPostgres(trusted)) === true, { what: "Postgres to speak TLS" });
}

/** Under this one name; the server reads it when it is told to. */
async function presentCertificate(name: string): Promise<void> {
  const { certificatePem, privateKeyPem } = await authority.issueServer([name], systemClock.now());
  const cluster = path.join(postgres.folder, "cluster");
  const { uid, gid } = statSync(cluster);
  for (const [place, content] of [
    ["server.crt", certificatePem],
    ["server.key", privateKeyPem.reveal()],
  ] as const) {
    writeFileSync(path.join(cluster, place), content, { mode: 0o600 });
    chownSync(path.join(cluster, place), uid, gid);
  }
  process.kill(postgres.serverPid() ?? 0, "SIGHUP");
}

async function startRedis(): Promise<void> {
  const { certificatePem, privateKeyPem } = await authority.issueServer([HOST], systemClock.now());
  writeFileSync(file("redis.crt"), certificatePem);
  writeFileSync(file("redis.key"), privateKeyPem.reveal(), { mode: 0o600 });
  redisPort = await freePort();
  const program = spawnProgram({
    argv: [
      process.env.CORDON_REDIS_SERVER ?? "redis-server",
      ...["--port", "0", "--tls-port", String(redisPort), "--bind", HOST, "127.0.0.1", "--dir", folder.path],
      ...[
        "--tls-cert-file",
        file("redis.crt"),
        "--tls-key-file",
        file("redis.key"),
        "--tls-ca-cert-file",
        file("ca.pem"),
      ],
      ...["--tls-auth-clients", "no", "--save", "", "--maxmemory-policy", "noeviction"],
    ],
  });
  opened.defer(async () => {
    await program.kill9();
  });
  await program.waitForLine(/ready to accept connections/i);
}

/** What the server says of the connection; how it refuses to be spoken to. */
async function askPostgres(query: string): Promise<boolean | string> {
  const url = new URL(administrator);
  url.search = query;
  const database = openDatabase({ logins: loginsOf(new Secret(url.href)), logger: silentLogger });
  try {
    const [row] = await database.asOwner.query<{ ssl: boolean }>(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    return row?.ssl ?? "nothing";
  } catch (error) {
    return String(error);
  } finally {
    await database.close();
  }
}

async function askRedis(url: string): Promise<string> {
  const queue = await createRedisDispatchQueue({
    url: new Secret(url),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    timings: { firstConnectMs: 1_000, callTimeoutMs: 1_000 },
  });
  try {
    const { waiting } = await queue.stats({ tenantId: tenantId("a"), siteId: siteId("s") });
    return `${waiting} waiting`;
  } catch (error) {
    return String(error);
  } finally {
    await queue.close();
  }
}

test("Postgres over TLS: the authority and the name must be right", async () => {
  const ca = `sslmode=verify-full&sslrootcert=${file("ca.pem")}`;
  expect(await askPostgres(ca)).toBe(true);
  expect(await askPostgres(`sslmode=verify-full&sslrootcert=${file("stranger.pem")}`)).toMatch(/certificate/);
  expect(await askPostgres("sslmode=verify-full")).toMatch(/certificate/);
  // `require` leaves the check out elsewhere; here it does not.
  expect(await askPostgres("sslmode=require")).toMatch(/certificate/);
});

test("Postgres over TLS: a certificate of another name is refused", async () => {
  await presentCertificate("db.elsewhere.example");
  const trusted = `sslmode=verify-full&sslrootcert=${file("ca.pem")}`;
  await eventually(async () => (await askPostgres(trusted)) !== true, { what: "the other certificate to be shown" });
  expect(await askPostgres(trusted)).toMatch(/altnames/);
});

test("Redis over TLS: the authority and the name must be right", async () => {
  expect(await askRedis(`rediss://${HOST}:${redisPort}?ca=${file("ca.pem")}`)).toBe("0 waiting");
  const refusals = await Promise.all([
    askRedis(`rediss://${HOST}:${redisPort}?ca=${file("stranger.pem")}`),
    askRedis(`rediss://${HOST}:${redisPort}`),
    // The same server by another of its addresses, which its certificate does not name.
    askRedis(`rediss://127.0.0.1:${redisPort}?ca=${file("ca.pem")}`),
    askRedis(`redis://${HOST}:${redisPort}`),
  ]);
  for (const refusal of refusals) expect(refusal).toMatch(/queue\.unavailable/);
});
