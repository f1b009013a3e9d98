import { generateKeyPairSync, sign } from "node:crypto";
import { type AuditSigner, createAuditKeeper } from "@cordon/coordinator-core";
import {
  AuditVerifier,
  canonicalJson,
  EMPTY_CHAIN,
  keyIdOf,
  linkAfter,
  PLATFORM_CHAIN,
  rootBytes,
} from "@cordon/core/audit";
import { type Secret, silentLogger, systemClock } from "@cordon/core/kernel";
import { createStores, migrate, openDatabase } from "@cordon/store";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import pg from "pg";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { median } from "../../rounds.ts";
import { type HotWork, openHotWork } from "./walled-record.ts";

const COMMITS_A_TURN = 12;
const TURNS_A_ROUND = 5;
const SEALED = 20_000;
const VERIFIED = 100_000;

/** What it costs that each event tells the audit what became of it, how fast that is sealed, and how fast an export is proven. */
export async function audit({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  say("audit: two databases on one server, one whose record tells nothing");
  const postgres = await startTestPostgres();
  try {
    return [...(await ingest(postgres, rounds * TURNS_A_ROUND)), await sealing(postgres), verifying()];
  } finally {
    await postgres.stop();
  }
}

async function ingest(postgres: TestPostgres, turns: number): Promise<readonly Measurement[]> {
  const told = await openHotWork(postgres, true);
  const silent = await openSilent(postgres);
  const us = { told: [] as number[], silent: [] as number[] };
  try {
    for (const work of [told, silent]) await commitEach(work);
    for (let turn = 0; turn < turns; turn++) {
      if (turn % 2 === 0) us.told.push(await commitEach(told));
      us.silent.push(await commitEach(silent));
      if (turn % 2 === 1) us.told.push(await commitEach(told));
    }
  } finally {
    await told.close();
    await silent.close();
  }
  const ratios = us.told.map((value, turn) => value / (us.silent[turn] as number));
  return [
    {
      name: "audited, an event with its plan's reads and ten actions (20 entries)",
      value: median(us.told),
      unit: "µs",
      peer: { name: "not audited", value: median(us.silent) },
    },
    { name: "  median of the turns' ratios", value: median(ratios), unit: "×" },
  ];
}

async function openSilent(postgres: TestPostgres): Promise<HotWork> {
  let url: Secret | undefined;
  const createDatabase = async () => {
    url = await postgres.createDatabase();
    return url;
  };
  const work = await openHotWork({ ...postgres, createDatabase }, true);
  const client = new pg.Client({ connectionString: url?.reveal() });
  await client.connect();
  await client.query(`DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'audit%'
    LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.name, t.tgname); END LOOP; END $$`);
  await client.end();
  return work;
}

async function commitEach(work: HotWork): Promise<number> {
  const begin = performance.now();
  let done = 0;
  for (let count = 0; count < COMMITS_A_TURN; count++) done += await work.commitEvents();
  return ((performance.now() - begin) * 1_000) / done;
}

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const der = publicKey.export({ format: "der", type: "spki" });
const key = { keyId: keyIdOf(der), publicKey: der.toString("base64"), since: systemClock.now() };
const signer: AuditSigner = {
  sign: async (_chain, bytes) => ({ keyId: key.keyId, signature: sign(null, bytes, privateKey).toString("base64") }),
  keys: async () => [key],
  rotate: async () => key,
};

const fact = (index: number) => ({
  at: key.since,
  kind: "action",
  by: { as: "rule", name: "isolate-on-ransomware" },
  what: "isolateHost queued",
  reason: "met by the event",
  site: "hq",
  targets: [`7b4f1c1e-1111-4222-8333-${String(index).padStart(12, "0")}`],
  rule: { id: "isolate-on-ransomware", version: 7, content: "9".repeat(64) },
  refs: { action: `act_${index}`, event: `event-${index}`, evidence: "none" },
});

async function sealing(postgres: TestPostgres): Promise<Measurement> {
  const url = await postgres.createDatabase();
  const database = openDatabase({ url, logger: silentLogger });
  try {
    await migrate(database);
    const store = createStores(database).audit;
    await database.asOwner.query(
      `INSERT INTO audit_outbox (tenant_id, told_at, fact) SELECT 'tenant-' || n % 6, 0, $1::json FROM generate_series(1, $2::integer) AS n`,
      [JSON.stringify(fact(0)), SEALED],
    );
    const keeper = createAuditKeeper({ store, signer, clock: systemClock, logger: silentLogger });
    const begin = performance.now();
    const sealed = await keeper.sealOnce();
    if (sealed !== SEALED) throw new Error(`${sealed} of ${SEALED} were sealed`);
    return { name: "sealed by one process", value: (sealed * 1_000) / (performance.now() - begin), unit: "entries/s" };
  } finally {
    await database.close();
  }
}

function verifying(): Measurement {
  let head = EMPTY_CHAIN;
  const lines = Array.from({ length: VERIFIED }, (_, index) => {
    const says = fact(index);
    const link = linkAfter(PLATFORM_CHAIN, head, canonicalJson(says));
    head = link;
    return JSON.stringify({ type: "entry", ...link, fact: says });
  });
  const root = { ...head, day: "2026-11-24", at: key.since };
  const signature = sign(null, rootBytes(PLATFORM_CHAIN, root), privateKey).toString("base64");
  const verifier = new AuditVerifier([key.keyId]);
  const begin = performance.now();
  verifier.line(JSON.stringify({ type: "chain", format: 1, chain: PLATFORM_CHAIN, after: 0 }));
  verifier.line(JSON.stringify({ type: "key", ...key }));
  for (const line of lines) verifier.line(line);
  verifier.line(JSON.stringify({ type: "root", ...root, keyId: key.keyId, signature }));
  verifier.line(JSON.stringify({ type: "end", seq: VERIFIED }));
  const report = verifier.end();
  if (!report.ok) throw new Error(report.findings[0]?.says ?? "the export is not proven");
  return { name: "proven", value: (VERIFIED * 1_000) / (performance.now() - begin), unit: "entries/s" };
}
