import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { tenantList, tenantListPage } from "@cordon/contracts/api";
import { AppError, type EpochMs } from "@cordon/core/kernel";
import { COLUMN_TYPES, type ColumnType, LIST_LIMITS, type ListColumn } from "@cordon/core/lists";
import { LIST_KINDS } from "@cordon/core/rules";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { duration } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { plain } from "../show/plain-text.ts";
import { formatFields } from "../show/table.ts";
import { formatDuration, formatMoment, formatWhen } from "../show/times.ts";

type TenantList = z.output<typeof tenantList>;

/** What a list is. */
export const registerListShapes: RegisterCommand = (lists, host) => {
  lists
    .command("list")
    .description("the tenant's lists, by name")
    .action(() => list(host));
  lists
    .command("show")
    .description("what one is")
    .argument("<list>", "its name")
    .action(async (name) => {
      const found = await show(host, name);
      host.print(found, () => listText(found, host.clock.now()));
    });
  lists
    .command("create")
    .description("make a list, empty")
    .argument("<list>", "its name, as rules call it")
    .addOption(new Option("--kind <kind>", "what it is").choices(LIST_KINDS).makeOptionMandatory())
    .option(
      "--key <name>",
      "a name for each part of a key, in order; one part called `key` when left out",
      collect,
      NONE,
    )
    .option("--column <name:type>", COLUMN_TEXT, column, NO_COLUMNS)
    .option("--expire-after <duration>", "how long an entry stays that does not say so itself: 4h, 30d", duration)
    .option("--description <text>", "what it is for")
    .action((name, { kind, key, column: columns, expireAfter, description }) =>
      create(host, {
        name,
        kind,
        columns,
        ...(key.length === 0 ? {} : { key }),
        ...(expireAfter === undefined ? {} : { expireAfterSeconds: Math.round(expireAfter / 1_000) }),
        ...(description === undefined ? {} : { description }),
      }),
    );
  lists
    .command("change")
    .description("change its columns, its description, or how long entries stay")
    .argument("<list>", "its name")
    .option("--add-column <name:type>", COLUMN_TEXT, column, NO_COLUMNS)
    .option("--drop-column <name>", "remove a column with what stands in it", collect, NONE)
    .option("--expire-after <duration>", "4h, 30d, or never; entries that are there keep their time", term)
    .option("--description <text>", "what it is for")
    .option("--reason <text>", "why; kept in the history")
    .option("-y, --yes", "do not ask")
    .action((name, options) => change(host, name, options));
  lists
    .command("delete")
    .description("delete one with all that stands in it; its history stays")
    .argument("<list>", "its name")
    .option("--reason <text>", "why; kept in the history")
    .option("-y, --yes", "do not ask")
    .action(async (name, { reason, yes }) => {
      const { entries } = await show(host, name);
      await host.confirm(`Delete "${name}" with ${entries} entries?`, yes);
      await (await host.api()).delete(await pathOf(host, name), { reason });
      host.print({ deleted: name }, () => `"${plain(name)}" is deleted. Its history stays: cordon lists history.`);
    });
};

const NONE: readonly string[] = [];
const NO_COLUMNS: readonly ListColumn[] = [];
const COLUMN_TEXT = `a column beside the key, with ${COLUMN_TYPES.join(", ")}; text when left out`;

export function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function column(text: string, before: readonly ListColumn[]): readonly ListColumn[] {
  const [name = "", type = "text", ...rest] = text.split(":");
  const known = COLUMN_TYPES.find((one): one is ColumnType => one === type);
  if (name !== "" && known !== undefined && rest.length === 0) return [...before, { name, type: known }];
  throw new InvalidArgumentError(`must be like level:number, with one of ${COLUMN_TYPES.join(", ")}`);
}

/** Seconds. */
function term(text: string): number | "never" {
  return text === "never" ? text : Math.round(duration(text) / 1_000);
}

export async function pathOf(host: Host, name: string): Promise<string> {
  return `${await host.tenantPath()}${apiPath`/lists/${name}`}`;
}

async function show(host: Host, name: string): Promise<TenantList> {
  return (await host.api()).get(await pathOf(host, name), tenantList);
}

async function list(host: Host): Promise<void> {
  const path = `${await host.tenantPath()}/lists`;
  const now = host.clock.now();
  printList(host, await (await host.api()).list(path, tenantListPage, { limit: LIST_LIMITS.listsMax }), [
    { title: "list", of: ({ name }) => name },
    { title: "kind", of: ({ kind }) => kind },
    { title: "key", of: ({ key }) => key.join(", ") },
    { title: "columns", of: ({ columns }) => columns.map(({ name }) => name).join(", ") },
    { title: "entries", of: ({ entries }) => entries, right: true },
    {
      title: "expire after",
      of: ({ expireAfterSeconds }) => expireAfterSeconds && formatDuration(expireAfterSeconds * 1_000),
    },
    { title: "changed", of: ({ changedAt, changedBy }) => `${formatWhen(changedAt, now)} by ${changedBy}` },
    { title: "description", of: ({ description }) => description },
  ]);
}

async function create(host: Host, input: object): Promise<void> {
  const made = await (await host.api()).post(`${await host.tenantPath()}/lists`, input, tenantList);
  host.print(made, () => listText(made, host.clock.now()));
}

interface Change {
  readonly addColumn: readonly ListColumn[];
  readonly dropColumn: readonly string[];
  readonly expireAfter?: number | "never" | undefined;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
  readonly yes?: boolean | undefined;
}

async function change(host: Host, name: string, options: Change): Promise<void> {
  const { addColumn, dropColumn, expireAfter, description, reason, yes } = options;
  if (addColumn.length + dropColumn.length === 0 && expireAfter === undefined && description === undefined) {
    throw new AppError("cli.usage", "give at least one of --add-column, --drop-column, --expire-after, --description");
  }
  const found = await show(host, name);
  const missing = dropColumn.find((each) => !found.columns.some((known) => known.name === each));
  if (missing !== undefined) throw new AppError("cli.usage", `"${name}" has no column "${missing}"`);
  if (dropColumn.length > 0) {
    await host.confirm(`Remove ${dropColumn.join(", ")} from "${name}", with what stands there?`, yes);
  }
  const columns = [...found.columns.filter((known) => !dropColumn.includes(known.name)), ...addColumn];
  const input = { columns, expireAfterSeconds: expireAfter === "never" ? null : expireAfter, description, reason };
  const changed = await (await host.api()).put(await pathOf(host, name), input, tenantList);
  host.print(changed, () => listText(changed, host.clock.now()));
}

function listText(list: TenantList, now: EpochMs): string {
  const { name, kind, key, columns, entries, expireAfterSeconds, description } = list;
  return formatFields([
    ["list", plain(name)],
    ["kind", kind],
    ["key", key.join(", ")],
    ["columns", columns.map((each) => `${each.name} (${each.type})`).join(", ")],
    ["entries", entries],
    ["expire after", expireAfterSeconds === undefined ? "never" : formatDuration(expireAfterSeconds * 1_000)],
    ["description", plain(description)],
    ["created", `${formatMoment(list.createdAt, now)} by ${list.createdBy}`],
    ["changed", `${formatMoment(list.changedAt, now)} by ${list.changedBy} (revision ${list.revision})`],
  ]);
}
