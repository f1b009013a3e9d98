import { Option } from "@commander-js/extra-typings";
import { decisionPage } from "@cordon/contracts/api";
import { DECISION_OUTCOMES } from "@cordon/core/planning";
import { placeQuery } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, timeOrAge } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { decisionColumns } from "../show/decision.ts";

export const registerDecisions: RegisterCommand = (program, host) => {
  const command = program
    .command("decisions")
    .description("what was decided about events, and what was not done and why; the newest first")
    .option("--site <id>", "about one site")
    .option("--endpoint <endpoint>", "about one endpoint: whole name, host id or address, or site/hostId")
    .option("--event <id>", "about one event")
    .option("--rule <id>", "by one rule")
    .addOption(new Option("--verdict <verdict>", "with this verdict").choices(DECISION_OUTCOMES))
    .option("--code <code>", "with this code: guard.never_touch lists every hit of a never-touch list")
    .option("--since <time>", "since a time or within an age (4h, 2d)", timeOrAge)
    .option("--until <time>", "before a time or an age", timeOrAge)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ watch, ...filter }) => showOrWatch(host, watch, () => list(host, filter)));
  addExamples(command, EXAMPLES);
};

interface Filter {
  readonly site?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly event?: string | undefined;
  readonly rule?: string | undefined;
  readonly verdict?: string | undefined;
  readonly code?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
}

async function list(host: Host, filter: Filter): Promise<Look> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const query = {
    ...(await placeQuery(api, tenant, filter)),
    eventId: filter.event,
    ruleId: filter.rule,
    verdict: filter.verdict,
    code: filter.code,
    from: filter.since,
    to: filter.until,
  };
  const options = { query, limit: filter.limit, onProgress: host.onProgress };
  const listed = await api.list(`${tenant}/decisions`, decisionPage, options);
  return listLook(listed, decisionColumns(host.paint, host.clock.now()));
}

const EXAMPLES = [
  "cordon decisions --code guard.never_touch --since 30d",
  "cordon decisions --since 1h --watch",
  "cordon decisions --rule isolate-on-ransomware --since 7d --json | jq '.items | group_by(.verdict) | map({(.[0].verdict): length})'",
  "cordon why ws-17",
];
