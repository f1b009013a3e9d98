import type { EpochMs, TenantId } from "@cordon/core/kernel";
import type { EntryChange, ListDefinition, ListEntry } from "@cordon/core/lists";
import type { ListNeed, ListShape } from "@cordon/core/rules";

/** A tenant's list as stored, without what stands in it. */
export interface ListRecord extends ListDefinition {
  /** The same name given again later is another list. */
  readonly listId: number;
  /** Rises with every change, of what it is or of what stands in it. */
  readonly revision: number;
  /** Expired ones included until they are removed, a minute later at most. */
  readonly entries: number;
  /** UTF-8 bytes of keys and cells. */
  readonly bytes: number;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly changedAt: EpochMs;
  readonly changedBy: string;
}

/** Who changed it, when, and what for. */
export interface ListActor {
  readonly at: EpochMs;
  readonly by: string;
  readonly reason?: string;
}

export const LIST_CHANGE_KINDS = ["created", "changed", "put", "removed", "imported", "expired", "deleted"] as const;

export type ListChangeKind = (typeof LIST_CHANGE_KINDS)[number];

/** One change, as the history has it. */
export interface ListRevision extends ListActor {
  readonly listId: number;
  readonly list: string;
  readonly revision: number;
  readonly kind: ListChangeKind;
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  /** `created` and `changed`: what it has been from then on. */
  readonly definition?: ListDefinition;
}

/** What became of one entry in one change. */
export interface EntryRevision extends Pick<ListActor, "at" | "by"> {
  readonly changeId: number;
  readonly revision: number;
  readonly key: readonly string[];
  /** Absent: it was not there. */
  readonly before?: Pick<ListEntry, "cells" | "expiresAt">;
  /** Absent: it is gone. */
  readonly after?: Pick<ListEntry, "cells" | "expiresAt">;
}

export interface EntriesChanged {
  readonly kind: "done";
  readonly list: ListRecord;
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** Nothing was changed; `problem` says why, in one sentence. */
export type ListRefusal =
  | { readonly kind: "not_found" }
  | { readonly kind: "full"; readonly problem: string }
  /** Rules in use need it otherwise. */
  | { readonly kind: "in_use"; readonly problems: readonly string[] };

export type EntryCommand =
  /** Adds them; those that are there are replaced. With `only`, whatever else stands in the list is removed. */
  | { readonly kind: "put" | "imported"; readonly entries: readonly ListEntry[]; readonly only?: true }
  | { readonly kind: "removed"; readonly keys: readonly (readonly string[])[] };

/** An entry and who put it there. */
export interface StoredEntry extends ListEntry {
  readonly changedAt: EpochMs;
  readonly changedBy: string;
}

export interface ListStore {
  createList(
    tenantId: TenantId,
    definition: ListDefinition,
    actor: ListActor,
  ): Promise<
    | { readonly kind: "created"; readonly list: ListRecord }
    | { readonly kind: "exists" | "no_tenant" }
    | Extract<ListRefusal, { kind: "full" }>
  >;
  getList(tenantId: TenantId, name: string): Promise<ListRecord | undefined>;
  /** By name. */
  listLists(tenantId: TenantId): Promise<readonly ListRecord[]>;
  /** The list is locked while `decide` says what it becomes; `needs` are those of the rules in use. */
  changeList<Refused>(
    tenantId: TenantId,
    name: string,
    actor: ListActor,
    decide: (
      list: ListRecord,
      needs: readonly ListNeed[],
    ) =>
      | { readonly kind: "change"; readonly definition: ListDefinition; readonly droppedColumns: readonly string[] }
      | { readonly kind: "keep" }
      | { readonly kind: "refuse"; readonly why: Refused },
  ): Promise<
    | { readonly kind: "done"; readonly list: ListRecord }
    | { readonly kind: "refused"; readonly why: Refused }
    | { readonly kind: "not_found" }
  >;
  /** With all that stands in it; its history stays. */
  deleteList(tenantId: TenantId, name: string, actor: ListActor): Promise<{ readonly kind: "deleted" } | ListRefusal>;
  /** In one transaction; `check` looks at the sizes that it would have and may refuse. */
  changeEntries(
    tenantId: TenantId,
    name: string,
    listId: number,
    command: EntryCommand,
    actor: ListActor,
  ): Promise<EntriesChanged | ListRefusal>;
  /** By key; those that are over left out. */
  listEntries(
    tenantId: TenantId,
    name: string,
    page: {
      readonly after?: readonly string[];
      readonly prefix?: string;
      readonly now: EpochMs;
      readonly limit: number;
    },
  ): Promise<readonly StoredEntry[] | undefined>;
  getEntry(tenantId: TenantId, name: string, key: readonly string[], now: EpochMs): Promise<StoredEntry | undefined>;
  /** Newest first; also of lists of this name that are deleted. */
  listRevisions(
    tenantId: TenantId,
    name: string,
    page: { readonly after?: { readonly listId: number; readonly revision: number }; readonly limit: number },
  ): Promise<readonly ListRevision[]>;
  /** Newest first; of one key or of one revision, or all. */
  listEntryRevisions(
    tenantId: TenantId,
    name: string,
    page: {
      readonly key?: readonly string[];
      readonly revision?: number;
      readonly after?: { readonly changeId: number };
      readonly limit: number;
    },
  ): Promise<readonly EntryRevision[]>;
  /** Removes up to `limit` entries that are over, of whatever tenants; answers how many. */
  removeExpired(now: EpochMs, limit: number): Promise<number>;
  /** Removes up to `limit` of the oldest rows of the history of entries that are from before then; answers how many. */
  forgetEntryRevisions(before: EpochMs, limit: number): Promise<number>;
  shapes(tenantId: TenantId): Promise<ReadonlyMap<string, ListShape>>;
  /** Where these lists are now; one that is not among the answers is gone. */
  places(listIds: readonly number[]): Promise<readonly ListPlace[]>;
  placeOf(tenantId: TenantId, name: string): Promise<ListPlace | undefined>;
  /** What became of entries after `revision`; undefined when that is more than `limit`. */
  changesAfter(listId: number, revision: number, limit: number): Promise<readonly EntryChange[] | undefined>;
  /** The whole list as of one instant, page by page. Undefined: it is gone. */
  readWhole(listId: number, onPage: (entries: readonly EntryChange[]) => void): Promise<ListPlace | undefined>;
}

/** How far a list has come. */
export interface ListPlace {
  readonly listId: number;
  readonly revision: number;
  /** The last revision in which entries lost a column: what memory has from before is not right any more. */
  readonly reshapedAt: number;
}
