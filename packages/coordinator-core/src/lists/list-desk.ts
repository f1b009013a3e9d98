import type { Clock, Logger, TenantId } from "@cordon/core/kernel";
import {
  changeOfDefinition,
  definitionProblems,
  LIST_LIMITS,
  type LineProblem,
  type ListDefinition,
  type ListFormat,
  type RawEntry,
  readEntries,
  readEntry,
  readKey,
  shapeOf,
} from "@cordon/core/lists";
import { unmetNeeds } from "@cordon/core/rules";
import type {
  EntriesChanged,
  EntryCommand,
  ListActor,
  ListRecord,
  ListRefusal,
  ListStore,
  StoredEntry,
} from "../ports/tenant-lists.ts";
import type { ActiveLists } from "./active-lists.ts";

/** Nothing was changed; every problem is a sentence. */
export type ListProblems = { readonly kind: "invalid"; readonly problems: readonly string[] };

export type ListAnswer = { readonly kind: "done"; readonly list: ListRecord } | ListProblems | ListRefusal;

export type EntriesAnswer = EntriesChanged | ListProblems | ListRefusal;

export type ImportAnswer =
  | (EntriesChanged & { readonly over: number })
  | { readonly kind: "bad_lines"; readonly problems: readonly LineProblem[]; readonly more: boolean }
  /** As many imports are under way as this process does at a time. */
  | { readonly kind: "busy" }
  | ListRefusal;

/** What people do with a tenant's lists. In this process it counts from the next event on; others follow within a second. */
export interface ListDesk extends Pick<ListStore, "getList" | "listLists" | "listRevisions" | "listEntryRevisions"> {
  create(
    tenantId: TenantId,
    definition: ListDefinition,
    by: string,
  ): Promise<ListAnswer | { readonly kind: "exists" | "no_tenant" }>;
  change(tenantId: TenantId, definition: ListDefinition, by: string, reason?: string): Promise<ListAnswer>;
  delete(
    tenantId: TenantId,
    name: string,
    by: string,
    reason?: string,
  ): Promise<{ readonly kind: "deleted" } | ListRefusal>;
  put(
    tenantId: TenantId,
    name: string,
    entries: readonly RawEntry[],
    by: string,
    reason?: string,
  ): Promise<EntriesAnswer>;
  remove(
    tenantId: TenantId,
    name: string,
    keys: readonly (readonly string[])[],
    by: string,
    reason?: string,
  ): Promise<EntriesAnswer>;
  /** All lines or none. With `only`, the list has nothing but them afterwards. */
  import(
    tenantId: TenantId,
    name: string,
    source: { readonly format: ListFormat; readonly text: string; readonly only: boolean },
    by: string,
    reason?: string,
  ): Promise<ImportAnswer>;
  /** By key, those that are over left out. Undefined: there is no such list. */
  entries(tenantId: TenantId, name: string, page: EntryPage): Promise<readonly StoredEntry[] | undefined>;
  entry(tenantId: TenantId, name: string, key: readonly string[]): Promise<StoredEntry | undefined>;
}

export type EntryPage = Omit<Parameters<ListStore["listEntries"]>[2], "now">;

/** Each may hold the text and its million entries in memory. */
const IMPORTS_MAX = 1;

export function createListDesk(deps: {
  readonly store: ListStore;
  readonly active: Pick<ActiveLists, "refresh">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ListDesk {
  const { store, active, clock, logger } = deps;
  let imports = 0;

  const actorOf = (by: string, reason: string | undefined): ListActor => ({
    at: clock.now(),
    by,
    ...(reason === undefined ? {} : { reason }),
  });

  const changeEntries = async (
    tenantId: TenantId,
    { name, listId }: ListRecord,
    command: EntryCommand,
    actor: ListActor,
  ): Promise<EntriesChanged | ListRefusal> => {
    const answer = await store.changeEntries(tenantId, name, listId, command, actor);
    if (answer.kind !== "done") return answer;
    await active.refresh(tenantId);
    const { added, replaced, removed } = answer;
    logger.info("list.entries", { tenantId, list: name, what: command.kind, added, replaced, removed, by: actor.by });
    return answer;
  };

  return {
    getList: store.getList,
    listLists: store.listLists,
    listRevisions: store.listRevisions,
    listEntryRevisions: store.listEntryRevisions,
    entries: (tenantId, name, page) => store.listEntries(tenantId, name, { ...page, now: clock.now() }),
    entry: (tenantId, name, key) => store.getEntry(tenantId, name, key, clock.now()),
    async create(tenantId, definition, by) {
      const problems = definitionProblems(definition);
      if (problems.length > 0) return { kind: "invalid", problems };
      const created = await store.createList(tenantId, definition, actorOf(by, undefined));
      if (created.kind !== "created") return created;
      logger.info("list.create", { tenantId, list: definition.name, kind: definition.kind, by });
      return { kind: "done", list: created.list };
    },
    async change(tenantId, definition, by, reason) {
      type Why = ListProblems | Extract<ListRefusal, { kind: "in_use" }>;
      const answer = await store.changeList<Why>(tenantId, definition.name, actorOf(by, reason), (list, needs) => {
        const change = changeOfDefinition(definitionOf(list), definition);
        if (change.kind === "same") return { kind: "keep" };
        if (change.kind === "refused") return { kind: "refuse", why: { kind: "invalid", problems: change.problems } };
        const shape = shapeOf(definition, list.entries);
        const unmet = unmetNeeds(needs, { names: [], shapeOf: () => shape });
        if (unmet.length > 0) return { kind: "refuse", why: { kind: "in_use", problems: unmet } };
        return { kind: "change", definition, droppedColumns: change.droppedColumns };
      });
      if (answer.kind === "refused") return answer.why;
      if (answer.kind === "not_found") return answer;
      await active.refresh(tenantId);
      logger.info("list.change", { tenantId, list: definition.name, by });
      return answer;
    },
    async delete(tenantId, name, by, reason) {
      const answer = await store.deleteList(tenantId, name, actorOf(by, reason));
      if (answer.kind === "deleted") logger.warn("list.delete", { tenantId, list: name, by });
      return answer;
    },
    async put(tenantId, name, raws, by, reason) {
      const list = await store.getList(tenantId, name);
      if (list === undefined) return { kind: "not_found" };
      const actor = actorOf(by, reason);
      const read = raws.map((raw) => readEntry(list, raw, actor.at));
      const problems = read.flatMap((each, place) => (each.ok ? [] : [`entry ${place + 1}: ${each.problem}`]));
      const keys = read.map((each) => (each.ok ? JSON.stringify(each.entry.key) : undefined));
      for (const [place, key] of keys.entries()) {
        const first = keys.indexOf(key);
        if (key !== undefined && first < place) problems.push(`entry ${place + 1}: has the key of entry ${first + 1}`);
      }
      if (problems.length > 0) return { kind: "invalid", problems: problems.slice(0, LIST_LIMITS.problemsMax) };
      const entries = read.flatMap((each) => (each.ok ? [each.entry] : []));
      return changeEntries(tenantId, list, { kind: "put", entries }, actor);
    },
    async remove(tenantId, name, given, by, reason) {
      const list = await store.getList(tenantId, name);
      if (list === undefined) return { kind: "not_found" };
      const read = given.map((key) => readKey(list, key));
      const problems = read.flatMap((key, place) => (typeof key === "string" ? [`key ${place + 1}: ${key}`] : []));
      if (problems.length > 0) return { kind: "invalid", problems };
      const keys = read.filter((key) => typeof key !== "string");
      return changeEntries(tenantId, list, { kind: "removed", keys }, actorOf(by, reason));
    },
    async import(tenantId, name, { format, text, only }, by, reason) {
      const list = await store.getList(tenantId, name);
      if (list === undefined) return { kind: "not_found" };
      if (imports >= IMPORTS_MAX) return { kind: "busy" };
      imports++;
      try {
        const actor = actorOf(by, reason);
        const reading = readEntries(list, format, text, actor.at);
        let step = reading.next();
        while (step.done !== true) {
          // Events have their turn in between.
          await clock.sleep(0);
          step = reading.next();
        }
        const { entries, problems, more, over } = step.value;
        if (problems.length > 0) return { kind: "bad_lines", problems, more };
        const answer = await changeEntries(
          tenantId,
          list,
          { kind: "imported", entries, ...(only ? { only } : {}) },
          actor,
        );
        return answer.kind === "done" ? { ...answer, over } : answer;
      } finally {
        imports--;
      }
    },
  };
}

function definitionOf({ name, kind, key, columns, description, expireAfterMs }: ListRecord): ListDefinition {
  return { name, kind, key, columns, description, ...(expireAfterMs === undefined ? {} : { expireAfterMs }) };
}
