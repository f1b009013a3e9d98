import { decisionPage, eventWithDecisions, WHY_LIMITS, why as whyAnswer, whyEvent } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { type ApiClient, apiPath } from "../api/api-client.ts";
import { isFailureWith } from "../api/api-failure.ts";
import { type Endpoint, findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { duration, LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, timeOrAge } from "../command/options.ts";
import { formatDecision } from "../show/decision.ts";
import { type EventWithDecisions, formatConsequences, formatHead } from "../show/event.ts";
import { plain } from "../show/plain-text.ts";
import { formatRules, formatWhy, type Shown } from "../show/why.ts";

interface Options {
  readonly at?: number | undefined;
  readonly around: number;
  readonly rule?: string | undefined;
  readonly allRules?: true | undefined;
  readonly limit: number;
}

export const registerWhy: RegisterCommand = (program, host) => {
  const command = program
    .command("why")
    .description("why something was done, or was not: from what was stored then")
    .argument("<eventOrEndpoint>", "an event's id; or an endpoint: whole name, host id or address, or site/hostId")
    .option(
      "--at <time>",
      "about an endpoint: everything that came in about it near this time (or age, 4h), what each rule made of it, and how brakes, calendars and slots stood; its newest decisions when left out",
      timeOrAge,
    )
    .option("--around <duration>", "how far before and after --at", duration, 1_800_000)
    .option("--rule <id>", "only what this rule made of an event")
    .option("--all-rules", "all rules that were not met, and not the first dozen")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action((subject, options) => why(host, subject, options));
  addExamples(command, EXAMPLES);
};

async function why(host: Host, subject: string, options: Options): Promise<void> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const event = await eventOrNothing(api, tenant, subject);
  if (event !== undefined) {
    const explained = await api.get(`${tenant}${apiPath`/events/${subject}/why`}`, whyEvent);
    const text = () => {
      const now = host.clock.now();
      const rules = formatRules(explained, host.paint, shownOf(options)).join("\n");
      return `${formatHead(event, now)}\n\n${formatConsequences(event, host.paint, now)}\n\n${rules}`;
    };
    const { ruleSet, rules, problem } = explained;
    host.print({ kind: "event", event, ruleSet, rules, problem }, text);
    return;
  }
  const endpoint = await endpointOrNeither(api, tenant, subject);
  const { at, around, limit } = options;
  if (at !== undefined) {
    const path = `${tenant}${apiPath`/sites/${endpoint.siteId}/endpoints/${endpoint.endpointId}/why`}`;
    const aroundSeconds = Math.min(WHY_LIMITS.aroundSecondsMax, Math.max(1, Math.round(around / 1_000)));
    const query = { at, aroundSeconds, limit: Math.min(limit, WHY_LIMITS.eventsMax) };
    const answer = await api.get(path, whyAnswer, query);
    host.print({ kind: "endpoint", ...answer }, () => formatWhy(answer, host.paint, shownOf(options)));
    return;
  }
  const query = { siteId: endpoint.siteId, endpointId: endpoint.endpointId };
  const { items, more } = await api.list(`${tenant}/decisions`, decisionPage, { query, limit });
  host.print({ kind: "endpoint", endpoint, items, more }, () => {
    const head = `${plain(endpoint.displayName)} (${endpoint.siteId}/${endpoint.endpointId}):`;
    if (items.length === 0) {
      const meaning =
        "No rule that met an event named this endpoint as its target. With --at it is told what came in about it around a time.";
      return `${head} no decisions. ${meaning}`;
    }
    const oldestFirst = items.toReversed().map((one) => formatDecision(one, host.paint));
    return [head, ...oldestFirst, ...(more ? ["… there are older ones; --limit or --at shows them."] : [])].join("\n");
  });
}

function shownOf({ rule, allRules }: Options): Shown {
  return { rule, allRules: allRules === true };
}

async function eventOrNothing(api: ApiClient, tenant: string, id: string): Promise<EventWithDecisions | undefined> {
  // The API takes no such text for an event's id, so it cannot be one.
  if (!/^[!-.0-~]{1,128}$/.test(id)) return undefined;
  try {
    return await api.get(`${tenant}${apiPath`/events/${id}`}`, eventWithDecisions);
  } catch (error) {
    if (isFailureWith(error, "event.not_found")) return undefined;
    throw error;
  }
}

async function endpointOrNeither(api: ApiClient, tenant: string, wanted: string): Promise<Endpoint> {
  try {
    return await findEndpoint(api, tenant, wanted);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "endpoint.not_found") throw error;
    const text = error.message.slice(error.code.length + 2);
    throw new AppError(error.code, `there is no event with this id either; ${text}`, { cause: error });
  }
}

const EXAMPLES = [
  "cordon why 3b1f6c0e-2d1a-4f6e-9a55-0c7d2b9e8f10",
  "cordon why ws-17.acme.example",
  "cordon why ws-17 --at 2026-03-01T02:10:00Z --around 10m",
  "cordon why ws-17 --at 4h --rule isolate-on-ransomware",
  "cordon why berlin/3f2a8c1e-0b5d-4a52-9a31-6d1c7f0e2b44 --at 4h --json",
];
