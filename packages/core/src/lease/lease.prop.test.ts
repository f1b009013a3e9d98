import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSettled } from "../action/index.ts";
import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";
import { decideLease, type LeaseFacts } from "./decide-lease.ts";
import { DEFAULT_LEASE_POLICY } from "./policy.ts";
import type { Term } from "./term.ts";

const MIN = 60_000;
const POLICY = { ...DEFAULT_LEASE_POLICY, renewalsMax: 6 };

type Event =
  | { readonly do: "pass"; readonly minutes: number }
  /** The renewal on its way reaches the endpoint; `told`: KSC's event says when. */
  | { readonly do: "reach"; readonly told: boolean }
  | { readonly do: "fail" | "release" | "restart" }
  /** The agent's clock is moved; it asks KSC's again. */
  | { readonly do: "jump"; readonly minutes: number }
  | { readonly do: "slots"; readonly free: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("reach" as const), told: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("fail" as const, "release" as const, "restart" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("jump" as const), minutes: fc.integer({ min: -300, max: 300 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("slots" as const), free: fc.constantFrom(5, 50) }) },
);

/** An endpoint, a KSC and an agent with their three clocks, as far as one isolation is concerned. */
class Site {
  /** Real time; KSC's clock shows it, the agent's does up to `agentOffMs`. */
  real = epochMs(1_767_225_600_000);
  agentOffMs = 0;
  endpointEndsReal = 0;
  facts: LeaseFacts;
  done: "over" | "lost" | undefined;
  lapses = 0;
  renewedAt: EpochMs[] = [];

  constructor(durationMinutes: number, holdMinutes: number) {
    const durationMs = durationMinutes * MIN;
    const first = {
      number: 0,
      state: "succeeded",
      durationMs,
      changedAt: this.real,
      endedAt: this.real,
      gone: false,
    } as const;
    this.endpointEndsReal = this.real + durationMs;
    this.facts = {
      admittedAt: this.real,
      holdMs: holdMinutes * MIN,
      durationMs,
      terms: [first],
      renewals: 0,
      heard: "yes",
      freeSlots: 50,
      kscSkewMs: 0,
    };
  }

  get agentNow(): EpochMs {
    return addMs(this.real, this.agentOffMs);
  }

  get underWay(): Term | undefined {
    return this.facts.terms.find(({ state }) => !isSettled(state));
  }

  decide() {
    if (this.done !== undefined) return;
    const { step } = decideLease(this.facts, this.agentNow, POLICY);
    if (step.kind === "done") this.done = step.end;
    if (step.kind !== "renew") return;
    const number = this.facts.renewals + 1;
    this.renewedAt.push(this.real);
    const term = {
      number,
      state: "submitted",
      durationMs: step.durationSeconds * 1_000,
      changedAt: this.agentNow,
      sentAt: this.agentNow,
      gone: false,
    } as const;
    this.facts = { ...this.facts, renewals: number, terms: [...this.facts.terms, term] };
  }

  settle(term: Term, patch: Partial<Term>) {
    const terms = this.facts.terms.map((one) => (one === term ? { ...one, ...patch, changedAt: this.agentNow } : one));
    this.facts = { ...this.facts, terms };
  }

  apply(next: Event) {
    const { underWay } = this;
    if (next.do === "pass") {
      for (let minute = 0; minute < next.minutes; minute++) {
        this.real = addMs(this.real, MIN);
        this.decide();
      }
    }
    if (next.do === "reach" && underWay !== undefined) {
      this.endpointEndsReal = this.real + underWay.durationMs;
      this.settle(underWay, {
        state: "succeeded",
        ...(next.told
          ? { endedAt: this.real }
          : { createdAt: underWay.sentAt ? addMs(underWay.sentAt, -this.agentOffMs) : this.real }),
      });
    }
    if (next.do === "fail" && underWay !== undefined) this.settle(underWay, { state: "failed" });
    if (next.do === "release" && this.facts.releasedAt === undefined)
      this.facts = { ...this.facts, releasedAt: this.agentNow };
    // Nothing but the entries survives, and they are all there is.
    if (next.do === "restart") this.facts = structuredClone(this.facts);
    if (next.do === "jump") {
      this.agentOffMs += next.minutes * MIN;
      this.facts = { ...this.facts, kscSkewMs: -this.agentOffMs };
    }
    if (next.do === "slots") this.facts = { ...this.facts, freeSlots: next.free };
    this.decide();
  }
}

describe("whatever endpoints, people and clocks do", () => {
  it("[B1][D2][D5][D7] no renewal beyond the budget, two at a time, or after a release; and over only when the endpoint is free", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 120 }),
        fc.integer({ min: 10, max: 600 }),
        fc.array(event, { maxLength: 60 }),
        (duration, hold, events) => {
          const site = new Site(duration, Math.max(duration, hold));
          for (const next of events) {
            const before = site.facts.renewals;
            const released = site.facts.releasedAt !== undefined;
            const free = site.facts.freeSlots;
            site.apply(next);
            expect(site.facts.renewals).toBeLessThanOrEqual(POLICY.renewalsMax);
            expect(site.facts.terms.filter(({ state }) => !isSettled(state)).length).toBeLessThanOrEqual(1);
            if (released) expect(site.facts.renewals).toBe(before);
            if (next.do === "pass" && free <= POLICY.slotsKept) expect(site.facts.renewals).toBe(before);
            // Seen by the end of the task only, the endpoint's end is known up to a minute of this model.
            if (site.done === "over") expect(site.endpointEndsReal).toBeLessThanOrEqual(site.real + MIN);
          }
        },
      ),
      { numRuns: 600, seed: 31 },
    );
  });

  it("[E4][D2] as long as renewals arrive within a synchronisation it never lapses before its wanted end, whatever the agent's clock does", () => {
    let renewals = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 41, max: 120 }),
        fc.integer({ min: 60, max: 300 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.boolean(), fc.integer({ min: -300, max: 300 })), {
          minLength: 8,
          maxLength: 8,
        }),
        (duration, hold, ways) => {
          const site = new Site(duration, Math.max(duration, hold));
          const start = site.real;
          const end = start + Math.max(duration, hold) * MIN;
          let pendingMinutes = 0;
          while (site.real < end - POLICY.toleranceMs && site.facts.renewals < POLICY.renewalsMax) {
            const [reachAfter = 0, told = true, jump = 0] = ways[site.facts.renewals] ?? [];
            if (site.underWay === undefined) pendingMinutes = 0;
            else if (pendingMinutes++ >= reachAfter) {
              site.apply({ do: "reach", told });
              site.apply({ do: "jump", minutes: told ? jump : 0 });
            }
            site.apply({ do: "pass", minutes: 1 });
            expect(
              site.endpointEndsReal,
              `isolated ${(site.real - start) / MIN} min after its start`,
            ).toBeGreaterThanOrEqual(Math.min(site.real, end - POLICY.toleranceMs));
            if (site.real < end - POLICY.toleranceMs) expect(site.done).toBeUndefined();
          }
          renewals += site.facts.renewals;
        },
      ),
      { numRuns: 300, seed: 32 },
    );
    expect(renewals).toBeGreaterThan(300);
  });
});
