import type { ActionOrder } from "@cordon/core/action";
import type { LeaseView } from "@cordon/core/endpoint";
import { type ActionId, addMs, deriveActionId, type EndpointId, epochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type LeaseSettings, type ReleaseMethod } from "../src/index.ts";
import { ISOLATE, SiteWorld } from "./site-world.ts";

const MIN = 60_000;
const HOUR = 60 * MIN;
const HOLD = { ...ISOLATE, holdSeconds: 4 * 3_600 } as const;

/** A world whose endpoint runs every task as soon as it is told to, and a coordinator that hears of leases. */
class LeaseWorld extends SiteWorld {
  readonly #carried = new Set<number>();

  static lease(policy: Partial<LeaseSettings["policy"]>): { lease: LeaseSettings } {
    const { lease } = DEFAULT_SETTINGS;
    return { lease: { ...lease, policy: { ...lease.policy, ...policy } } };
  }

  /** KSC makes the tasks of what it stored, the endpoints run them, and their events tell of it. */
  carry(): void {
    for (const { order, incidentId } of this.edr.stored) {
      if (this.#carried.has(incidentId)) continue;
      this.#carried.add(incidentId);
      const { endpointId, displayName: taskDisplayName } = this.edr.makeTask(order.actionId, 4);
      const at = addMs(this.clock.now(), this.edr.info().clockSkewMs ?? 0);
      const event = { endpointId, taskDisplayName, description: "", newState: 4, at };
      this.edr.events = [...this.edr.events, { ...event, eventDbId: this.edr.events.length + 1 }];
    }
  }

  /** Lets time go by, with an endpoint that runs what it finds each minute. */
  async live(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += MIN) {
      await this.pass(Math.min(MIN, ms - passed));
      this.carry();
    }
    await this.pass(20_000);
  }

  async isolate(spec: ActionOrder["spec"] = HOLD): Promise<ActionOrder> {
    const order = this.order("h1", spec);
    await this.offer(order);
    await this.pass(1_000);
    this.carry();
    await this.pass(30_000);
    return order;
  }

  get reports(): LeaseView[] {
    return this.sent.flatMap((message) => (message.kind === "leaseReport" ? message.leases : []));
  }

  get releases() {
    return this.sent.flatMap((message) => (message.kind === "releaseResult" ? [message] : []));
  }

  /** Isolations that KSC got, by when. */
  get isolations(): number[] {
    return this.edr.stored.map(({ at }) => Math.round((at - this.startedAt) / MIN));
  }

  readonly startedAt = this.clock.now();
}

describe("an isolation that is wanted longer than its term", () => {
  it("[S6] is renewed before each end, by incidents of its own, and the coordinator hears of it as one lease", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    expect(world.reports.at(-1)).toMatchObject({ actionId: order.actionId, state: "holding", renewals: 0 });
    await world.live(4 * HOUR);
    // Terms of an hour, each renewed twenty minutes before its end.
    const between = world.isolations.slice(1).map((at, index) => at - (world.isolations[index] ?? 0));
    expect(world.isolations.length).toBeGreaterThanOrEqual(5);
    for (const minutes of between) expect([39, 40, 41, 42]).toContain(minutes);
    expect(new Set(world.edr.stored.map((one) => one.order.actionId)).size).toBe(world.edr.stored.length);
    expect(new Set(world.statuses.map(({ actionId }) => actionId))).toEqual(new Set([order.actionId]));
    expect(new Set(world.reports.map(({ actionId }) => actionId))).toEqual(new Set([order.actionId]));
    expect(world.reports.some(({ state }) => state === "renewing")).toBe(true);
    await world.live(2 * HOUR);
    expect(world.reports.at(-1)).toMatchObject({ state: "over" });
  });

  it("[S6] ends with its hold: the last term is no longer than what is left", async () => {
    const world = new LeaseWorld().start();
    await world.isolate({ ...ISOLATE, holdSeconds: 5_400 });
    await world.live(2 * HOUR);
    const terms = world.edr.stored.map(({ order }) =>
      order.spec.kind === "isolateHost" ? order.spec.durationSeconds : 0,
    );
    expect(terms[0]).toBe(3_600);
    expect(terms[1]).toBeLessThanOrEqual(51 * 60);
    expect(terms).toHaveLength(2);
  });

  it("[L1] only the task that holds the endpoint is protected; those that were renewed may go", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    await world.live(50 * MIN);
    const renewal = world.edr.stored[1]?.order.actionId as ActionId;
    expect(world.store.find(order.actionId)?.superseded).toBe(true);
    expect(world.store.find(renewal)).toMatchObject({ state: "succeeded", renews: order.actionId });
    expect(world.store.find(renewal)?.superseded).toBeUndefined();
  });

  it("[D4] is not renewed again where another agent renewed it before: its renewal is found and counted", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    await world.live(10 * MIN);
    const renewal = { ...order, actionId: deriveActionId([order.actionId, "renewal", "1"]) };
    await world.edr.submit(renewal, new AbortController().signal);
    await world.live(35 * MIN);
    const ids = world.edr.stored.map((one) => one.order.actionId);
    expect(ids).toEqual([order.actionId, renewal.actionId]);
    expect(world.reports.at(-1)).toMatchObject({ state: "holding", renewals: 1 });
  });

  it("[S6][D4] goes on after a crash at any point, and renews once", async () => {
    for (const crashAt of [1, 39, 40, 41, 42]) {
      const world = new LeaseWorld().start();
      const order = await world.isolate();
      await world.live(crashAt * MIN);
      await world.crash();
      await world.live((55 - crashAt) * MIN);
      expect([crashAt, world.edr.stored.length]).toEqual([crashAt, 2]);
      expect(world.reports.at(-1)).toMatchObject({ actionId: order.actionId, state: "holding", renewals: 1 });
    }
  });

  it("[S6] is renewed with the WAN down, also by an agent that starts alone", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    world.agent.sessionDown();
    await world.live(60 * MIN);
    await world.restartAlone();
    const told = world.reports.length;
    await world.live(45 * MIN);
    expect(world.edr.stored).toHaveLength(3);
    expect(world.reports).toHaveLength(told);
    world.connect();
    await world.pass(2_000);
    expect(world.reports.slice(told)).toMatchObject([{ actionId: order.actionId, renewals: 2 }]);
  });

  it("[S6] is not fooled by a clock that is moved: KSC's time says how long it holds", async () => {
    for (const byMs of [-3 * HOUR, 3 * HOUR]) {
      const world = new LeaseWorld();
      let movedMs = 0;
      world.edr.info = () => ({ clockSkewMs: -movedMs });
      world.start();
      await world.isolate();
      await world.live(10 * MIN);
      world.clock.jumpWallTime(byMs);
      movedMs = byMs;
      await world.pass(MIN);
      // Set ahead, the agent's own timer is past: one renewal too early is the safe side.
      await world.live(25 * MIN);
      expect(world.reports.at(-1)?.state).not.toBe("over");
      await world.live(10 * MIN);
      expect([byMs, world.edr.stored.length]).toEqual([byMs, 2]);
    }
  });

  it("[S6] whose budget is used up says so from the beginning, and is an alarm at its end", async () => {
    const world = new LeaseWorld(LeaseWorld.lease({ renewalsMax: 1 })).start();
    await world.isolate();
    expect(world.reports.at(-1)?.problem).toContain("With 1 renewals it can be held until about");
    await world.live(55 * MIN);
    expect(world.reports.at(-1)).toMatchObject({
      state: "holding",
      renewals: 1,
      problem: expect.stringContaining("All 1 renewals are used up"),
    });
    await world.live(HOUR);
    expect(world.edr.stored).toHaveLength(2);
    expect(world.reports.at(-1)).toMatchObject({ state: "lost" });
  });

  it("[L3] leaves the last slots of the endpoint to new containments", async () => {
    const world = new LeaseWorld().start();
    await world.isolate();
    world.edr.addForeign("h1", 87, "onDemandScan");
    await world.offer(world.order("h1", { kind: "terminateProcess", pid: 7 }));
    await world.live(55 * MIN);
    expect(world.edr.stored.filter(({ order }) => order.spec.kind === "isolateHost")).toHaveLength(1);
    expect(world.reports.at(-1)?.problem).toContain("task slots left for containment");
  });

  it("[S4] is not renewed while the site's kill switch is pulled, and is when it is let go", async () => {
    const world = new LeaseWorld().start();
    await world.isolate();
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ["isolateHost"] });
    await world.live(50 * MIN);
    expect(world.edr.stored).toHaveLength(1);
    expect(world.reports.at(-1)?.state).toBe("renewing");
    world.agent.site.setKillSwitch(undefined);
    await world.live(5 * MIN);
    expect(world.edr.stored).toHaveLength(2);
  });
});

describe("what becomes of an isolation", () => {
  it("[S6] whose task is deleted in KSC is an alarm, and the agent does not isolate again", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    await world.live(7 * MIN);
    world.edr.removeTask("h1", world.store.find(order.actionId)?.task?.taskId ?? "");
    await world.live(50 * MIN);
    expect(world.edr.stored).toHaveLength(1);
    expect(world.reports.at(-1)).toMatchObject({
      state: "lost",
      problem: expect.stringContaining("deleted in KSC or rotated out"),
    });
  });

  it("[S6] that failed is an alarm", async () => {
    const world = new LeaseWorld().start();
    const order = world.order("h1", HOLD);
    await world.offer(order);
    await world.pass(1_000);
    world.edr.makeTask(order.actionId, 16);
    await world.pass(2 * MIN);
    expect(world.reports.at(-1)).toMatchObject({
      state: "lost",
      problem: expect.stringContaining("never took effect"),
    });
  });

  it("[S6] of which KSC hears nothing any more is a problem with the mend; once heard it is none", async () => {
    const world = new LeaseWorld().start();
    const silentSince = world.clock.now();
    world.edr.hosts.set("h1", { statusMask: 28, lastSeenAt: silentSince, agentRunning: true });
    await world.isolate();
    await world.live(20 * MIN);
    expect(world.reports.at(-1)).toMatchObject({ heard: "unknown" });
    await world.live(18 * MIN);
    expect(world.reports.at(-1)).toMatchObject({
      heard: "no",
      problem: expect.stringContaining("avp.com isolation /OFF"),
    });
    world.edr.hosts.delete("h1");
    await world.live(10 * MIN);
    expect(world.reports.at(-1)).toMatchObject({ heard: "yes" });
  });

  it("[S6] is told to the coordinator though it ended while nobody listened, and is then forgotten", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate(ISOLATE);
    world.agent.sessionDown();
    await world.live(70 * MIN);
    await world.restartAlone();
    await world.pass(MIN);
    world.connect();
    await world.pass(3 * MIN);
    expect(world.reports.at(-1)).toMatchObject({ actionId: order.actionId, state: "over" });
    const told = world.reports.length;
    expect(world.store.find(order.actionId)?.lease).toMatchObject({ ended: "over", told: true });
    await world.crash();
    await world.pass(3 * MIN);
    expect(world.reports).toHaveLength(told);
  });
});

describe("a release", () => {
  const release = (world: LeaseWorld, { actionId }: ActionOrder) =>
    world.agent.handle({ kind: "release", actionId, reason: "false alarm" });

  it("[S4] stops renewals, tells when the endpoint's own timer ends, and the steps for a person", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    const endsAt = addMs(world.reports.at(-1)?.endpointEndsAt ?? epochMs(0), 0);
    await release(world, order);
    expect(world.releases).toMatchObject([{ actionId: order.actionId, outcome: "released", endpointEndsAt: endsAt }]);
    expect(world.releases[0]?.steps).toContain("avp.com isolation /OFF");
    expect(world.releases[0]?.steps).toContain(new Date(endsAt).toISOString());
    await world.pass(1_000);
    expect(world.statuses.at(-1)?.detail).toMatchObject({ code: "lease.released" });
    await world.live(50 * MIN);
    expect(world.reports.at(-1)).toMatchObject({ state: "ending" });
    await world.crash();
    await world.live(20 * MIN);
    expect(world.edr.stored).toHaveLength(1);
    expect(world.reports.at(-1)).toMatchObject({ state: "over" });
  });

  it("[S4] calls off what was not sent, under the kill switch and every policy", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ["isolateHost"] });
    await world.live(45 * MIN);
    expect(world.reports.at(-1)?.state).toBe("renewing");
    await release(world, order);
    expect(world.releases.at(-1)).toMatchObject({ outcome: "released" });
    world.agent.site.setKillSwitch(undefined);
    await world.live(10 * MIN);
    expect(world.edr.stored).toHaveLength(1);
    const waiting = world.order("h2", HOLD);
    world.edr.trouble = "ksc.unreachable";
    await world.offer(waiting);
    await release(world, waiting);
    world.edr.trouble = undefined;
    await world.live(5 * MIN);
    expect(world.state(waiting)).toBe("cancelled");
  });

  it("[S4] is run by the site's own method once, again only after it failed, and without the coordinator", async () => {
    const runs: string[] = [];
    const answers = [
      { done: false, said: "The release command ended with 3." },
      { done: true, said: "Unblocked by script." },
    ];
    const method: ReleaseMethod = async ({ endpointId, name }) => {
      runs.push(`${endpointId} ${name}`);
      return answers.shift() ?? { done: true };
    };
    const world = new LeaseWorld({}, { releaseMethod: method });
    world.edr.inventoryHosts.set("h1" as EndpointId, {
      endpointId: "h1" as EndpointId,
      displayName: "WS-1",
      addresses: [],
      statusMask: 0,
    });
    world.start();
    const order = await world.isolate();
    world.agent.sessionDown();
    const first = await world.agent.release(order.actionId, "false alarm");
    expect(first.steps).toContain("ended with 3. It is not renewed any more.");
    expect(await world.agent.release(order.actionId, "false alarm")).toMatchObject({ steps: "Unblocked by script." });
    expect(await world.agent.release(order.actionId, "false alarm")).toMatchObject({ steps: "Unblocked by script." });
    expect(runs).toEqual(["h1 WS-1", "h1 WS-1"]);
  });

  it("that is asked for at the site reaches the coordinator with who asked and why, in the status and in the report", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate();
    world.agent.sessionDown();
    expect(await world.agent.release(order.actionId, "host is clean", "ada")).toMatchObject({ outcome: "released" });
    world.connect();
    await world.pass(1_000);
    expect(world.statuses.at(-1)?.detail).toMatchObject({
      code: "lease.released",
      message: expect.stringMatching(/host is clean \(asked for at the site, by ada\)$/),
    });
    await world.live(MIN);
    expect(world.reports.at(-1)).toMatchObject({
      state: "ending",
      released: { at: expect.any(Number), by: "ada", reason: "host is clean" },
    });
  });

  it("of what the agent does not hold any more says so", async () => {
    const world = new LeaseWorld().start();
    const order = await world.isolate(ISOLATE);
    expect(await world.agent.release("nobody" as ActionId, "x")).toMatchObject({ outcome: "not_found" });
    await world.live(70 * MIN);
    expect(await world.agent.release(order.actionId, "x")).toMatchObject({ outcome: "already_over" });
  });
});

describe("what Cordon and KSC stand on", () => {
  const host = { hostName: "agent-box", addresses: ["10.0.0.7"] };

  it.each([
    ["the KSC server's own host", "lease.ksc_server", "ksc"],
    ["the agent's own host", "lease.agent_host", "box"],
  ] as const)("[S6] is never isolated: %s", async (_what, code, endpoint) => {
    const world = new LeaseWorld({}, { host });
    world.edr.info = () => ({ hostId: "ksc" as EndpointId });
    for (const [id, hostName] of [
      ["ksc", "KSC-1"],
      ["box", "AGENT-BOX"],
      ["h1", "WS-1"],
    ] as const) {
      world.edr.inventoryHosts.set(id as EndpointId, {
        endpointId: id as EndpointId,
        displayName: hostName,
        hostName,
        addresses: [],
        statusMask: 0,
      });
    }
    world.start();
    const [never, other] = [world.order(endpoint, ISOLATE), world.order("h1", ISOLATE)];
    await world.offer(never, other);
    await world.pass(5_000);
    expect(world.store.find(never.actionId)).toMatchObject({ state: "refused", code });
    expect(world.edr.stored.map(({ order }) => order.actionId)).toEqual([other.actionId]);
    // Once it is known who they are, the offer itself is refused.
    await world.offer(world.order(endpoint, ISOLATE));
    expect(world.verdicts().at(-1)).toMatchObject({ kind: "refused", code });
  });
});
