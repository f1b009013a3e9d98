import { InvalidArgumentError } from "@commander-js/extra-typings";
import { listEntriesChanged, listEntryPage } from "@cordon/contracts/api";
import { AppError, addMs, type EpochMs } from "@cordon/core/kernel";
import type * as z from "zod";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { counted, plain, shortValue } from "../show/plain-text.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment, formatWhen, parseDuration } from "../show/times.ts";
import { pathOf } from "./lists-shape.ts";

/** What stands in a list. */
export const registerListContent: RegisterCommand = (lists, host) => {
  lists
    .command("entries")
    .description("what stands in one, by key; those that are over left out")
    .argument("<list>", "its name")
    .option("--prefix <text>", "only keys that begin so")
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action((name, { prefix, limit: most }) => entries(host, name, prefix, most));
  lists
    .command("get")
    .description("one entry; 4 when there is none")
    .argument("<list>", "its name")
    .argument("<key...>", "its parts, in order")
    .action((name, key) => get(host, name, key));
  lists
    .command("add")
    .description("add an entry, or replace the one that is there")
    .argument("<list>", "its name")
    .argument("<key...>", "its parts, in order")
    .option("--set <column=value>", "a value beside the key; elements of a list with | between them", cell, NO_CELLS)
    .option("--expires <when>", "a time, a duration from now like 4h, or never; as the list says when left out")
    .option("--reason <text>", "why; kept in the history")
    .action((name, key, { set, expires, reason }) => {
      const expiresAt = expires === undefined ? {} : { expiresAt: endOf(expires, host.clock.now()) };
      return put(host, name, { entries: [{ key, cells: set, ...expiresAt }], reason });
    });
  lists
    .command("remove")
    .description("remove an entry; 4 when there is none")
    .argument("<list>", "its name")
    .argument("<key...>", "its parts, in order")
    .option("--reason <text>", "why; kept in the history")
    .action(async (name, key, { reason }) => {
      const path = `${await pathOf(host, name)}/entries/remove`;
      const changed = await (await host.api()).post(path, { keys: [key], reason }, listEntriesChanged);
      if (changed.removed === 0) throw new AppError("list.not_found", `"${name}" has no entry ${key.join(", ")}`);
      host.print(changed, () => changedText(name, changed));
    });
};

const NO_CELLS: Readonly<Record<string, string>> = {};

function cell(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError("must be like level=3");
}

/** A duration counts from now; what it is otherwise the coordinator reads. */
function endOf(text: string, now: EpochMs): string | number {
  const ms = parseDuration(text);
  return ms === undefined ? text : addMs(now, ms);
}

async function entries(host: Host, name: string, prefix: string | undefined, most: number): Promise<void> {
  const { onProgress } = host;
  const path = `${await pathOf(host, name)}/entries`;
  const listed = await (await host.api()).list(path, listEntryPage, { query: { prefix }, limit: most, onProgress });
  const now = host.clock.now();
  const columns = [...new Set(listed.items.flatMap(({ cells }) => Object.keys(cells)))];
  printList(host, listed, [
    { title: "key", of: ({ key }) => key.join(", ") },
    ...columns.map((column) => ({
      title: column,
      of: ({ cells }: Entry) => (cells[column] === undefined ? undefined : shortValue(cells[column])),
    })),
    { title: "expires", of: ({ expiresAt }) => formatMoment(expiresAt, now) },
    { title: "put there", of: ({ changedAt, changedBy }) => `${formatWhen(changedAt, now)} by ${changedBy}` },
  ]);
}

type Entry = z.output<typeof listEntryPage>["items"][number];

async function get(host: Host, name: string, key: readonly string[]): Promise<void> {
  const search = new URLSearchParams(key.map((part): [string, string] => ["key", part]));
  const path = `${await pathOf(host, name)}/entries?${search}`;
  const [found] = (await (await host.api()).get(path, listEntryPage)).items;
  if (found === undefined) throw new AppError("list.not_found", `"${name}" has no entry ${key.join(", ")}`);
  const now = host.clock.now();
  host.print(found, () =>
    formatFields([
      ["key", plain(found.key.join(", "))],
      ...Object.entries(found.cells).map(([column, value]) => [column, shortValue(value)] as const),
      ["expires", formatMoment(found.expiresAt, now) ?? "never"],
      ["put there", `${formatMoment(found.changedAt, now)} by ${found.changedBy}`],
    ]),
  );
}

async function put(host: Host, name: string, input: object): Promise<void> {
  const path = `${await pathOf(host, name)}/entries`;
  const changed = await (await host.api()).put(path, input, listEntriesChanged);
  host.print(changed, () => changedText(name, changed));
}

export function changedText(name: string, changed: z.output<typeof listEntriesChanged>): string {
  const { added, replaced, removed, unchanged, entries: now } = changed;
  const parts = [
    [added, "added"],
    [replaced, "replaced"],
    [removed, "removed"],
    [unchanged, "as before"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${said.length === 0 ? "Nothing to change" : said.join(", ")}. "${plain(name)}" has ${counted(now, "key")}.`;
}
