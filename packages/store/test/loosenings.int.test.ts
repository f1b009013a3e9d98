import {
  type BrakeRequest,
  createBrakeDesk,
  createLabelDesk,
  createLooseningDesk,
  createPeople,
  createPrincipals,
} from "@cordon/coordinator-core";
import { addMs, type Clock, endpointId, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOW, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

function desks(now = NOW) {
  const clock: Clock = { ...systemClock, now: () => now };
  const deps = { clock, random: systemRandom, logger: silentLogger };
  const brakes = createBrakeDesk({
    ...deps,
    store: world.brakes,
    holds: world.ruleHolds,
    resets: world.coolDownResets,
    rules: { inUse: () => undefined },
  });
  const labels = createLabelDesk({ ...deps, store: world.labels });
  const loosenings = createLooseningDesk({
    ...deps,
    store: world.loosenings,
    brakes,
    labels,
    inForce: world.brakes.inForce,
  });
  return {
    brakes,
    labels,
    loosenings,
    principals: createPrincipals({ ...deps, store: world.access, people: world.people }),
    people: createPeople({ ...deps, store: world.people }),
  };
}

async function set(
  { tenant }: Settled,
  request: { type: "twoPersons" } | Pick<Extract<BrakeRequest, { type: "neverTouch" }>, "type" | "who">,
) {
  const answer = await desks().brakes.set({ ...request, scope: { tenantId: tenant }, reason: "why" }, "ann");
  if (answer.kind !== "set") throw new Error(answer.code);
  return answer.brake.brakeId;
}

const NEVER = { type: "neverTouch", who: [{ by: "role", role: "furnace" }] } as const;

test("[G16] a never-touch list is lifted by the second person, and by nobody alone", async () => {
  const settled = await world.settle();
  const { tenant } = settled;
  const brakeId = await set(settled, NEVER);
  await set(settled, { type: "twoPersons" });
  const { loosenings, brakes } = desks();
  const asked = await loosenings.lift(tenant, brakeId, "ann", "the furnace is gone");
  expect(asked).toMatchObject({ kind: "awaits_second", now: { brakeId } });
  expect((await brakes.get(tenant, brakeId))?.lift).toBeUndefined();
  const id = asked.kind === "awaits_second" ? asked.loosening.looseningId : "";
  expect(await loosenings.confirm(tenant, id, "ann", "me again")).toMatchObject({ code: "loosening.same_person" });
  expect(await desks(addMs(NOW, 86_400_000)).loosenings.confirm(tenant, id, "bob", "late")).toMatchObject({
    code: "loosening.expired",
  });
  const answers = await Promise.all([
    loosenings.confirm(tenant, id, "bob", "yes"),
    desks().loosenings.confirm(tenant, id, "cid", "yes"),
  ]);
  expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["decided", "refused"]);
  expect((await brakes.get(tenant, brakeId))?.lift?.by).toMatch(/^ann and (bob|cid)$/);
  expect(await loosenings.confirm(tenant, id, "dee", "yes")).toMatchObject({ code: "loosening.decided" });
});

test("[G16] what was changed meanwhile is not confirmed, and what is rejected stays", async () => {
  const settled = await world.settle();
  const { tenant } = settled;
  const endpoint = { siteId: settled.site.siteId, endpointId: endpointId("host-1") };
  const { loosenings, labels } = desks();
  await loosenings.relabel(tenant, endpoint, { roles: ["furnace"], tags: ["a"] }, "ann");
  await set(settled, { type: "twoPersons" });
  const more = await loosenings.relabel(tenant, endpoint, { roles: ["furnace"], tags: ["a", "b"] }, "ann");
  expect(more.kind).toBe("done");
  const asked = await loosenings.relabel(tenant, endpoint, { roles: [], tags: ["a", "b"] }, "ann");
  const id = asked.kind === "awaits_second" ? asked.loosening.looseningId : "";
  await labels.put(tenant, endpoint, { roles: ["furnace"], tags: ["a", "b", "c"] }, "cid");
  expect(await loosenings.confirm(tenant, id, "bob", "yes")).toMatchObject({ code: "loosening.changed" });
  expect(await loosenings.reject(tenant, id, "ann", "never mind")).toMatchObject({ kind: "decided" });
  expect((await labels.get(tenant, endpoint))?.roles).toEqual(["furnace"]);
  const again = await loosenings.relabel(tenant, endpoint, { roles: [], tags: ["a", "b", "c"] }, "ann");
  const second = again.kind === "awaits_second" ? again.loosening.looseningId : "";
  expect(await loosenings.confirm(tenant, second, "bob", "yes")).toMatchObject({ kind: "decided" });
  expect(await labels.get(tenant, endpoint)).toMatchObject({ roles: [], changedBy: "ann and bob" });
});

test("[S10] another tenant's wish is not found", async () => {
  const settled = await world.settle();
  const other = await world.settle();
  const brakeId = await set(settled, NEVER);
  await set(settled, { type: "twoPersons" });
  const { loosenings } = desks();
  const asked = await loosenings.lift(settled.tenant, brakeId, "ann", "why");
  const id = asked.kind === "awaits_second" ? asked.loosening.looseningId : "";
  expect(await loosenings.confirm(other.tenant, id, "bob", "yes")).toEqual({ kind: "not_found" });
  expect(await loosenings.confirm("everyTenant", id, "bob", "yes")).toEqual({ kind: "not_found" });
  expect(await loosenings.list(other.tenant, { limit: 10 })).toEqual([]);
  expect(await loosenings.lift(other.tenant, brakeId, "ann", "why")).toEqual({ kind: "not_found" });
});

test("a person is known by the token until it is taken back, and a name is nobody else's ever", async () => {
  const { people, principals } = desks();
  const made = await people.add("ann", "admin");
  expect(await principals.ofToken(made?.token ?? "", "192.0.2.1")).toMatchObject({ name: "ann", grants: [] });
  expect(await people.add("ann", "admin")).toBeUndefined();
  expect(await people.add("admin", "admin")).toBeUndefined();
  expect(await people.remove("ann", "admin")).toBe(true);
  expect(await principals.ofToken(made?.token ?? "", "192.0.2.1")).toBeUndefined();
  expect(await people.add("ann", "admin")).toBeUndefined();
  expect(await people.list()).toMatchObject([{ name: "ann", removed: { by: "admin" } }]);
  const rows = await world.database.query<{ token_hash: string }>("SELECT token_hash FROM people");
  expect(rows.map(({ token_hash }) => token_hash)).not.toContain(made?.token);
});
