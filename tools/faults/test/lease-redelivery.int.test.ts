import { afterAll, beforeAll, expect, test } from "vitest";
import { type Estate, startEstate } from "./estate.ts";

/** An agent dies while its isolations hold, and the stand-by keeps them up from what the coordinator tells it. */
let estate: Estate;

beforeAll(async () => {
  estate = await startEstate({ CORDON_ACTING_LEASE_SECONDS: "4" });
  await estate.addAgent("second");
  await estate.until("the second agent to wait and the first to keep a lease", async () => {
    const { actingLeaseSeconds, standbys } = await estate.record.site();
    return actingLeaseSeconds === 4 && standbys.some(({ connected }) => connected);
  });
});
afterAll(() => estate?.stop());

/** Two terms of a minute each, and what a loaded machine takes for the rest. */
const CASE_MS_MAX = 400_000;
/** A term of a minute is renewed half-way; the second one leaves less of the hold than the shortest isolation. */
const TERMS = { durationSeconds: 60, holdSeconds: 125 };

test(
  "[S6][D4] an isolation whose agent is killed is renewed once by the stand-by, and one that was renewed already is not renewed again",
  async () => {
    const isolationsOf = (hostId: string) =>
      estate.ksc.control.truth().isolations.filter((one) => one.hostId === hostId);
    const incidentsOf = (actionId: string) =>
      estate.ksc.control.truth().incidents.filter(({ body }) => body.includes(actionId)).length;
    const leaseOf = async (id: string) => (await estate.record.leases()).items.find(({ actionId }) => actionId === id);
    const isolate = async () => {
      const { hostId } = estate.wish("isolateHost");
      const { actionId } = await estate.record.isolate(hostId, TERMS);
      await estate.until("the isolation to hold", async () => (await leaseOf(actionId))?.state === "holding");
      return { hostId, actionId };
    };

    const renewed = await isolate();
    await estate.until("its renewal to be in effect", async () => {
      const seen = await leaseOf(renewed.actionId);
      return seen?.renewals === 1 && seen.state === "holding" && isolationsOf(renewed.hostId).length === 2;
    });
    const young = await isolate();
    const before = (await estate.record.site()).agentId;
    await estate.agent.kill9();
    await estate.until("the stand-by to take over", async () => {
      const { agentId, connected } = await estate.record.site();
      return connected && agentId !== before;
    });

    await estate.until("the renewal by the stand-by", () => isolationsOf(young.hostId).length === 2);
    expect(isolationsOf(young.hostId)[0]?.ended?.why).toBe("renewed");
    for (const { hostId, actionId } of [renewed, young]) {
      await estate.until("the device's own timer to end it", () => isolationsOf(hostId).at(-1)?.ended?.why === "timer");
      const over = await estate.until("its end to be told", async () => {
        const seen = await leaseOf(actionId);
        return seen?.state === "over" && seen;
      });
      expect(over).toMatchObject({ renewals: 1 });
      expect(over.mismatch).toBeUndefined();
      expect(isolationsOf(hostId)).toHaveLength(2);
      expect(incidentsOf(actionId)).toBe(1);
    }
    expect(estate.ksc.control.truth().incidents).toHaveLength(4);
  },
  CASE_MS_MAX,
);
