import { type ProcessHealth, processHealth } from "@cordon/contracts/api";
import type { EpochMs } from "@cordon/core/kernel";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { EXIT } from "../exit-codes.ts";
import type { Paint } from "../show/paint.ts";
import { formatFields } from "../show/table.ts";
import { formatDuration, formatMoment } from "../show/times.ts";

export const registerStatus: RegisterCommand = (program, host) => {
  const command = program
    .command("status")
    .description("whether the coordinator can do its work: record, queue, agents' sessions, intake; 1 when it cannot")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ watch }) => showOrWatch(host, watch, () => look(host)));
  addExamples(command, EXAMPLES);
};

async function look(host: Host): Promise<Look> {
  const health = await (await host.api()).get("/health", processHealth);
  host.exitWith(health.ok ? EXIT.ok : EXIT.no);
  return { value: health, text: () => format(health, host) };
}

type Component = ProcessHealth["database"];

function format(health: ProcessHealth, { clock, paint }: Host): string {
  const { queue, gateway, intake, breakGlass } = health;
  const word = ({ ok, problem }: Component): string => {
    if (ok) return paint.green("up");
    return `${paint.red("down")}${problem === undefined ? "" : `: ${problem.message} (${problem.code})\n→ ${problem.mend}`}`;
  };
  return formatFields([
    ["coordinator", health.ok ? paint.green("does its work") : paint.red("cannot do its work")],
    ["version", health.version],
    ["started", formatMoment(health.startedAt, clock.now())],
    ["record", word(health.database)],
    ["queue", `${word(queue)}, on ${queue.backend}`],
    ["agents", `${gateway.sessions} connected`],
    [
      "intake",
      intake.pendingRequests === 0
        ? "nothing waits"
        : `${intake.pendingRequests} requests wait (${intake.pendingBytes} bytes), the oldest for ${formatDuration(intake.oldestMs)}`,
    ],
    ["break-glass", breakGlass && formatBreakGlass(breakGlass, clock.now(), paint)],
  ]);
}

function formatBreakGlass(
  { enabled, alarm }: NonNullable<ProcessHealth["breakGlass"]>,
  now: EpochMs,
  paint: Paint,
): string {
  const word = enabled ? "on" : "off";
  if (alarm === undefined) return `${word}, no alarm within a day`;
  const { at, source, uses } = alarm;
  return paint.red(
    `${word}, ALARM: used ${uses === 1 ? "once" : `${uses} times`} within a day, last told ${formatMoment(at, now)} from ${source}`,
  );
}

const EXAMPLES = ["cordon status", "cordon status --json | jq .queue", "cordon status --watch"];
