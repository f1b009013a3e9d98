import { ACTION_KINDS } from "@cordon/core/action";
import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { ISOLATE, KILL, SiteWorld } from "./site-world.ts";

const HOUR_MS = 3_600_000;

/** An action that waits: the switch is pulled. */
async function waiting() {
  const world = new SiteWorld().start();
  world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ACTION_KINDS });
  const order = world.order("h1", ISOLATE);
  await world.offer(order);
  await world.pass(1_000);
  return { world, order };
}

describe("a wall clock that is set while the agent runs", () => {
  it("[D6] ahead, past a deadline: what waited is expired and never sent", async () => {
    const { world, order } = await waiting();
    world.clock.jumpWallTime(5 * HOUR_MS);
    await world.pass(5_000);
    world.agent.site.setKillSwitch(undefined);
    await world.pass(30_000);
    expect(world.state(order)).toBe("expired");
    expect(world.edr.stored).toEqual([]);
  });

  it("back: waits are as long as they were, so what may go goes at once and nothing is stuck until the old time", async () => {
    const { world, order } = await waiting();
    world.clock.jumpWallTime(-10 * HOUR_MS);
    world.agent.site.setKillSwitch(undefined);
    await world.pass(5_000);
    expect(world.edr.stored.map((one) => one.order.actionId)).toEqual([order.actionId]);
  });

  it("[L2][P5] back: an old look does not become a fresh one when its time comes round again, nor that of the process before", async () => {
    const world = new SiteWorld().start();
    const looks = () => world.edr.calls.filter((call) => call === "tasks h1").length;
    await world.offer(world.order("h1", KILL));
    await world.pass(1_000);
    expect(looks()).toBe(1);
    const lookedAt = world.clock.now();
    world.clock.jumpWallTime(-HOUR_MS);
    // The agent asks for nothing on its own meanwhile.
    world.edr.refused.set("tasks h1", "ksc.access_denied");
    await world.pass(HOUR_MS);
    world.edr.refused.clear();
    expect(Math.abs(world.clock.now() - lookedAt)).toBeLessThan(60_000);
    const before = looks();
    const second = world.order("h1", KILL);
    await world.offer(second);
    await world.pass(0);
    expect(looks()).toBe(before + 1);
    expect(world.state(second)).toBe("submitted");
    world.clock.jumpWallTime(-HOUR_MS);
    await world.crash();
    world.edr.refused.set("tasks h1", "ksc.access_denied");
    await world.pass(HOUR_MS);
    world.edr.refused.clear();
    const asked = looks();
    await world.offer(world.order("h1", KILL));
    await world.pass(0);
    expect(looks()).toBe(asked + 1);
  });

  it.each([-10, 5])(
    "[T1] by %i hours: that no task came of what KSC has is told after the time that passed",
    async (hours) => {
      const world = new SiteWorld().start();
      const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 24 * HOUR_MS) });
      await world.offer(order);
      await world.pass(1_000);
      expect(world.state(order)).toBe("submitted");
      await world.pass(60_000);
      world.clock.jumpWallTime(hours * HOUR_MS);
      await world.pass(DEFAULT_SETTINGS.watch.taskDeadlineMs - 2 * 60_000);
      expect(world.state(order)).toBe("submitted");
      await world.pass(4 * 60_000);
      expect(world.state(order)).toBe("unknown");
    },
  );

  it("back after a trouble of KSC: the pause ends by the time that passed", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    const order = world.order("h1", KILL);
    await world.offer(order);
    await world.pass(5_000);
    world.clock.jumpWallTime(-10 * HOUR_MS);
    world.edr.trouble = undefined;
    await world.pass(120_000);
    expect(world.edr.stored.map((one) => one.order.actionId)).toEqual([order.actionId]);
  });
});
