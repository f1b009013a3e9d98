import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { AUDIT_DAY_BOUNDS, auditKey, auditKeys, auditPage, auditStatus } from "@cordon/contracts/api";
import { AUDIT_KINDS } from "@cordon/core/audit";
import { AppError } from "@cordon/core/kernel";
import type * as z from "zod";
import { findEndpoint } from "../api/find-endpoint.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, timeOrAge } from "../command/options.ts";
import { auditColumns, type Entry, formatEntry, formatKeys, formatStatus } from "../show/audit.ts";
import { formatTable } from "../show/table.ts";
import { registerAuditExport } from "./audit-export.ts";

const PLATFORM = ["--platform", "the chain of what belongs to no tenant"] as const;

export const registerAudit: RegisterCommand = (program, host) => {
  const audit = program
    .command("audit")
    .description("who did what, on whose word: a chain of entries that proves itself");
  addExamples(audit, EXAMPLES);
  audit
    .command("status")
    .description("how the chain stands: its entries, what is signed, what waits, how long it is kept")
    .option(...PLATFORM)
    .action(async ({ platform }) => {
      const found = await (await host.api()).get(await auditPath(host, platform), auditStatus);
      host.print(found, () => formatStatus(found, host.clock.now()));
    });
  audit
    .command("list")
    .description("entries, oldest first")
    .option(...PLATFORM)
    .option("--after <seq>", "with a higher number", wholeNumber, 0)
    .addOption(new Option("--kind <kind>", "of one kind").choices(AUDIT_KINDS))
    .option("--by <name>", "that somebody did")
    .option("--endpoint <endpoint>", "about one endpoint: whole name, host id or address, or site/hostId")
    .option("--since <time>", "since a time or within an age (4h, 2d)", timeOrAge)
    .option("--until <time>", "before a time or an age", timeOrAge)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action((options) => list(host, options));
  audit
    .command("show")
    .description("one entry, whole")
    .argument("<seq>", "its number", wholeNumber)
    .option(...PLATFORM)
    .action(async (seq, { platform }) => {
      const query = { after: seq - 1, limit: 1 };
      const { items } = await (await host.api()).get(`${await auditPath(host, platform)}/entries`, auditPage, query);
      const found = items.find((entry) => entry.seq === seq);
      if (found === undefined) throw new AppError("audit.not_found", `entry ${seq}`);
      host.print(found, () => formatEntry(found, host.clock.now()));
    });
  registerAuditExport(audit, host);
  const keys = audit
    .command("keys")
    .description("the keys that sign the chain: their fingerprints are what a verifier is given");
  keys
    .command("list")
    .description("oldest first")
    .option(...PLATFORM)
    .action(async ({ platform }) => {
      const found = await (await host.api()).get(`${await auditPath(host, platform)}/keys`, auditKeys);
      host.print(found, () => formatKeys(found.items, host.clock.now()));
    });
  keys
    .command("rotate")
    .description(
      "sign with a new key from now on; the old one vouches for it, so that verifiers need no other fingerprint",
    )
    .option(...PLATFORM)
    .option("-y, --yes", "do not ask")
    .action(async ({ platform, yes }) => {
      await host.confirm("Make a new key that signs this chain from now on?", yes);
      const made = await (await host.api()).post(`${await auditPath(host, platform)}/keys/rotate`, undefined, auditKey);
      host.print(made, () => `Signs from now on: ${made.keyId}`);
    });
  audit
    .command("keep")
    .description("say how long the tenant's entries are kept; what is older goes, and a signed end stands for it")
    .argument("<days>", `${AUDIT_DAY_BOUNDS.min} to ${AUDIT_DAY_BOUNDS.max}, or default`, daysOrDefault)
    .option("-y, --yes", "do not ask")
    .action(async (days, { yes }) => {
      await host.confirm(`Keep entries for ${days ?? "the default"} days, and remove what is older?`, yes);
      const path = `${await auditPath(host, undefined)}/retention`;
      const found = await (await host.api()).put(path, days === undefined ? {} : { days }, auditStatus);
      host.print(found, () => formatStatus(found, host.clock.now()));
    });
};

export async function auditPath(host: Host, platform: true | undefined): Promise<string> {
  return platform === true ? "/audit" : `${await host.tenantPath()}/audit`;
}

interface ListOptions {
  readonly platform?: true;
  readonly after: number;
  readonly kind?: string;
  readonly by?: string;
  readonly endpoint?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

const PAGE_MAX = 500;

async function list(host: Host, options: ListOptions): Promise<void> {
  const api = await host.api();
  const endpoint =
    options.endpoint === undefined ? undefined : await findEndpoint(api, await host.tenantPath(), options.endpoint);
  const path = `${await auditPath(host, options.platform)}/entries`;
  const items: Entry[] = [];
  for (let after: number | undefined = options.after; after !== undefined && items.length < options.limit; ) {
    const query = {
      after,
      kind: options.kind,
      by: options.by,
      endpointId: endpoint?.endpointId,
      from: options.since,
      to: options.until,
      limit: Math.min(PAGE_MAX, options.limit - items.length),
    };
    const page: z.output<typeof auditPage> = await api.get(path, auditPage, query);
    items.push(...page.items);
    host.onProgress?.(items.length);
    after = page.next;
  }
  host.print({ items }, () => formatTable(auditColumns(host.clock.now()), items));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number");
  return value;
}

function daysOrDefault(text: string): number | undefined {
  if (text === "default") return undefined;
  const { min, max } = AUDIT_DAY_BOUNDS;
  const days = wholeNumber(text);
  if (days < min || days > max) throw new InvalidArgumentError(`must be ${min} to ${max}, or default`);
  return days;
}

const EXAMPLES = [
  "cordon audit status",
  "cordon audit list --endpoint ws-17 --since 2d",
  "cordon audit list --by ann --kind request",
  "cordon audit show 4711",
  "cordon audit export --out acme.jsonl",
  "cordon audit keys list",
  "cordon audit keys rotate",
  "cordon audit keep 730",
  "cordon audit verify acme.jsonl --key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "cordon audit list --platform --kind login",
];
