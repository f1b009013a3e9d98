import { readListsFile } from "@cordon/contracts";
import { tenantListPage } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import {
  buildTable,
  catalogueOf,
  factsOfTables,
  keyText,
  LIST_LIMITS,
  type ListDefinition,
  type ListTable,
  readEntries,
  shapeOf,
} from "@cordon/core/lists";
import type { ListCatalogue, ListFacts, ListNeed } from "@cordon/core/rules";
import { apiPath } from "../api/api-client.ts";
import type { Host } from "../command/host.ts";
import { readText } from "./read-rule-files.ts";

export interface ListsOptions {
  readonly lists?: string | undefined;
  readonly tenantLists?: boolean | undefined;
}

/** The lists that rules are checked against; undefined when none were named, and then every list is unknown. */
export async function listsFor(host: Host, { lists, tenantLists }: ListsOptions): Promise<ListCatalogue | undefined> {
  if (lists !== undefined && tenantLists === true) {
    throw new AppError("cli.usage", "give either --lists or --tenant-lists");
  }
  if (tenantLists === true) return tenantCatalogue(host);
  if (lists === undefined) return undefined;
  const read = readListsFile(readText(lists));
  if (read.ok) return read.catalogue;
  throw new AppError("cli.usage", `${lists}: ${read.problem}`);
}

export async function tenantCatalogue(host: Host): Promise<ListCatalogue> {
  const definitions = await definitionsOf(host);
  return catalogueOf(new Map(definitions.map((list) => [list.name, shapeOf(list, list.entries)])));
}

/** What stands now in the lists that the rules name. */
export async function tenantFacts(host: Host, needs: readonly ListNeed[]): Promise<ListFacts> {
  const names = new Set(needs.map(({ list }) => list));
  const tables = new Map<string, ListTable>();
  const now = host.clock.now();
  for (const definition of names.size === 0 ? [] : await definitionsOf(host)) {
    if (!names.has(definition.name)) continue;
    const path = `${await host.tenantPath()}${apiPath`/lists/${definition.name}/export`}`;
    const text = await (await host.api()).text(path, { format: "jsonl" });
    if (text === "") continue;
    const reading = readEntries(definition, "jsonl", text, now);
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    const table = buildTable();
    table.add(step.value.entries.map(({ key, ...entry }) => ({ key: keyText(key), entry })));
    tables.set(definition.name, table.finish());
  }
  return factsOfTables(tables, now);
}

async function definitionsOf(host: Host): Promise<readonly (ListDefinition & { readonly entries: number })[]> {
  const path = `${await host.tenantPath()}/lists`;
  const { items } = await (await host.api()).list(path, tenantListPage, { limit: LIST_LIMITS.listsMax });
  return items.map(({ expireAfterSeconds, ...list }) => ({
    ...list,
    ...(expireAfterSeconds === undefined ? {} : { expireAfterMs: expireAfterSeconds * 1_000 }),
  }));
}
