import { addMs, type Clock, silentLogger } from "@cordon/core/kernel";
import { createFakeClock, type FakeClock } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { type ActingGrant, type ActingLease, createActingLease, momentOf } from "./acting-lease.ts";

const LEASE_MS = 30_000;

function aLease(initially: "active" | "unwelcomed" = "unwelcomed") {
  const fake = createFakeClock();
  let pausedMs = 0;
  const clock: Clock & Pick<FakeClock, "advance"> = {
    ...fake,
    monotonicMs: () => fake.monotonicMs() + pausedMs,
    now: () => addMs(fake.now(), pausedMs),
  };
  let lapses = 0;
  const onLapsed = () => {
    lapses += 1;
  };
  const lease: ActingLease = createActingLease({ clock, logger: silentLogger, initially, onLapsed });
  const welcome = (patch: Partial<ActingGrant> = {}) =>
    lease.welcomed({
      role: "active",
      actingLeaseMs: LEASE_MS,
      askedAt: momentOf(clock),
      othersMayHaveActed: false,
      ...patch,
    });
  /** Time goes on, and no timer fires: as for a process that was stopped. */
  const pause = (durationMs: number) => {
    pausedMs += durationMs;
  };
  return { clock, lease, welcome, pause, jump: fake.jumpWallTime, lapses: () => lapses };
}

describe("the acting lease", () => {
  it("[L8] nothing may be sent before the first welcome, unless the ledger says that no other agent can take over", () => {
    expect(aLease("unwelcomed").lease.mayAct()).toBe(false);
    expect(aLease("active").lease.mayAct()).toBe(true);
  });

  it("without a lease the agent acts however long it hears nothing", async () => {
    const { clock, lease, welcome } = aLease();
    welcome({ actingLeaseMs: 0 });
    await clock.advance(86_400_000);
    expect(lease.mayAct()).toBe(true);
    expect(lease.view()).toEqual({ state: "active" });
  });

  it("[L8] it ends when nothing was answered for its length, to the millisecond, and says so once", async () => {
    const { clock, lease, welcome, lapses } = aLease();
    welcome();
    await clock.advance(LEASE_MS - 1);
    expect(lease.mayAct()).toBe(true);
    expect(lease.view()).toEqual({ state: "active", leaseLeftMs: 1 });
    await clock.advance(1);
    expect(lease.mayAct()).toBe(false);
    expect(lease.view()).toEqual({ state: "lapsed" });
    expect(lapses()).toBe(1);
  });

  it("[L8] an answer counts from when its question left, however late it is read", async () => {
    const { clock, lease, welcome } = aLease();
    welcome();
    await clock.advance(10_000);
    const asked = clock.monotonicMs();
    await clock.advance(15_000);
    lease.answered(asked);
    expect(lease.view()).toMatchObject({ leaseLeftMs: LEASE_MS - 15_000 });
    // An older answer that comes after it takes nothing away.
    lease.answered(asked - 5_000);
    await clock.advance(LEASE_MS - 15_001);
    expect(lease.mayAct()).toBe(true);
    await clock.advance(1);
    expect(lease.mayAct()).toBe(false);
  });

  it("[L8] the welcome counts from when its hello left", async () => {
    const { clock, lease, welcome } = aLease();
    const askedAt = momentOf(clock);
    await clock.advance(LEASE_MS);
    welcome({ askedAt });
    expect(lease.mayAct()).toBe(false);
  });

  it("[L8] a lapsed lease is not revived by an answer, only by a welcome", async () => {
    const { clock, lease, welcome } = aLease();
    welcome();
    await clock.advance(LEASE_MS - 1);
    const asked = clock.monotonicMs();
    await clock.advance(1);
    lease.answered(asked);
    expect(lease.mayAct()).toBe(false);
    welcome();
    expect(lease.mayAct()).toBe(true);
  });

  it("[L8] after a pause it has lapsed before any timer fires or any buffered answer is read", async () => {
    const { clock, lease, welcome, pause } = aLease();
    welcome();
    await clock.advance(1_000);
    const asked = clock.monotonicMs();
    pause(LEASE_MS);
    lease.answered(asked);
    expect(lease.mayAct()).toBe(false);
  });

  it("[L8] time that only the wall clock saw, as of a machine that slept, counts", async () => {
    const { clock, lease, welcome, jump } = aLease();
    welcome();
    await clock.advance(5_000);
    jump(LEASE_MS - 5_001);
    expect(lease.mayAct()).toBe(true);
    jump(1);
    expect(lease.mayAct()).toBe(false);
  });

  it("[L8] a wall clock that is set back stretches nothing", async () => {
    const { clock, lease, welcome, jump } = aLease();
    welcome();
    jump(-3_600_000);
    await clock.advance(LEASE_MS - 1);
    expect(lease.mayAct()).toBe(true);
    await clock.advance(1);
    expect(lease.mayAct()).toBe(false);
  });

  it("a stand-by, and an agent that was told of another, may not act", () => {
    const { lease, welcome } = aLease();
    welcome({ role: "standby", actingLeaseMs: 0 });
    expect(lease.mayAct()).toBe(false);
    expect(lease.view()).toEqual({ state: "standby" });
    welcome({ actingLeaseMs: 0 });
    lease.fenced();
    expect(lease.mayAct()).toBe(false);
    expect(lease.view()).toEqual({ state: "lapsed" });
  });

  it("its number rises when others may have acted, and only then", () => {
    const { lease, welcome } = aLease();
    const first = lease.term;
    welcome();
    expect(lease.term).toBe(first);
    welcome({ othersMayHaveActed: true });
    expect(lease.term).toBe(first + 1);
  });
});
