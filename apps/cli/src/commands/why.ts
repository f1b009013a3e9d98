import { decisionPage, eventWithDecisions } from "@cordon/contracts/api";
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
import { formatDuration, formatTime } from "../show/times.ts";

interface Options {
  readonly at?: number | undefined;
  readonly around: number;
  readonly limit: number;
}

export const registerWhy: RegisterCommand = (program, host) => {
  const command = program
    .command("why")
    .description("why something was done, or was not: from the decisions that were stored then")
    .argument("<eventOrEndpoint>", "an event's id; or an endpoint: whole name, host id or address, or site/hostId")
    .option("--at <time>", "about an endpoint: near this time (or age, 4h) instead of its newest decisions", timeOrAge)
    .option("--around <duration>", "how far before and after --at", duration, 1_800_000)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action((subject, options) => why(host, subject, options));
  addExamples(command, EXAMPLES);
};

async function why(host: Host, subject: string, options: Options): Promise<void> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const event = await eventOrNothing(api, tenant, subject);
  if (event !== undefined) {
    const text = () => {
      const now = host.clock.now();
      return `${formatHead(event, now)}\n\n${formatConsequences(event, host.paint, now)}`;
    };
    host.print({ kind: "event", event }, text);
    return;
  }
  const endpoint = await endpointOrNeither(api, tenant, subject);
  const { at, around, limit } = options;
  const query = {
    siteId: endpoint.siteId,
    endpointId: endpoint.endpointId,
    ...(at === undefined ? {} : { from: Math.max(0, at - around), to: at + around }),
  };
  const { items, more } = await api.list(`${tenant}/decisions`, decisionPage, { query, limit });
  host.print({ kind: "endpoint", endpoint, items, more }, () => {
    const when = at === undefined ? "" : ` within ${formatDuration(around)} of ${formatTime(at)}`;
    const head = `${plain(endpoint.displayName)} (${endpoint.siteId}/${endpoint.endpointId})${when}:`;
    if (items.length === 0) {
      const meaning =
        "No rule that met an event named this endpoint as its target. `cordon events list` shows what came in.";
      return `${head} no decisions. ${meaning}`;
    }
    const oldestFirst = items.toReversed().map((one) => formatDecision(one, host.paint));
    return [head, ...oldestFirst, ...(more ? ["… there are older ones; --limit or --at shows them."] : [])].join("\n");
  });
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
  "cordon why berlin/3f2a8c1e-0b5d-4a52-9a31-6d1c7f0e2b44 --at 4h --json",
];
