import { afterAll, beforeAll, expect, test } from "vitest";
import { type Estate, startEstate } from "./estate.ts";

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate();
});
afterAll(() => estate?.stop());

/** Three probes of some seconds and a start of the coordinator, on a loaded machine. */
const CASE_MS_MAX = 200_000;

const canary = async () => (await estate.record.site()).canary;

test(
  "a probe goes the whole way to the endpoint and back; a site that does not enforce is in alarm, also after a restart, until it does",
  async () => {
    const { hostId } = estate.wish("onDemandScan");
    estate.ksc.control.setKnobs({ scanDuration: 0.05 });
    await estate.record.setCanary(hostId, "iocScan");
    const passed = await estate.until("the first probe to pass", async () => {
      const seen = await canary();
      return seen?.state === "passing" && seen;
    });
    const stages = passed.lastPassed?.stages?.map(({ stage }) => stage) ?? [];
    expect(stages).toEqual(expect.arrayContaining(["delivered", "submitted", "succeeded", "total"]));
    expect(estate.ksc.control.truth().effects.filter((effect) => effect.hostId === hostId)).toHaveLength(1);
    expect(await estate.record.metrics()).toMatch(
      /cordon_canary_up\{tenant="acme",site="hq"\} 1\n[\s\S]*cordon_canary_stage_seconds\{tenant="acme",site="hq",stage="total"\} \d/,
    );

    // Not paced, as a second scan would be.
    estate.ksc.control.setHost(hostId, { behaviour: "fail" });
    await estate.record.setCanary(hostId, "getFile");
    await estate.until("the alarm", async () => (await canary())?.state === "failing");
    expect(await estate.record.metrics()).toContain('cordon_canary_up{tenant="acme",site="hq"} 0\n');
    expect(estate.coordinator.log().filter(({ op }) => op === "canary.alarm")).toMatchObject([{ siteId: "hq" }]);

    await estate.coordinator.kill9();
    await estate.coordinator.start();
    expect(await canary()).toMatchObject({ state: "failing", alarm: { reason: expect.stringContaining("failed") } });
    estate.ksc.control.setHost(hostId, { behaviour: "online" });
    await estate.record.runCanary();
    await estate.until("the alarm to end", async () => (await canary())?.state === "passing");
  },
  CASE_MS_MAX,
);
