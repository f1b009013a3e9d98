import { type AgentId, epochMs, type SiteId, type TenantId } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { type FleetAgent, type Rollout, ringOf } from "./rollout.ts";
import { stepRollout } from "./step-rollout.ts";

const NOW = epochMs(1_800_000_000_000);
const HOUR = 3_600_000;
const ago = (ms: number) => epochMs(NOW - ms);

const rollout: Rollout = {
  rolloutId: "r",
  version: "0.2.0",
  rings: [{ sites: ["acme/a"], soakMs: HOUR }, { sites: ["acme/b"], soakMs: HOUR }, { soakMs: HOUR }],
  seed: "s",
  state: "running",
  ring: 0,
  ringSince: ago(10 * HOUR),
  tolerated: 0,
  revision: 1,
  createdAt: NOW,
  createdBy: "admin",
  changedAt: NOW,
  changedBy: "admin",
};

const agent = (site: string, patch: Partial<FleetAgent> = {}): FleetAgent => ({
  tenantId: "acme" as TenantId,
  siteId: site as SiteId,
  agentId: `agent-${site}` as AgentId,
  active: true,
  connected: true,
  running: "0.1.0",
  target: "linux-x64",
  off: false,
  ...patch,
});
const healthy = (site: string, forMs = 2 * HOUR) =>
  agent(site, { running: "0.2.0", report: { state: "running", at: ago(forMs) } });
const reported = (
  site: string,
  state: "returned" | "refused" | "waiting" | "restarting",
  code?: "update.crashed" | "update.no_space" | "update.bad_signature",
  forMs = 0,
) =>
  agent(site, {
    report: { state, at: ago(forMs), ...(code === undefined ? {} : { problem: { code, message: "why" } }) },
  });

const step = (agents: readonly FleetAgent[], patch: Partial<Rollout> = {}) => {
  const result = stepRollout({ rollout: { ...rollout, ...patch }, targets: ["linux-x64"], agents, now: NOW });
  return { ...result, offered: result.offers.map(({ siteId }) => String(siteId)) };
};

describe("a rollout in rings", () => {
  it("offers the release to its first ring only, and to nobody who takes no updates or has no file", () => {
    const fleet = [agent("a"), agent("b"), agent("c")];
    expect(step(fleet).offered).toEqual(["a"]);
    expect(step([agent("a", { off: true })]).offered).toEqual([]);
    expect(step([agent("a", { target: "win-x64" })]).offered).toEqual([]);
    expect(step([agent("a", { target: undefined })]).offered).toEqual([]);
    expect(step([agent("a", { connected: false })]).offered).toEqual([]);
  });

  it("goes to the next ring when the last one ran healthy for its soak time, and not a moment before", () => {
    expect(step([healthy("a", HOUR - 60_000), agent("b")]).rollout).toMatchObject({
      ring: 0,
      reason: "ring 0 is to run it for another 1 min",
    });
    const next = step([healthy("a", HOUR), agent("b"), agent("c")]);
    expect(next.rollout).toMatchObject({ state: "running", ring: 1, ringSince: NOW });
    expect(next.offered).toEqual(["b"]);
  });

  it("waits for those that are under way, and for those that fell silent after they began", () => {
    expect(step([reported("a", "waiting"), agent("b")]).rollout).toMatchObject({
      ring: 0,
      reason: "1 agent is not there yet",
    });
    const silent = { ...healthy("a"), connected: false };
    expect(step([silent, agent("b")]).rollout).toMatchObject({
      ring: 0,
      reason: "1 agent is not heard of since the update",
    });
    expect(step([{ ...reported("a", "restarting"), connected: false }]).rollout).toMatchObject({ ring: 0 });
  });

  it("takes silence for nothing: a ring whose agents are all away does not pass, one in which nobody takes updates does", () => {
    const away = agent("a", { connected: false });
    expect(step([away, agent("b")]).rollout).toMatchObject({ ring: 0, reason: expect.stringContaining("away") });
    expect(step([agent("a", { off: true }), agent("b")]).rollout.ring).toBe(1);
  });

  it("is done after its last ring, and what connects late is still offered it", () => {
    const done = step([healthy("a"), healthy("b"), healthy("c")], { ring: 2 });
    expect(done.rollout.state).toBe("done");
    expect(step([agent("a"), healthy("b")], { ring: 2, state: "done" }).offered).toEqual(["a"]);
  });

  it("pauses at the first agent that took the release back or found it wrong, and names it", () => {
    for (const failed of [
      reported("a", "returned", "update.crashed"),
      reported("a", "refused", "update.bad_signature"),
    ]) {
      const paused = step([failed, agent("b")]);
      expect(paused.rollout).toMatchObject({
        state: "paused",
        reason: expect.stringMatching(/agent-a of acme\/a: update\./),
      });
      expect(paused.offered).toEqual([]);
    }
    expect(step([reported("b", "returned", "update.crashed"), healthy("a", 0)]).rollout.state).toBe("running");
  });

  it("goes on past failures that a person has seen, and pauses again at the next one", () => {
    const seen = [reported("a", "returned", "update.crashed"), { ...healthy("a"), agentId: "other" as AgentId }];
    expect(step(seen, { tolerated: 1 }).rollout).toMatchObject({ state: "running", ring: 1 });
    expect(
      step([...seen, { ...reported("a", "returned"), agentId: "third" as AgentId }], { tolerated: 1 }).rollout.state,
    ).toBe("paused");
  });

  it("a full disk or a broken link is the agent's day, not the release's: no pause, and another offer an hour later", () => {
    expect(step([reported("a", "refused", "update.no_space")]).rollout.state).toBe("running");
    expect(step([reported("a", "refused", "update.no_space")]).offered).toEqual([]);
    expect(step([reported("a", "refused", "update.no_space", HOUR)]).offered).toEqual(["a"]);
  });

  it("an agent that forgot its offer over a restart is offered again", () => {
    expect(step([reported("a", "waiting", undefined, HOUR)]).offered).toEqual(["a"]);
  });

  it("offers nothing while it is paused or aborted", () => {
    for (const state of ["paused", "aborted"] as const) expect(step([agent("a")], { state }).offered).toEqual([]);
  });
});

describe("an agent's ring", () => {
  it("is the one it asks for, then the one that names its site, then its lot; and it never moves", () => {
    const rings = [
      { share: 0.1, soakMs: 0 },
      { sites: ["acme/b"], soakMs: 0 },
      { share: 0.3, soakMs: 0 },
      { soakMs: 0 },
    ];
    expect(ringOf({ rings, seed: "s" }, agent("b"))).toBe(1);
    expect(ringOf({ rings, seed: "s" }, agent("b", { ring: 0 }))).toBe(0);
    expect(ringOf({ rings, seed: "s" }, agent("b", { ring: 9 }))).toBe(3);
    const counts = [0, 0, 0, 0];
    for (let site = 0; site < 2_000; site++) {
      const ring = ringOf({ rings, seed: "s" }, agent(`site-${site}`));
      counts[ring] = (counts[ring] ?? 0) + 1;
    }
    expect(counts[1]).toBe(0);
    expect((counts[0] ?? 0) / 2_000).toBeCloseTo(0.1, 1);
    expect((counts[2] ?? 0) / 2_000).toBeCloseTo(0.3, 1);
    const first = ringOf({ rings, seed: "s" }, agent("site-1"));
    expect(ringOf({ rings, seed: "s" }, agent("site-1", { connected: false }))).toBe(first);
  });
});
