import fc from "fast-check";
import { expect, test } from "vitest";
import type { SiteId, TenantId } from "../kernel/index.ts";
import { placeSites, siteName } from "./place-sites.ts";
import type { RolloutSite, Wave } from "./rollout.ts";

const LABELS = ["canary", "gold", "lab"];

const sitesOf = fc
  .uniqueArray(
    fc.record({
      tenantId: fc.constantFrom("acme", "globex").map((id) => id as TenantId),
      siteId: fc.integer({ min: 0, max: 40 }).map((id) => `site-${id}` as SiteId),
      labels: fc.uniqueArray(fc.constantFrom(...LABELS)),
    }),
    { selector: siteName, minLength: 1, maxLength: 30 },
  )
  .map((sites): readonly RolloutSite[] => sites);

const some = (sites: readonly RolloutSite[]): fc.Arbitrary<Wave> =>
  fc.oneof(
    fc.record({
      sites: fc.uniqueArray(fc.constantFrom(...sites.map(siteName)), { minLength: 1 }),
      soakMs: fc.constant(0),
    }),
    fc.record({ share: fc.double({ min: 0.01, max: 1, noNaN: true }), soakMs: fc.constant(0) }),
    fc
      .constantFrom(...sites)
      .filter(({ labels }) => labels.length > 0 || sites.every((site) => site.labels.length === 0))
      .map(({ labels }) => (labels.length === 0 ? { share: 0.5, soakMs: 0 } : { labels, soakMs: 0 })),
  );

const world = sitesOf.chain((sites) =>
  fc.record({
    sites: fc.constant(sites),
    waves: fc.array(some(sites), { maxLength: 4 }).map((waves) => [...waves, { soakMs: 0 }]),
    seed: fc.string(),
  }),
);

test("[R1] every site has exactly one wave, and the same one in whatever order the sites are named", () => {
  fc.assert(
    fc.property(world, ({ sites, waves, seed }) => {
      const placed = placeSites(waves, sites, seed);
      const turned = placeSites(waves, sites.toReversed(), seed);
      if (placed.kind === "refused" || turned.kind === "refused") throw new Error("a good wave was refused");
      expect(placed.waves).toHaveLength(sites.length);
      expect(placed.waves.every((wave) => wave >= 0 && wave < waves.length)).toBe(true);
      expect(turned.waves.toReversed()).toEqual(placed.waves);
    }),
  );
});

test("[R1] a site is in the first wave that names it or its labels, unless an earlier one drew it", () => {
  fc.assert(
    fc.property(world, ({ sites, waves, seed }) => {
      const placed = placeSites(waves, sites, seed);
      if (placed.kind === "refused") throw new Error("a good wave was refused");
      for (const [index, site] of sites.entries()) {
        const named = waves.findIndex(
          (wave) =>
            (wave.sites?.includes(siteName(site)) ?? false) ||
            (wave.labels?.every((label) => site.labels.includes(label)) ?? false),
        );
        if (named >= 0) expect(placed.waves[index]).toBeLessThanOrEqual(named);
      }
    }),
  );
});

test("[R1] a share draws that part of all sites, at least one, as long as there are any left", () => {
  fc.assert(
    fc.property(sitesOf, fc.double({ min: 0.01, max: 1, noNaN: true }), fc.string(), (sites, share, seed) => {
      const placed = placeSites([{ share, soakMs: 0 }, { soakMs: 0 }], sites, seed);
      if (placed.kind === "refused") throw new Error("a good wave was refused");
      const first = placed.waves.filter((wave) => wave === 0).length;
      expect(first).toBeGreaterThanOrEqual(1);
      expect(Math.abs(first - share * sites.length)).toBeLessThan(1.000_01);
    }),
  );
});
