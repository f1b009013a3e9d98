import { createIntakeCredentials, createReplayQuarantined, createSenderAuthenticator } from "@cordon/coordinator-core";
import { Secret, systemClock, systemRandom, type TenantId } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const credentials = () =>
  createIntakeCredentials({ store: world.credentials, clock: systemClock, random: systemRandom });
const authenticator = () =>
  createSenderAuthenticator({ store: world.credentials, clock: systemClock, random: systemRandom });

async function make(tenant: TenantId, request: Parameters<ReturnType<typeof credentials>["create"]>[1]) {
  const made = await credentials().create(tenant, request);
  if (made.kind !== "created") throw new Error(made.kind);
  return made;
}

test("a sender is known by its password, its secret path or its certificate, and by nothing else", async () => {
  const { tenant } = await world.settle();
  const { secret: password } = await make(tenant, { kind: "basic", user: "kuma-1" });
  const { secret: segment } = await make(tenant, { kind: "secretPath" });
  await make(tenant, { kind: "clientCertificate", fingerprint: `${"AB:".repeat(31)}CD` });
  if (!password || !segment) throw new Error("secrets are shown once");
  const { authenticate } = authenticator();
  const known = await Promise.all([
    authenticate([{ kind: "basic", user: "kuma-1", password }]),
    authenticate([{ kind: "secretPath", segment }]),
    authenticate([{ kind: "clientCertificate", fingerprint: `${"ab".repeat(31)}cd` }]),
  ]);
  expect(known).toEqual([tenant, tenant, tenant]);
  const unknown = await Promise.all([
    authenticate([{ kind: "basic", user: "kuma-1", password: new Secret("wrong") }]),
    authenticate([{ kind: "basic", user: "nobody", password }]),
    authenticate([{ kind: "secretPath", segment: new Secret("guess") }]),
    authenticate([{ kind: "clientCertificate", fingerprint: "00" }]),
    authenticate([]),
  ]);
  expect(unknown).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test("a removed credential is unknown at once, also one that was just used", async () => {
  const { tenant } = await world.settle();
  const { secret: password, credential } = await make(tenant, { kind: "basic", user: "kuma-2" });
  const { authenticate } = authenticator();
  const claim = { kind: "basic", user: "kuma-2", password: password as Secret } as const;
  expect(await authenticate([claim])).toBe(tenant);
  expect(await credentials().remove(tenant, credential.credentialId)).toBe(true);
  expect(await authenticate([claim])).toBeUndefined();
});

test("proofs of two tenants in one request are no proof", async () => {
  const [one, other] = [await world.settle(), await world.settle()];
  const first = await make(one.tenant, { kind: "secretPath" });
  const second = await make(other.tenant, { kind: "secretPath" });
  const claims = [first, second].map(({ secret }) => ({ kind: "secretPath", segment: secret as Secret }) as const);
  expect(await authenticator().authenticate(claims)).toBeUndefined();
});

test("a user name is taken once over all tenants, and no secret is in the record", async () => {
  const [one, other] = [await world.settle(), await world.settle()];
  const { secret } = await make(one.tenant, { kind: "basic", user: "taken" });
  expect(await credentials().create(other.tenant, { kind: "basic", user: "taken" })).toEqual({ kind: "exists" });
  const [row] = await world.database.query<{ text: string }>(
    "SELECT string_agg(c::text, ' ') AS text FROM intake_credentials c",
  );
  expect(row?.text).not.toContain(secret?.reveal());
});

test("a quarantined event is replayed with today's parser, once", async () => {
  const { tenant } = await world.settle();
  const stored: string[] = [];
  const bad = { code: "event.invalid", message: "bad", raw: "the event", truncated: false } as const;
  const batch = { events: [], quarantine: [bad, { ...bad, truncated: true }], receivedAt: NOW };
  await world.ingest.commit(tenant, batch, new Set(), () => Promise.reject(new Error("nothing is to be planned")));
  const [cut, whole] = await world.actions.listQuarantine(tenant, { limit: 10 });
  if (!cut || !whole) throw new Error("there should be two");
  let isFixed = false;
  const replay = createReplayQuarantined({
    store: world.actions,
    clock: systemClock,
    parse: (_tenant, raw) =>
      isFixed
        ? { events: [anEvent(tenant, raw.replace(" ", "-"))], rejected: [], bytes: 1 }
        : { events: [], rejected: [{ code: "event.invalid", message: "ID is missing", raw }], bytes: 1 },
    ingest: {
      ingest: async (_tenant, { events }) => {
        stored.push(...events.map(({ id }) => id));
        return { kind: "stored", accepted: events.length, duplicates: 0, quarantined: 0, decisions: 0, actions: 0 };
      },
    },
  });
  expect(await replay(tenant, whole.quarantineId)).toEqual({ kind: "still_bad", message: "ID is missing" });
  isFixed = true;
  expect(await replay(tenant, whole.quarantineId)).toMatchObject({ kind: "replayed", answer: { accepted: 1 } });
  expect(stored).toEqual(["the-event"]);
  expect((await world.actions.getQuarantined(tenant, whole.quarantineId))?.replayedAt).toBeDefined();
  expect(await replay(tenant, cut.quarantineId)).toEqual({ kind: "truncated" });
  expect(await replay(tenant, 999_999)).toEqual({ kind: "not_found" });
});
