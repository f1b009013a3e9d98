import type { rolloutWithRings } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import { type Paint, paintState } from "./paint.ts";
import { plain } from "./plain-text.ts";
import { formatFields, formatTable } from "./table.ts";
import { formatDuration, formatMoment, formatWhen } from "./times.ts";

type Rollout = z.output<typeof rolloutWithRings>;
type Ring = Rollout["rings"][number];

export function formatRollout(rollout: Rollout, paint: Paint, now: EpochMs): string {
  const head = formatFields([
    ["rollout", rollout.rolloutId],
    ["version", rollout.version],
    ["state", paintState(paint, rollout.state)(rollout.state)],
    ["reason", rollout.reason === undefined ? undefined : plain(rollout.reason)],
    ["ring", `${rollout.ring + 1} of ${rollout.rings.length}, since ${formatWhen(rollout.ringSince, now)}`],
    ["started", `${formatMoment(rollout.createdAt, now)} by ${rollout.createdBy}`],
    ["changed", `${formatMoment(rollout.changedAt, now)} by ${rollout.changedBy}`],
  ]);
  const numbered = rollout.rings.map((ring, index) => ({ ...ring, index }));
  const rings = formatTable(
    [
      { title: "ring", of: ({ index }) => (index === rollout.ring ? `${index + 1} ◀` : `${index + 1}`) },
      { title: "who", of: whoOf },
      { title: "soak", of: ({ soakSeconds }) => formatDuration(soakSeconds * 1_000) },
      { title: "progress", of: ({ agents }) => progressOf(agents) },
      { title: "healthy", of: ({ agents }) => agents.healthy, right: true },
      { title: "failed", of: ({ agents }) => agents.failed, right: true },
      { title: "underway", of: ({ agents }) => agents.underway, right: true },
      { title: "pending", of: ({ agents }) => agents.pending, right: true },
      { title: "silent", of: ({ agents }) => agents.silent, right: true },
      { title: "away", of: ({ agents }) => agents.away, right: true },
      { title: "off", of: ({ agents }) => agents.off, right: true },
    ],
    numbered,
  );
  return `${head}\n\n${rings}`;
}

function whoOf({ sites, share }: Ring): string {
  if (sites !== undefined) return sites.length <= 2 ? sites.join(", ") : `${sites[0]} and ${sites.length - 1} more`;
  return share === undefined ? "all that remain" : `${Math.round(share * 1_000) / 10} % of the sites`;
}

const BAR = 20;

/** Healthy among those that can get it; who takes none, or has no file, is not waited for. */
function progressOf({ healthy, failed, underway, pending, silent, away }: Ring["agents"]): string {
  const all = healthy + failed + underway + pending + silent + away;
  if (all === 0) return "no agents";
  const done = Math.floor((healthy / all) * BAR);
  return `${"█".repeat(done)}${"░".repeat(BAR - done)} ${healthy}/${all}`;
}
