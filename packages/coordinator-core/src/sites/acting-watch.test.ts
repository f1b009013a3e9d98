import { siteId, tenantId } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { expect, it } from "vitest";
import { ACTING_MARGIN_MS, createActingWatch, VOUCH_MS } from "./acting-watch.ts";

const SITE = { tenantId: tenantId("acme"), siteId: siteId("hq") };
const LEASE_MS = 30_000;
const ELSEWHERE_MS = LEASE_MS + VOUCH_MS + ACTING_MARGIN_MS;
const HERE_MS = LEASE_MS + ACTING_MARGIN_MS;

function aWatch() {
  const clock = createFakeClock();
  return { clock, watch: createActingWatch(clock) };
}

it("[L8] a process that has just started knows nothing, however old the record's last sign of life is", async () => {
  const { clock, watch } = aWatch();
  await clock.advance(3_600_000);
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
  watch.saw(SITE, { epoch: 3, beats: 9 });
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
});

it("[L8] a standing that does not change for as long as a lease and its gateway's word can last is quiet", async () => {
  const { clock, watch } = aWatch();
  watch.saw(SITE, { epoch: 3, beats: 9 });
  await clock.advance(ELSEWHERE_MS - 1);
  watch.saw(SITE, { epoch: 3, beats: 9 });
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
  await clock.advance(1);
  expect(watch.quiet(SITE, LEASE_MS)).toEqual({ epoch: 3, beats: 9 });
});

it("[L8] a beat or a new session begins the wait anew", async () => {
  for (const next of [
    { epoch: 3, beats: 10 },
    { epoch: 4, beats: 9 },
  ]) {
    const { clock, watch } = aWatch();
    watch.saw(SITE, { epoch: 3, beats: 9 });
    await clock.advance(ELSEWHERE_MS);
    watch.saw(SITE, next);
    expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
    await clock.advance(ELSEWHERE_MS);
    expect(watch.quiet(SITE, LEASE_MS)).toEqual(next);
  }
});

it("a session that ended here needs no wait for another gateway's word: it counts from its agent's last frame", async () => {
  const { clock, watch } = aWatch();
  await clock.advance(10_000);
  watch.left(SITE, 3, 8_000);
  watch.saw(SITE, { epoch: 3, beats: 9 });
  await clock.advance(HERE_MS - 2_001);
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
  await clock.advance(1);
  expect(watch.quiet(SITE, LEASE_MS)).toEqual({ epoch: 3, beats: 9 });
});

it("[L8] the end of an older session here says nothing about the present one elsewhere", async () => {
  const { clock, watch } = aWatch();
  watch.left(SITE, 3, 0);
  watch.saw(SITE, { epoch: 4, beats: 9 });
  await clock.advance(ELSEWHERE_MS - 1);
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
  await clock.advance(1);
  expect(watch.quiet(SITE, LEASE_MS)).toBeDefined();
});

it("[L8] an ordered change of the active agent needs no longer wait than its end here, and the full one when it ended elsewhere", async () => {
  const { clock, watch } = aWatch();
  const ordered = { epoch: 4, beats: 9, promotion: {} };
  watch.left(SITE, 3, 0);
  watch.saw(SITE, ordered);
  await clock.advance(HERE_MS - 1);
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
  await clock.advance(1);
  expect(watch.quiet(SITE, LEASE_MS)).toEqual({ epoch: 4, beats: 9 });

  // Ordered twice: which session was the last one is not known here.
  watch.saw(SITE, { ...ordered, epoch: 5 });
  await clock.advance(ELSEWHERE_MS - 1);
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
});

it("[L8] jumps of the wall clock change nothing", async () => {
  const { clock, watch } = aWatch();
  watch.saw(SITE, { epoch: 3, beats: 9 });
  clock.jumpWallTime(3_600_000);
  expect(watch.quiet(SITE, LEASE_MS)).toBeUndefined();
  clock.jumpWallTime(-7_200_000);
  await clock.advance(ELSEWHERE_MS);
  expect(watch.quiet(SITE, LEASE_MS)).toBeDefined();
});
