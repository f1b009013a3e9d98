import { type plan, planReport, plan as planSchema } from "@cordon/contracts/api";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { EXIT } from "../exit-codes.ts";
import { formatPlanHead, formatPlanReport } from "../show/plan.ts";
import type { Host } from "./host.ts";
import { isPassing } from "./watch.ts";

type Plan = z.output<typeof plan>;

const LOOK_MS = 500;

/**
 * Waits for the end of a plan or replay with a bar, then shows what it found. 1 when it did not come to its end. It is computed at
 * the coordinator: who stops waiting finds it again with `cordon plans show`.
 */
export async function followPlan(host: Host, started: Plan): Promise<void> {
  const api = await host.api();
  let seen = started;
  if (!host.json)
    host.err(host.paint.dim(`${started.purpose} ${started.planId}; Ctrl-C stops the waiting, not the work`));
  while (seen.state === "running") {
    if (!host.json) host.terminal?.draw(progressText(seen, host));
    await host.clock.sleep(LOOK_MS, host.signal);
    try {
      seen = await api.get(apiPath`/plans/${started.planId}`, planSchema);
    } catch (error) {
      if (host.signal.aborted || !isPassing(error)) throw error;
    }
  }
  await showPlan(host, seen);
}

/** What is known of it: its report when it is done. */
export async function showPlan(host: Host, shown: Plan): Promise<void> {
  const now = host.clock.now();
  if (shown.state !== "done") {
    host.print({ ...shown }, () => formatPlanHead(shown, host.paint, now));
    host.exitWith(shown.state === "running" ? EXIT.ok : EXIT.no);
    return;
  }
  const report = await (await host.api()).get(apiPath`/plans/${shown.planId}/report`, planReport);
  host.print({ ...shown, report }, () => formatPlanReport(shown, report, host.paint, now));
}

const BAR = 30;

function progressText({ progress: { done, total } }: Plan, { paint }: Host): string {
  const share = total === 0 ? 0 : Math.min(1, done / total);
  const filled = Math.floor(share * BAR);
  const bar = `${"█".repeat(filled)}${"░".repeat(BAR - filled)}`;
  return paint.dim(
    `${bar} ${Math.floor(share * 100)} %  ${done.toLocaleString("en")} of ${total.toLocaleString("en")} events`,
  );
}
