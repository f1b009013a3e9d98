import { expect, test } from "vitest";
import type { SiteId, TenantId } from "../kernel/index.ts";
import { placeSites } from "./place-sites.ts";

const site = (siteId: string, ...labels: readonly string[]) => ({
  tenantId: "acme" as TenantId,
  siteId: siteId as SiteId,
  labels,
});
const SITES = [site("berlin", "canary"), site("paris", "gold"), site("rome")];
const REST = { soakMs: 0 };

const problemsOf = (...waves: Parameters<typeof placeSites>[0]) => {
  const placed = placeSites(waves, SITES, "seed");
  return placed.kind === "refused" ? placed.problems : [];
};

test("[R10] an unknown site is refused by name, with the one that was meant, or with those that there are", () => {
  expect(problemsOf({ sites: ["acme/berlni", "other/x"], soakMs: 0 }, REST)).toEqual([
    'wave 1: there is no site "acme/berlni" among the sites of this plan; did you mean "acme/berlin"?',
    'wave 1: there is no site "other/x" among the sites of this plan; they are acme/berlin, acme/paris, acme/rome',
  ]);
});

test("[R10] an unknown label is refused, and so are labels that no site has together", () => {
  expect(problemsOf({ labels: ["canry"], soakMs: 0 }, { labels: ["canary", "gold"], soakMs: 0 }, REST)).toEqual([
    'wave 1: no site has the label "canry"; did you mean "canary"?',
    "wave 2: no site has all of the labels canary, gold",
  ]);
  expect(problemsOf({ labels: ["production"], soakMs: 0 }, REST)).toEqual([
    `wave 1: no site has the label "production"; the sites' labels are canary, gold: cordon sites label <site> --add production`,
  ]);
});

test("[R10] waves that leave sites over, or nothing for those after them, are refused", () => {
  expect(problemsOf({ share: 0.5, soakMs: 0 })).toEqual([
    "the last wave must take all that remain: add one without sites, labels and share",
  ]);
  expect(problemsOf(REST, REST)).toEqual([
    "wave 1 takes all that remain, so the waves after it would have no sites: put it last",
  ]);
  expect(placeSites([REST], [], "seed")).toMatchObject({ kind: "refused" });
});

test("[R1] a wave of names and labels takes both; a share with labels is a part of those that have them", () => {
  const many = Array.from({ length: 10 }, (_, index) => site(`s${index}`, "gold"));
  const all = [...SITES, ...many];
  const waves = [
    { sites: ["acme/rome"], labels: ["canary"], soakMs: 0 },
    { labels: ["gold"], share: 0.5, soakMs: 0 },
    REST,
  ];
  const placed = placeSites(waves, all, "seed");
  if (placed.kind === "refused") throw new Error(placed.problems.join());
  expect([placed.waves[0], placed.waves[2]]).toEqual([0, 0]);
  // Half of eleven, rounded up.
  expect(placed.waves.filter((wave) => wave === 1)).toHaveLength(6);
});
