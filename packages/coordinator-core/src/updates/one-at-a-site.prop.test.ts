import { type AgentId, type EpochMs, epochMs, type SiteId, type TenantId } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FleetAgent, Rollout } from "./rollout.ts";
import { stepRollout } from "./step-rollout.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const VERSION = "0.2.0";

const ROLLOUT: Rollout = {
  rolloutId: "r",
  version: VERSION,
  rings: [{ soakMs: 0 }],
  seed: "s",
  state: "running",
  ring: 0,
  ringSince: epochMs(NOW),
  tolerated: 0,
  revision: 1,
  createdAt: epochMs(NOW),
  createdBy: "admin",
  changedAt: epochMs(NOW),
  changedBy: "admin",
};

const agentOf = (agentId: string, patch: Partial<FleetAgent> = {}): FleetAgent => ({
  tenantId: "acme" as TenantId,
  siteId: "hq" as SiteId,
  agentId: agentId as AgentId,
  active: agentId === "a",
  connected: true,
  running: "0.1.0",
  target: "linux-x64",
  off: false,
  ...patch,
});

type Happening =
  | "look"
  | "goesOn"
  | "proves"
  | "takesBack"
  | "hasNoRoom"
  | "drops"
  | "returns"
  | "swapsRoles"
  | "timePasses";
type Truth = "idle" | "waiting" | "restarting" | "proven";

/** Two agents of a site as they really are, and what the record knows of them. */
class Pair {
  now = NOW;
  rollout = ROLLOUT;
  agents = [agentOf("a"), agentOf("b")];
  truths: Truth[] = ["idle", "idle"];
  together = 0;

  play(what: Happening, which: number): void {
    const agent = this.agents[which];
    const truth = this.truths[which];
    if (agent === undefined || truth === undefined) return;
    if (what === "look") this.look();
    else if (what === "timePasses") this.now += 10 * MINUTE;
    else if (what === "swapsRoles") this.agents = this.agents.map((one) => ({ ...one, active: !one.active }));
    else if (what === "drops") this.set(which, { connected: false });
    else if (what === "returns" && truth !== "restarting") this.set(which, { connected: true });
    else if (what === "goesOn" && truth === "waiting" && agent.connected) this.restart(which);
    else if (what === "proves" && truth === "restarting") this.report(which, "proven", "running", { running: VERSION });
    else if (what === "takesBack" && truth === "restarting") this.report(which, "idle", "returned", {});
    else if (what === "hasNoRoom" && truth === "waiting" && agent.connected)
      this.report(which, "idle", "refused", {}, true);
  }

  look(): void {
    const now = epochMs(this.now);
    const { rollout, offers } = stepRollout({
      rollout: this.rollout,
      targets: ["linux-x64"],
      agents: this.agents,
      now,
    });
    // A person lets it go on.
    this.rollout = rollout.state === "paused" ? { ...rollout, state: "running", tolerated: 2 } : rollout;
    for (const { agentId } of offers) {
      const which = agentId === "a" ? 0 : 1;
      if (this.truths[which] === "idle") this.report(which, "waiting", "waiting", {});
    }
    const underWay = this.truths.filter((truth) => truth === "waiting" || truth === "restarting").length;
    this.together = Math.max(this.together, underWay);
  }

  restart(which: number): void {
    this.report(which, "restarting", "restarting", {});
    this.set(which, { connected: false });
  }

  report(
    which: number,
    truth: Truth,
    state: "waiting" | "restarting" | "running" | "returned" | "refused",
    patch: Partial<FleetAgent>,
    passing = false,
  ): void {
    this.truths[which] = truth;
    const problem = passing ? { problem: { code: "update.no_space", message: "full" } as const } : {};
    this.set(which, { connected: true, ...patch, report: { state, at: epochMs(this.now) as EpochMs, ...problem } });
  }

  set(which: number, patch: Partial<FleetAgent>): void {
    this.agents = this.agents.map((agent, index) => (index === which ? { ...agent, ...patch } : agent));
  }
}

const happening = fc.constantFrom<Happening>(
  "look",
  "look",
  "goesOn",
  "proves",
  "takesBack",
  "hasNoRoom",
  "drops",
  "returns",
  "swapsRoles",
);

describe("two agents of one site", () => {
  it("[D8] never have a release under way together, whoever drops, returns, fails or takes over", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 1 })), { maxLength: 60 }), (course) => {
        const pair = new Pair();
        for (const [what, which] of course) pair.play(what, which);
        expect(pair.together).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("both get it in the end, the stand-by first", () => {
    const pair = new Pair();
    pair.look();
    expect(pair.truths).toEqual(["idle", "waiting"]);
    pair.play("timePasses", 0);
    pair.look();
    expect(pair.truths).toEqual(["idle", "waiting"]);
    pair.play("goesOn", 1);
    pair.look();
    expect(pair.truths).toEqual(["idle", "restarting"]);
    pair.play("proves", 1);
    pair.look();
    expect(pair.truths).toEqual(["waiting", "proven"]);
    pair.play("goesOn", 0);
    pair.play("proves", 0);
    pair.look();
    expect(pair.rollout.state).toBe("done");
  });

  it("one that is away, off or without room leaves its turn to the other", () => {
    const offersWith = (patch: Partial<FleetAgent>) => {
      const agents = [agentOf("a"), agentOf("b", patch)];
      return stepRollout({ rollout: ROLLOUT, targets: ["linux-x64"], agents, now: epochMs(NOW) }).offers.map(
        ({ agentId }) => String(agentId),
      );
    };
    const at = (ms: number) => epochMs(NOW - ms);
    expect(offersWith({})).toEqual(["b"]);
    expect(offersWith({ connected: false })).toEqual(["a"]);
    expect(offersWith({ off: true })).toEqual(["a"]);
    expect(
      offersWith({ report: { state: "refused", at: at(0), problem: { code: "update.no_space", message: "" } } }),
    ).toEqual(["a"]);
    expect(offersWith({ connected: false, report: { state: "waiting", at: at(0) } })).toEqual([]);
    expect(offersWith({ connected: false, report: { state: "waiting", at: at(61 * MINUTE) } })).toEqual(["a"]);
    expect(offersWith({ connected: false, running: VERSION })).toEqual([]);
  });
});
