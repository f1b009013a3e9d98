import { generateKeyPairSync, sign } from "node:crypto";
import { type AuditKeeper, type AuditSigner, createAuditDesk, createAuditKeeper } from "@cordon/coordinator-core";
import { type AuditChain, type AuditFact, AuditVerifier, keyIdOf, PLATFORM_CHAIN } from "@cordon/core/audit";
import { type EpochMs, epochMs, silentLogger, systemClock } from "@cordon/core/kernel";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { addActions, NOW, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

const DAY = 86_400_000;
/** The tenant's chain begins with the enrolment of its agent. */
const SETUP = 1;

let postgres: TestPostgres;
let world: RecordWorld;
let settled: Settled;
let now: EpochMs;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  now = NOW;
  world = await openRecordWorld(postgres);
  settled = await world.settle();
});
afterEach(() => world.close());
afterAll(() => postgres.stop());

const clock = { ...systemClock, now: () => now };

function memorySigner(): AuditSigner & { readonly keyId: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  const key = { keyId: keyIdOf(der), publicKey: der.toString("base64"), since: NOW };
  return {
    keyId: key.keyId,
    sign: async (_chain, bytes) => ({ keyId: key.keyId, signature: sign(null, bytes, privateKey).toString("base64") }),
    keys: async () => [key],
    rotate: async () => key,
  };
}

const signer = memorySigner();
const aKeeper = (): AuditKeeper => createAuditKeeper({ store: world.audit, signer, clock, logger: silentLogger });

async function exported(chain: AuditChain, after = 0) {
  const desk = createAuditDesk({ store: world.audit, keeper: aKeeper(), signer, clock, logger: silentLogger });
  const verifier = new AuditVerifier([signer.keyId]);
  const facts: AuditFact[] = [];
  for await (const line of desk.exportLines(chain, after, 1_000)) {
    verifier.line(JSON.stringify(line));
    if (line.type === "entry" && line.seq > SETUP) facts.push(line.fact as unknown as AuditFact);
  }
  return { report: verifier.end(), facts };
}

const aFact = (what: string): AuditFact => ({ at: now, kind: "login", by: { as: "person", name: "ann" }, what });

test("[U7] [S11] what is ordered, sent and ends stands in the chain with who, what, where and why, also that it was never sent", async () => {
  const { tenant, site } = settled;
  const [action] = await addActions(world, site, ["one"]);
  if (action === undefined) throw new Error("there is one");
  await world.actions.move(
    tenant,
    [
      {
        actionId: action.actionId,
        state: "expired",
        at: NOW,
        source: "sweep",
        detail: { evidence: { rung: "none" }, code: "action.expired", message: "It was never sent." },
      },
    ],
    NOW,
  );
  const { report, facts } = await exported(tenant);
  expect(report).toMatchObject({ ok: true, findings: [], entries: SETUP + facts.length });
  expect(facts).toMatchObject([
    { kind: "action", what: expect.stringMatching(/ queued$/), by: { as: "person", name: "test" } },
    { kind: "decision", what: expect.stringMatching(/^act /), targets: [action.endpointId], site: site.siteId },
    {
      kind: "action",
      what: expect.stringMatching(/ expired$/),
      by: { as: "cordon", name: "sweep" },
      code: "action.expired",
      reason: "It was never sent.",
      refs: { action: action.actionId },
    },
  ]);
});

test("[U7] what a transaction does not keep was never told, and what it keeps is told with it", async () => {
  const { tenant } = settled;
  const work = world.database.forTenant(tenant);
  const insert = `INSERT INTO brakes (brake_id, type, tenant_id, body, reason, set_by, set_at) VALUES ($1, 'killSwitch', $2, '{}', 'why', 'ann', $3)`;
  await expect(
    work.transaction(async (tx) => {
      await tx.query(insert, ["gone", tenant, NOW]);
      throw new Error("the process ended");
    }),
  ).rejects.toThrow("the process ended");
  await work.query(insert, ["kept", tenant, NOW]);
  const { facts } = await exported(tenant);
  expect(facts).toMatchObject([
    { kind: "brake", what: "set killSwitch", by: { name: "ann" }, reason: "why", refs: { brake: "kept" } },
  ]);
});

test("[U1] [U7] of several that seal at once while others tell, every fact has one place and no place is empty", async () => {
  const { tenant } = settled;
  const keepers = [aKeeper(), aKeeper(), aKeeper()];
  const telling = Array.from({ length: 120 }, (_, index) =>
    world.audit.tell(index % 3 === 0 ? PLATFORM_CHAIN : tenant, aFact(`fact ${index}`)),
  );
  const sealing = Array.from({ length: 30 }, (_, index) => keepers[index % 3]?.sealOnce());
  await Promise.all([...telling, ...sealing]);
  const { report, facts } = await exported(tenant);
  const platform = await exported(PLATFORM_CHAIN);
  expect(report).toMatchObject({ ok: true, entries: SETUP + 80, lastSeq: SETUP + 80 });
  expect(platform.report).toMatchObject({ ok: true, entries: 40, lastSeq: 40 });
  expect(new Set([...facts, ...platform.facts].map(({ what }) => what)).size).toBe(120 - SETUP);
  expect(await world.audit.backlog()).toEqual({ facts: 0 });
});

test("[U3] each day's end is signed once, and a chain that nothing was added to is not signed again", async () => {
  const { tenant } = settled;
  const keeper = aKeeper();
  await world.audit.tell(tenant, aFact("on the first day"));
  await keeper.sealOnce();
  expect(await keeper.keepOnce()).toMatchObject({ signed: 1 });
  expect(await keeper.keepOnce()).toMatchObject({ signed: 0 });
  now = epochMs(NOW + DAY);
  expect(await keeper.keepOnce()).toMatchObject({ signed: 0 });
  await world.audit.tell(tenant, aFact("on the second"));
  await keeper.sealOnce();
  expect(await keeper.keepOnce()).toMatchObject({ signed: 1 });
  expect(await world.audit.listRoots(tenant, 0, 10)).toMatchObject([
    { seq: SETUP + 1, day: "2026-02-28" },
    { seq: SETUP + 2, day: "2026-03-01" },
  ]);
});

test("[U4] what is over age goes up to a signed end, and the export proves it and goes on", async () => {
  const { tenant } = settled;
  await world.audit.putRetention(tenant, { days: 31, changedAt: NOW, changedBy: "ann" });
  const keeper = aKeeper();
  for (const what of ["one", "two"]) await world.audit.tell(tenant, aFact(what));
  await keeper.sealOnce();
  await keeper.keepOnce();
  now = epochMs(NOW + 30 * DAY);
  await world.audit.tell(tenant, aFact("three"));
  await keeper.sealOnce();
  expect(await keeper.keepOnce()).toMatchObject({ removed: 0 });
  now = epochMs(NOW + 32 * DAY);
  expect(await keeper.keepOnce()).toMatchObject({ removed: SETUP + 2 });
  const { report, facts } = await exported(tenant);
  expect(report).toMatchObject({ ok: true, removed: SETUP + 2, entries: 2, lastSeq: SETUP + 4 });
  expect(facts).toMatchObject([
    { what: "three" },
    { kind: "audit", what: `removed entries up to ${SETUP + 2} as over age` },
  ]);
  expect((await exported(tenant, SETUP + 3)).report).toMatchObject({ ok: true, firstSeq: SETUP + 4, removed: 0 });
});

test("[S11] a row that somebody forged in the database is found by who verifies the export", async () => {
  const { tenant } = settled;
  for (const what of ["one", "two", "three"]) await world.audit.tell(tenant, aFact(what));
  await aKeeper().sealOnce();
  await world.database.query(
    `UPDATE audit_entries SET fact = replace(fact, '"two"', '"nothing"') WHERE tenant_id = $1 AND seq = $2`,
    [tenant, SETUP + 2],
  );
  expect((await exported(tenant)).report.findings).toMatchObject([{ code: "changed", line: 5 }]);
  await world.database.query("DELETE FROM audit_entries WHERE tenant_id = $1 AND seq = $2", [tenant, SETUP + 2]);
  expect((await exported(tenant)).report.findings).toMatchObject([{ code: "gap", says: "entries 3 to 3 are missing" }]);
});
