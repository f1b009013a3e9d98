import { Option } from "@commander-js/extra-typings";
import { action, actionPage, actionWithTimeline, cancelResult } from "@cordon/contracts/api";
import { ACTION_CLASSES, ACTION_KINDS, ACTION_STATES } from "@cordon/core/action";
import { apiPath } from "../api/api-client.ts";
import { placeQuery } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import { followAction } from "../command/follow-action.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { duration, LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, statesOf, timeOrAge } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { tellOrdered } from "../command/tell-ordered.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { EXIT } from "../exit-codes.ts";
import { actionColumns, formatAction, formatTimeline } from "../show/action.ts";
import { plain } from "../show/plain-text.ts";

export const registerActions: RegisterCommand = (program, host) => {
  const actions = program.command("actions").description("what was asked of endpoints, and how far it is");
  addExamples(actions, EXAMPLES);
  actions
    .command("list")
    .description("the newest first")
    .option("--site <id>", "at one site")
    .option("--endpoint <endpoint>", "on one endpoint: whole name, host id or address, or site/hostId")
    .option("--event <id>", "that follow from one event")
    .option("--rule <id>", "of one rule")
    .option("--state <states>", `one or several: ${ACTION_STATES.join(",")}`, statesOf(ACTION_STATES))
    .option("--open", "only those that have not ended")
    .addOption(new Option("--kind <kind>", "of one kind").choices(ACTION_KINDS))
    .addOption(new Option("--class <class>", "of one class").choices(ACTION_CLASSES))
    .option("--since <time>", "ordered since a time or within an age (4h, 2d)", timeOrAge)
    .option("--until <time>", "ordered before a time or an age", timeOrAge)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ watch, ...filter }) => showOrWatch(host, watch, () => list(host, filter)));
  actions
    .command("show")
    .description("one action with all that happened to it")
    .argument("<action>", "its id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((id, { watch }) => showOrWatch(host, watch, () => show(host, id)));
  actions
    .command("watch")
    .description("each step as it comes, until the action ends; 0 when it succeeded, 1 when it ended otherwise")
    .argument("<action>", "its id")
    .option("--timeout <duration>", "wait no longer than this (exit code 7)", duration)
    .action((id, { timeout }) => followAction(host, id, timeout));
  actions
    .command("retry")
    .description("try an action that has ended once more: a new action, through the same guards as `respond`")
    .argument("<action>", "its id")
    .requiredOption("--reason <text>", "why; kept with the decision and in both timelines")
    .option("--force", "also when it may take effect twice: it succeeded, or what became of it is not known")
    .option("--request-id <id>", "sending the same again with the same id tries once; made when left out")
    .option("--wait", "follow it to its end, as `actions watch` does")
    .option("--timeout <duration>", "with --wait: no longer than this (exit code 7)", duration)
    .option("-y, --yes", "do not ask")
    .action((id, options) => retry(host, id, options));
  actions
    .command("cancel")
    .description("call an action back that has not gone to KSC yet; 1 when it was too late")
    .argument("<action>", "its id")
    .requiredOption("--reason <text>", "why; kept in the action's timeline")
    .option("--chain", "also what waits in its chain; without it a failure means there what the rule says")
    .action(async (id, { reason, chain }) => {
      const path = `${await host.tenantPath()}${apiPath`/actions/${id}/cancel`}`;
      const result = await (await host.api()).post(path, { reason, chain: chain === true }, cancelResult);
      host.print(result, () => `${result.outcome}: ${result.message}`);
      if (result.outcome !== "cancelled") host.exitWith(EXIT.no);
    });
};

async function retry(host: Host, id: string, options: RetryOptions): Promise<void> {
  const path = `${await host.tenantPath()}${apiPath`/actions/${id}`}`;
  const api = await host.api();
  const old = await api.get(path, actionWithTimeline);
  await host.confirm(
    `Try ${old.kind} on ${plain(old.endpointName)} (${old.siteId}/${old.endpointId}) again, which ended as ${old.state}?`,
    options.yes,
  );
  const request = {
    reason: options.reason,
    force: options.force === true,
    requestId: options.requestId ?? `cli-${Buffer.from(host.random.bytes(12)).toString("hex")}`,
  };
  const ordered = await api.post(`${path}/retry`, request, action);
  await tellOrdered(host, ordered, options);
}

interface RetryOptions {
  readonly reason: string;
  readonly force?: boolean | undefined;
  readonly requestId?: string | undefined;
  readonly wait?: boolean | undefined;
  readonly timeout?: number | undefined;
  readonly yes?: boolean | undefined;
}

const OPEN = ACTION_STATES.slice(0, ACTION_STATES.indexOf("succeeded")).join(",");

interface Filter {
  readonly site?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly event?: string | undefined;
  readonly rule?: string | undefined;
  readonly state?: string | undefined;
  readonly open?: boolean | undefined;
  readonly kind?: string | undefined;
  readonly class?: string | undefined;
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
    states: filter.state ?? (filter.open === true ? OPEN : undefined),
    kind: filter.kind,
    actionClass: filter.class,
    from: filter.since,
    to: filter.until,
  };
  const options = { query, limit: filter.limit, onProgress: host.onProgress };
  const listed = await api.list(`${tenant}/actions`, actionPage, options);
  return listLook(listed, actionColumns(host.paint, host.clock.now()));
}

async function show(host: Host, id: string): Promise<Look> {
  const path = `${await host.tenantPath()}${apiPath`/actions/${id}`}`;
  const found = await (await host.api()).get(path, actionWithTimeline);
  const text = () =>
    `${formatAction(found, host.paint, host.clock.now())}\n\n${formatTimeline(found.timeline, host.paint)}`;
  return { value: found, text };
}

const EXAMPLES = [
  "cordon actions list --open --watch",
  "cordon actions list --endpoint ws-17 --since 2d",
  "cordon actions list --state failed,unknown --json | jq -r '.items[].actionId'",
  "cordon actions show act_0123456789abcdef0123456789abcdef",
  "cordon actions watch act_0123456789abcdef0123456789abcdef --timeout 15m",
  'cordon actions retry act_0123456789abcdef0123456789abcdef --reason "the host is back" --wait',
  'cordon actions cancel act_0123456789abcdef0123456789abcdef --reason "wrong host"',
];
