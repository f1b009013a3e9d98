import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";
import { allowedChanges, changeRollout, RULE_ROLLOUT_CHANGES, type RuleRolloutChange } from "./change-rollout.ts";
import type { RolloutEvidence } from "./gates.ts";
import { type RolloutPolicy, RULE_ROLLOUT_STATES, type RuleRollout, runsNewSet } from "./rollout.ts";
import { type RolloutMove, startRollout, stepRollout } from "./step-rollout.ts";

const MINUTE = 60_000;
const NOW = epochMs(1_800_000_000_000);

/** What the sites really do; the machine sees it as evidence. */
type Behaviour = "good" | "bad" | "silent";
type Happening =
  | { readonly kind: "passes"; readonly ms: number }
  | { readonly kind: "behaves"; readonly as: Behaviour }
  | { readonly kind: "look" }
  | { readonly kind: "change"; readonly change: RuleRolloutChange };

const EVIDENCE: Readonly<Record<Behaviour, RolloutEvidence>> = {
  good: evidence({ decisions: 100 }),
  bad: evidence({ decisions: 100, isolations: 50 }),
  silent: evidence({}),
};

function evidence(parts: Partial<RolloutEvidence>): RolloutEvidence {
  const none = { decisions: 0, isolations: 0, releases: 0, ended: 0, unknown: 0, endpointsActed: 0, slotShare: 0 };
  return { ...none, endpoints: 1_000, ...parts };
}

/** A rollout and a plain account of what must be true of it, kept apart from how the machine does it. */
class World {
  now: EpochMs = NOW;
  behaviour: Behaviour = "good";
  rollout: RuleRollout;
  readonly policy: RolloutPolicy;
  readonly sites: readonly number[];
  readonly moves: RolloutMove[] = [];
  /** How long the present wave soaked while it ran, without a break that made it begin anew. */
  soakedMs = 0;
  extendedMs = 0;

  constructor(policy: RolloutPolicy, sites: readonly number[]) {
    const started = startRollout(policy, sites, NOW);
    if (started === undefined) throw new Error("there are sites in some wave");
    this.policy = policy;
    this.sites = sites;
    this.rollout = started.next;
  }

  play(happening: Happening): void {
    switch (happening.kind) {
      case "passes":
        this.now = addMs(this.now, happening.ms);
        if (this.rollout.state === "running") this.soakedMs += happening.ms;
        return;
      case "behaves":
        this.behaviour = happening.as;
        return;
      case "look":
        this.look();
        return;
      case "change":
        this.change(happening.change);
    }
  }

  look(): void {
    const before = this.rollout;
    const seen = EVIDENCE[this.behaviour];
    const move = stepRollout(this.policy, before, seen, this.sites, this.now);
    // [R8] Whoever else looks now would do the same.
    expect(stepRollout(this.policy, before, seen, this.sites, this.now)).toEqual(move);
    if (before.state !== "running") expect(move).toBeUndefined();
    // [R3] At once, however much of the soak is left.
    else if (this.behaviour === "bad") expect(move).toBeDefined();
    if (move === undefined) return;
    if (move.kind === "wave_began" || move.kind === "done") {
      // [R3, R5] Only what was good goes on, and only after the wave's whole soak.
      expect(this.behaviour).toBe("good");
      expect(this.soakedMs).toBeGreaterThanOrEqual(this.policy.waves[before.wave]?.soakMs ?? 0);
    }
    if (this.behaviour === "bad") {
      expect(move.next.state).toBe(this.policy.onBad === "pause" ? "paused" : "rolled_back");
    }
    if (move.kind === "extended") {
      expect(this.behaviour).toBe("silent");
      this.extendedMs += move.next.soakUntil - this.now;
      // [R4]
      expect(this.extendedMs).toBeLessThanOrEqual(this.policy.extendMsMax);
    }
    if (move.next.pausedFor === "inconclusive") expect(this.extendedMs).toBe(this.policy.extendMsMax);
    this.take(move);
  }

  change(change: RuleRolloutChange): void {
    const before = this.rollout;
    const move = changeRollout(this.policy, before, this.sites, { change, reason: "because" }, this.now);
    // [R7]
    expect(move !== undefined).toBe(allowedChanges(before.state).includes(change));
    if (move === undefined) return;
    if (change === "resume" && before.pausedFor !== "person") this.soakedMs = this.extendedMs = 0;
    expect(move.reason).toBe("because");
    this.take(move);
  }

  take(move: RolloutMove): void {
    const before = this.rollout;
    const { next } = move;
    // No wave is given back, and none without sites is waited for.
    expect(next.wave).toBeGreaterThanOrEqual(before.wave);
    expect(this.sites[next.wave]).toBeGreaterThan(0);
    expect((next.pausedFor !== undefined) === (next.state === "paused")).toBe(true);
    for (const wave of this.sites.keys()) {
      const [was, is] = [runsNewSet(before, wave), runsNewSet(next, wave)];
      // [R2] A site changes over once, and back only by a rollback.
      if (was && !is) expect(next.state).toBe("rolled_back");
      if (next.state === "rolled_back") expect(is).toBe(false);
      if (next.state === "done") expect(is).toBe(true);
    }
    if (next.wave !== before.wave) this.soakedMs = this.extendedMs = 0;
    this.rollout = next;
    this.moves.push(move);
  }
}

const policyOf = fc
  .array(
    fc.constantFrom(0, MINUTE, 10 * MINUTE).map((soakMs) => ({ soakMs })),
    { minLength: 1, maxLength: 4 },
  )
  .chain((waves) =>
    fc.record({
      policy: fc.record({
        waves: fc.constant(waves),
        gates: fc.constant({ isolations: { max: 20, sampleMin: 10 } }),
        onBad: fc.constantFrom("pause" as const, "rollback" as const),
        extendMsMax: fc.constantFrom(0, 5 * MINUTE, 25 * MINUTE),
      }),
      sites: fc
        .array(fc.integer({ min: 0, max: 3 }), { minLength: waves.length, maxLength: waves.length })
        .filter((sites) => sites.some((count) => count > 0)),
    }),
  );

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Happening>({ kind: "look" }) },
  { weight: 3, arbitrary: fc.constantFrom(1, MINUTE, 10 * MINUTE).map((ms): Happening => ({ kind: "passes", ms })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Behaviour>("good", "bad", "silent").map((as): Happening => ({ kind: "behaves", as })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...RULE_ROLLOUT_CHANGES).map((change): Happening => ({ kind: "change", change })),
  },
);

describe("a rollout of rule sets", () => {
  it("[R2-R8] keeps its rules whatever sites do, people say and processes look", () => {
    fc.assert(
      fc.property(policyOf, fc.array(happening, { maxLength: 60 }), ({ policy, sites }, course) => {
        const world = new World(policy, sites);
        for (const each of course) world.play(each);
      }),
      { numRuns: 2_000 },
    );
  });

  it("[R3] ends as done when its sites do well and nobody stops it, after exactly its soaks", () => {
    fc.assert(
      fc.property(policyOf, ({ policy, sites }) => {
        const world = new World(policy, sites);
        const soakMs = policy.waves.reduce((sum, wave, index) => sum + ((sites[index] ?? 0) > 0 ? wave.soakMs : 0), 0);
        for (let looks = 0; looks < 2 * policy.waves.length; looks++) {
          world.play({ kind: "passes", ms: Math.max(0, world.rollout.soakUntil - world.now) });
          world.play({ kind: "look" });
        }
        expect(world.rollout.state).toBe("done");
        expect(world.now).toBe(addMs(NOW, soakMs));
      }),
    );
  });

  it("[R6] a person's pause costs the soak nothing but its own length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 100 }), (before, pause) => {
        const policy: RolloutPolicy = {
          waves: [{ soakMs: 10 * MINUTE }],
          gates: {},
          onBad: "pause",
          extendMsMax: 0,
        };
        const world = new World(policy, [1]);
        world.play({ kind: "passes", ms: before * MINUTE });
        world.play({ kind: "change", change: "pause" });
        world.play({ kind: "passes", ms: pause * MINUTE });
        world.play({ kind: "look" });
        expect(world.rollout.state).toBe("paused");
        world.play({ kind: "change", change: "resume" });
        world.play({ kind: "passes", ms: (10 - before) * MINUTE - 1 });
        world.play({ kind: "look" });
        expect(world.rollout.state).toBe("running");
        world.play({ kind: "passes", ms: 1 });
        world.play({ kind: "look" });
        expect(world.rollout.state).toBe("done");
      }),
    );
  });

  it("[R6] after a gate's pause the wave is looked at afresh: what stopped it was seen, and would only stop it again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 100 }), (before, pause) => {
        const policy: RolloutPolicy = {
          waves: [{ soakMs: 10 * MINUTE }],
          gates: { isolations: { max: 20, sampleMin: 10 } },
          onBad: "pause",
          extendMsMax: 0,
        };
        const world = new World(policy, [1]);
        world.play({ kind: "passes", ms: before * MINUTE });
        world.play({ kind: "behaves", as: "bad" });
        world.play({ kind: "look" });
        expect(world.rollout.pausedFor).toBe("gate");
        world.play({ kind: "passes", ms: pause * MINUTE });
        world.play({ kind: "change", change: "resume" });
        const soakUntil = addMs(world.now, 10 * MINUTE);
        expect(world.rollout).toMatchObject({ state: "running", evidenceSince: world.now, soakUntil });
      }),
    );
  });

  it("[R7] knows a word for every state, and nothing more is to be said of what was rolled back", () => {
    expect(RULE_ROLLOUT_STATES.map((state) => [state, allowedChanges(state)])).toEqual([
      ["running", ["pause", "advance", "abort", "rollback"]],
      ["paused", ["resume", "advance", "abort", "rollback"]],
      ["aborted", ["rollback"]],
      ["rolled_back", []],
      ["done", ["rollback"]],
    ]);
  });
});
