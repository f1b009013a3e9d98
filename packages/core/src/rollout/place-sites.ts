import { createHash } from "node:crypto";
import { nearestName } from "../rules/index.ts";
import type { RolloutSite, Wave } from "./rollout.ts";

export type Placement =
  /** The wave of each site, in the order of the sites. */
  | { readonly kind: "placed"; readonly waves: readonly number[] }
  /** [R10] Nothing is begun; every problem names the wave and the mend. */
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** `tenant/site`. */
export function siteName({ tenantId, siteId }: Pick<RolloutSite, "tenantId" | "siteId">): string {
  return `${tenantId}/${siteId}`;
}

/**
 * [R1] Gives every site one wave: the first that names it, that names its labels, or that draws it. The same sites and seed give the
 * same waves; the lot is the seed's, so that it is not always the same customers who go first.
 */
export function placeSites(waves: readonly Wave[], sites: readonly RolloutSite[], seed: string): Placement {
  const problems = problemsOf(waves, sites);
  if (problems.length > 0) return { kind: "refused", problems };
  const placed = new Map<string, number>();
  const drawn = sites.toSorted((left, right) => lotOf(seed, left).compare(lotOf(seed, right)));
  for (const [index, wave] of waves.entries()) {
    for (const site of chosen(wave, drawn, placed)) placed.set(siteName(site), index);
  }
  return { kind: "placed", waves: sites.map((site) => placed.get(siteName(site)) ?? waves.length - 1) };
}

function chosen(
  { sites: named = [], labels, share }: Wave,
  drawn: readonly RolloutSite[],
  placed: ReadonlyMap<string, number>,
): readonly RolloutSite[] {
  const left = drawn.filter((site) => !placed.has(siteName(site)));
  const byName = left.filter((site) => named.includes(siteName(site)));
  const others = left.filter((site) => !named.includes(siteName(site)));
  if (labels !== undefined) {
    const labelled = others.filter((site) => hasAll(site, labels));
    return [...byName, ...labelled.slice(0, partOf(labelled.length, share ?? 1))];
  }
  if (share !== undefined) return [...byName, ...others.slice(0, partOf(drawn.length, share))];
  return named.length > 0 ? byName : others;
}

/** At least one. Rounded first to what a share means: 0.1 × 30 is not 3.0000000000000004. */
function partOf(count: number, share: number): number {
  return Math.ceil(Number((count * share).toFixed(6)));
}

function hasAll(site: RolloutSite, labels: readonly string[]): boolean {
  return labels.every((label) => site.labels.includes(label));
}

function problemsOf(waves: readonly Wave[], sites: readonly RolloutSite[]): readonly string[] {
  const problems: string[] = [];
  const names = sites.map(siteName);
  const labels = [...new Set(sites.flatMap((site) => site.labels))].sort();
  if (sites.length === 0) problems.push("the tenants of this plan have no sites: add one, or activate the set by hand");
  const last = waves.at(-1);
  if (last === undefined || !takesAll(last)) {
    problems.push("the last wave must take all that remain: add one without sites, labels and share");
  }
  for (const [index, wave] of waves.entries()) {
    const where = `wave ${index + 1}`;
    if (takesAll(wave) && index < waves.length - 1) {
      problems.push(`${where} takes all that remain, so the waves after it would have no sites: put it last`);
    }
    for (const name of wave.sites ?? []) {
      if (!names.includes(name)) problems.push(`${where}: ${unknownSite(name, names)}`);
    }
    const wanted = wave.labels ?? [];
    const unknown = wanted.filter((label) => !labels.includes(label));
    for (const label of unknown) problems.push(`${where}: ${unknownLabel(label, labels)}`);
    if (wanted.length > 0 && unknown.length === 0 && !sites.some((site) => hasAll(site, wanted))) {
      problems.push(`${where}: no site has all of the labels ${wanted.join(", ")}`);
    }
  }
  return problems;
}

function takesAll({ sites, labels, share }: Wave): boolean {
  return sites === undefined && labels === undefined && share === undefined;
}

function unknownSite(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  const mend = near === undefined ? `they are ${listed(names)}` : `did you mean "${near}"?`;
  return `there is no site "${name}" among the sites of this plan; ${mend}`;
}

function unknownLabel(label: string, labels: readonly string[]): string {
  const near = nearestName(label, labels);
  if (near !== undefined) return `no site has the label "${label}"; did you mean "${near}"?`;
  const mend = labels.length === 0 ? "no site has any label yet" : `the sites' labels are ${listed(labels)}`;
  return `no site has the label "${label}"; ${mend}: cordon sites label <site> --add ${label}`;
}

/** Enough to see what was meant. */
const LISTED_MAX = 10;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED_MAX).join(", ");
  return names.length > LISTED_MAX ? `${shown} and ${names.length - LISTED_MAX} more` : shown;
}

function lotOf(seed: string, site: RolloutSite): Buffer {
  return createHash("sha256")
    .update(`${seed} ${siteName(site)}`)
    .digest();
}
