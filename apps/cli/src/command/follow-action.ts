import { actionWithTimeline } from "@cordon/contracts/api";
import { type ActionState, isSettled } from "@cordon/core/action";
import { AppError } from "@cordon/core/kernel";
import { apiPath } from "../api/api-client.ts";
import { EXIT } from "../exit-codes.ts";
import { type ActionWithTimeline, formatTimelineEntry } from "../show/action.ts";
import { plain } from "../show/plain-text.ts";
import { formatDuration } from "../show/times.ts";
import type { Host } from "./host.ts";
import { isPassing } from "./watch.ts";

const LOOK_MS = 1_000;

/**
 * Prints each step of an action as it comes (`--json`: one line each) and ends with it: 0 when it succeeded, 1 otherwise.
 * Throws `cli.timed_out`. A coordinator that is away for a while does not end it.
 */
export async function followAction(host: Host, actionId: string, timeoutMs: number | undefined): Promise<void> {
  const api = await host.api();
  const path = `${await host.tenantPath()}${apiPath`/actions/${actionId}`}`;
  const startedMs = host.clock.monotonicMs();
  let told = 0;
  let known: ActionWithTimeline | undefined;
  for (;;) {
    try {
      known = await api.get(path, actionWithTimeline);
    } catch (error) {
      if (known === undefined || host.signal.aborted || !isPassing(error)) throw error;
    }
    if (known.timeline.length > told) {
      for (const entry of known.timeline.slice(told)) host.print(entry, () => formatTimelineEntry(entry, host.paint));
      told = known.timeline.length;
    }
    if (isSettled(known.state)) {
      host.exitWith(known.state === "succeeded" ? EXIT.ok : EXIT.no);
      return;
    }
    const passedMs = host.clock.monotonicMs() - startedMs;
    if (timeoutMs !== undefined && passedMs >= timeoutMs) {
      throw new AppError("cli.timed_out", `${actionId} is ${known.state} after ${formatDuration(passedMs)}`);
    }
    if (!host.json) host.terminal?.draw(progressText(known, passedMs, host));
    await host.clock.sleep(LOOK_MS, host.signal);
  }
}

/** The way of an action that goes well; a bar of it is honest about what is behind, not about how long the rest takes. */
const WAY: readonly ActionState[] = [
  "queued",
  "delivered",
  "submitting",
  "submitted",
  "task_seen",
  "running",
  "succeeded",
];

function progressText(
  { state, kind, endpointName, detail }: ActionWithTimeline,
  passedMs: number,
  { paint }: Host,
): string {
  const at = WAY.indexOf(state);
  const bar = WAY.map((_, index) => (index < at ? "●" : index === at ? "◐" : "○")).join("");
  const reason = detail?.message === undefined ? "" : `, ${plain(detail.message)}`;
  return paint.dim(`${bar} ${kind} on ${plain(endpointName)}: ${state}${reason}, for ${formatDuration(passedMs)}`);
}
