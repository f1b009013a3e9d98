import { listEntryRevisionPage, listRevisionPage } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type { Host, RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { printList } from "../command/print-list.ts";
import { shortValue } from "../show/plain-text.ts";
import { formatMoment, formatWhen } from "../show/times.ts";
import { collect, pathOf } from "./lists-shape.ts";

/** Who changed a list, when and how. */
export const registerListHistory: RegisterCommand = (lists, host) => {
  lists
    .command("history")
    .description("who changed it, when and how, the newest first; also of a deleted one")
    .argument("<list>", "its name")
    .option(
      "--key <part>",
      "what became of this entry; once for each part of its key",
      collect,
      [] as readonly string[],
    )
    .option("--revision <n>", "what became of entries in this revision", limit)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .action((name, { key, revision, limit: most }) => {
      if (key.length === 0 && revision === undefined) return revisions(host, name, most);
      if (key.length > 0 && revision !== undefined) throw new AppError("cli.usage", "give either --key or --revision");
      return entryRevisions(host, name, key, revision, most);
    });
};

async function revisions(host: Host, name: string, most: number): Promise<void> {
  const path = `${await pathOf(host, name)}/history`;
  const now = host.clock.now();
  printList(host, await (await host.api()).list(path, listRevisionPage, { limit: most }), [
    { title: "revision", of: ({ revision }) => revision, right: true },
    { title: "when", of: ({ at }) => formatWhen(at, now) },
    { title: "who", of: ({ by }) => by },
    { title: "what", of: ({ kind }) => kind },
    { title: "added", of: ({ added }) => added, right: true },
    { title: "replaced", of: ({ replaced }) => replaced, right: true },
    { title: "removed", of: ({ removed }) => removed, right: true },
    { title: "why", of: ({ reason }) => reason },
  ]);
}

type State = { readonly cells: Readonly<Record<string, unknown>>; readonly expiresAt?: number | undefined };

async function entryRevisions(
  host: Host,
  name: string,
  key: readonly string[],
  revision: number | undefined,
  most: number,
): Promise<void> {
  const search = new URLSearchParams(key.map((part): [string, string] => ["key", part]));
  const path = `${await pathOf(host, name)}/history/entries`;
  const now = host.clock.now();
  const stateText = (state: State | undefined): string => {
    if (state === undefined) return "not there";
    const cells = Object.entries(state.cells).map(([column, value]) => `${column}=${shortValue(value)}`);
    const end = state.expiresAt === undefined ? [] : [`until ${formatMoment(state.expiresAt, now)}`];
    return [...cells, ...end].join(", ") || "there";
  };
  const api = await host.api();
  const listed =
    key.length === 0
      ? await api.list(path, listEntryRevisionPage, { query: { revision }, limit: most })
      : { ...(await api.get(`${path}?${search}&limit=${Math.min(most, 500)}`, listEntryRevisionPage)), more: false };
  printList(
    host,
    { items: listed.items, more: "nextCursor" in listed ? listed.nextCursor !== undefined : listed.more },
    [
      { title: "revision", of: (row) => row.revision, right: true },
      { title: "when", of: ({ at }) => formatWhen(at, now) },
      { title: "who", of: ({ by }) => by },
      { title: "key", of: (row) => row.key.join(", ") },
      { title: "before", of: ({ before }) => stateText(before) },
      { title: "after", of: ({ after }) => stateText(after) },
    ],
  );
}
