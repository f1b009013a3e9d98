import { leasePage, leaseReleaseResult } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { plainLines } from "../show/lease.ts";
import { plain } from "../show/plain-text.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment } from "../show/times.ts";

export const registerRelease: RegisterCommand = (program, host) => {
  const command = program
    .command("release")
    .description("end an isolation: it is renewed no more, and the site's own method ends it. No brake stops this")
    .argument(
      "<endpointOrAction>",
      "the endpoint (whole name, host id, address, site/hostId), or the isolation's action id",
    )
    .requiredOption("--reason <text>", "why; kept in the action's timeline")
    .option("-y, --yes", "do not ask")
    .action((wanted, { reason, yes }) => release(host, wanted, reason, yes));
  addExamples(command, EXAMPLES, NOTES);
};

/** Holding in some way, so that there is something to end. */
const UNDER_WAY = "pending,holding,renewing,ending";

interface Isolation {
  readonly actionId: string;
  readonly name: string;
}

async function release(host: Host, wanted: string, reason: string, yes: boolean | undefined): Promise<void> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const isolations = wanted.startsWith("act_")
    ? [{ actionId: wanted, name: wanted }]
    : await isolationsOf(host, wanted);
  const names = isolations.map(({ actionId, name }) => (name === actionId ? name : `${name} (${actionId})`));
  await host.confirm(`Release ${names.join(", ")}?`, yes);
  const results = [];
  for (const { actionId, name } of isolations) {
    const result = await api.post(`${tenant}${apiPath`/actions/${actionId}/release`}`, { reason }, leaseReleaseResult);
    results.push({ actionId, ...result });
    if (!host.json) host.out(format({ actionId, name }, result, host));
    if (result.outcome === "not_found") host.exitWith(EXIT.no);
  }
  if (host.json) host.print({ items: results, more: false }, () => "");
}

async function isolationsOf(host: Host, wanted: string): Promise<readonly Isolation[]> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const { siteId, endpointId, displayName } = await findEndpoint(api, tenant, wanted);
  const query = { siteId, endpointId, states: UNDER_WAY };
  const { items } = await api.list(`${tenant}/leases`, leasePage, { query });
  if (items.length > 0) return items.map(({ actionId }) => ({ actionId, name: plain(displayName) }));
  const text = `nothing that Cordon asked for isolates ${plain(displayName)} (${siteId}/${endpointId})`;
  throw new AppError("lease.not_found", text);
}

function format({ name }: Isolation, result: z.output<typeof leaseReleaseResult>, { clock }: Host): string {
  return formatFields([
    [name, `${result.outcome}: ${result.message}`],
    ["timer ends", formatMoment(result.endpointEndsAt, clock.now())],
    ["steps", result.steps === undefined ? undefined : plainLines(result.steps)],
  ]);
}

const EXAMPLES = [
  'cordon release ws-17 --reason "cleaned, ticket 4711"',
  'cordon release act_0123456789abcdef0123456789abcdef --reason "false alarm" --yes --json',
];

const NOTES = `When a site cannot be asked just now, the release is stored and asked for again until it answers (outcome "stored").`;
