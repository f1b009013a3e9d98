import { Readable } from "node:stream";
import {
  listChange,
  listDeleteQuery,
  listEntriesChanged,
  listEntriesInput,
  listEntryPage,
  listEntryQuery,
  listEntryRevisionPage,
  listEntryRevisionQuery,
  listExportQuery,
  listImported,
  listImportQuery,
  listImportText,
  listInput,
  listKeysInput,
  listParams,
  listRevisionPage,
  pageQuery,
  tenantList,
  tenantListPage,
  tenantParams,
} from "@cordon/contracts/api";
import type { EntriesChanged, ListProblems, ListRecord, ListRefusal } from "@cordon/coordinator-core";
import { AppError, type TenantId } from "@cordon/core/kernel";
import { exportHead, exportLines, LIST_LIMITS, type ListDefinition, type ListFormat } from "@cordon/core/lists";
import * as z from "zod";
import { wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageFrom, pageOfWhole, readCursor } from "../paging.ts";
import { defined } from "../to-wire.ts";

const tags = ["lists"];

/** Tenants' lists: what rules ask about beside the event. */
export function listRoutes(app: ApiApp, services: ApiServices): void {
  const { lists } = services;
  importRoute(app, services);
  exportRoute(app, services);

  app.get(
    "/tenants/:tenantId/lists",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "List a tenant's lists, by name",
        params: tenantParams,
        querystring: pageQuery,
        response: { 200: tenantListPage },
      },
    },
    async ({ params, query }) => {
      const after = readCursor(z.string(), query.cursor);
      const rows = await lists.listLists(params.tenantId);
      return pageOfWhole(rows, { limit: query.limit, after }, ({ name }) => name, toWire);
    },
  );

  app.post(
    "/tenants/:tenantId/lists",
    {
      config: { access: wholeTenant("lists.write") },
      schema: {
        tags,
        summary: "Make a list, empty",
        params: tenantParams,
        body: listInput,
        response: { 201: tenantList },
      },
    },
    async ({ params, body: { expireAfterSeconds, ...rest }, actor }, reply) => {
      const definition: ListDefinition = {
        ...rest,
        ...defined({ expireAfterMs: expireAfterSeconds && expireAfterSeconds * 1_000 }),
      };
      const answer = await lists.create(params.tenantId, definition, actor);
      if (answer.kind === "done") return reply.code(201).send(toWire(answer.list));
      throw toError(answer, definition.name);
    },
  );

  app.get(
    "/tenants/:tenantId/lists/:list",
    {
      config: { access: wholeTenant("rules.read") },
      schema: { tags, summary: "Show what a list is", params: listParams, response: { 200: tenantList } },
    },
    async ({ params }) => toWire(await listOrThrow(services, params)),
  );

  app.put(
    "/tenants/:tenantId/lists/:list",
    {
      config: { access: wholeTenant("lists.write") },
      schema: {
        tags,
        summary: "Change what a list is: its columns, its description, how long entries stay",
        params: listParams,
        body: listChange,
        response: { 200: tenantList },
      },
    },
    async ({ params, body: { reason, expireAfterSeconds, ...change }, actor }) => {
      const { expireAfterMs, ...before } = await listOrThrow(services, params);
      const { name, kind, key, columns, description } = before;
      const after =
        expireAfterSeconds === undefined
          ? expireAfterMs
          : expireAfterSeconds === null
            ? undefined
            : expireAfterSeconds * 1_000;
      const definition = {
        name,
        kind,
        key,
        columns,
        description,
        ...defined(change),
        ...defined({ expireAfterMs: after }),
      };
      const answer = await lists.change(params.tenantId, definition, actor, reason);
      if (answer.kind !== "done") throw toError(answer, params.list);
      return toWire(answer.list);
    },
  );

  app.delete(
    "/tenants/:tenantId/lists/:list",
    {
      config: { access: wholeTenant("lists.write") },
      schema: {
        tags,
        summary: "Delete a list with all that stands in it; its history stays",
        params: listParams,
        querystring: listDeleteQuery,
        response: { 204: z.undefined() },
      },
    },
    async ({ params, query, actor }, reply) => {
      const answer = await lists.delete(params.tenantId, params.list, actor, query.reason);
      if (answer.kind !== "deleted") throw toError(answer, params.list);
      return reply.code(204).send();
    },
  );

  app.get(
    "/tenants/:tenantId/lists/:list/entries",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "List entries by key, those that are over left out",
        params: listParams,
        querystring: listEntryQuery,
        response: { 200: listEntryPage },
      },
    },
    async ({ params, query: { key, prefix, limit, cursor } }) => {
      const { tenantId, list } = params;
      if (key !== undefined) {
        const entry = await lists.entry(tenantId, list, key);
        if (entry === undefined) await listOrThrow(services, params);
        return { items: entry === undefined ? [] : [entry] };
      }
      const after = readCursor(z.array(z.string()), cursor);
      const rows = await lists.entries(tenantId, list, { ...defined({ after, prefix }), limit: limit + 1 });
      if (rows === undefined) throw new AppError("list.not_found", list);
      return pageFrom(
        rows,
        limit,
        (row) => row,
        (row) => row.key,
      );
    },
  );

  app.put(
    "/tenants/:tenantId/lists/:list/entries",
    {
      config: { access: wholeTenant("lists.write") },
      schema: {
        tags,
        summary: "Add entries; those that are there are replaced. All of them or none",
        params: listParams,
        body: listEntriesInput,
        response: { 200: listEntriesChanged },
      },
    },
    async ({ params, body, actor }) => {
      const answer = await lists.put(params.tenantId, params.list, body.entries, actor, body.reason);
      if (answer.kind !== "done") throw toError(answer, params.list);
      return changedToWire(answer);
    },
  );

  app.post(
    "/tenants/:tenantId/lists/:list/entries/remove",
    {
      config: { access: wholeTenant("lists.write") },
      schema: {
        tags,
        summary: "Remove entries; a key that is not there is no mistake",
        params: listParams,
        body: listKeysInput,
        response: { 200: listEntriesChanged },
      },
    },
    async ({ params, body, actor }) => {
      const answer = await lists.remove(params.tenantId, params.list, body.keys, actor, body.reason);
      if (answer.kind !== "done") throw toError(answer, params.list);
      return changedToWire(answer);
    },
  );

  app.get(
    "/tenants/:tenantId/lists/:list/history",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "List who changed the list, when and how, newest first; also of a deleted one",
        params: listParams,
        querystring: pageQuery,
        response: { 200: listRevisionPage },
      },
    },
    async ({ params, query }) => {
      const after = readCursor(z.object({ listId: z.number(), revision: z.number() }), query.cursor);
      const rows = await lists.listRevisions(params.tenantId, params.list, {
        ...defined({ after }),
        limit: query.limit + 1,
      });
      if (rows.length === 0) await historyOrThrow(services, params);
      return pageFrom(
        rows,
        query.limit,
        ({ definition, ...row }) => ({
          ...row,
          ...defined({ definition: definition && definitionToWire(definition) }),
        }),
        ({ listId, revision }) => ({ listId, revision }),
      );
    },
  );

  app.get(
    "/tenants/:tenantId/lists/:list/history/entries",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "List what became of entries, newest first: of one key, of one revision, or of all",
        params: listParams,
        querystring: listEntryRevisionQuery,
        response: { 200: listEntryRevisionPage },
      },
    },
    async ({ params, query: { key, revision, cursor, limit } }) => {
      const changeId = readCursor(z.number().int(), cursor);
      const rows = await lists.listEntryRevisions(params.tenantId, params.list, {
        ...defined({ key, revision }),
        ...(changeId === undefined ? {} : { after: { changeId } }),
        limit: limit + 1,
      });
      if (rows.length === 0) await historyOrThrow(services, params);
      return pageFrom(
        rows,
        limit,
        (row) => row,
        (row) => row.changeId,
      );
    },
  );
}

/** As an import takes it, page by page: a list may be longer than memory likes. */
function exportRoute(app: ApiApp, services: ApiServices): void {
  app.get(
    "/tenants/:tenantId/lists/:list/export",
    {
      config: { access: wholeTenant("rules.read") },
      schema: {
        tags,
        summary: "All entries as CSV or JSON Lines, as an import takes them back",
        params: listParams,
        querystring: listExportQuery,
        response: { 200: z.unknown().describe("the entries, as text") },
      },
    },
    async ({ params, query: { format } }, reply) => {
      const list = await listOrThrow(services, params);
      const pages = exportPages(services, params.tenantId, list, format);
      return reply.type(format === "csv" ? "text/csv" : "application/x-ndjson").send(Readable.from(pages));
    },
  );
}

const EXPORT_PAGE_ENTRIES = 5_000;

async function* exportPages(
  { lists }: ApiServices,
  tenantId: TenantId,
  list: ListRecord,
  format: ListFormat,
): AsyncGenerator<string> {
  const head = exportHead(list, format);
  if (head !== "") yield head;
  let after: readonly string[] | undefined;
  for (;;) {
    const page = await lists.entries(tenantId, list.name, { ...defined({ after }), limit: EXPORT_PAGE_ENTRIES });
    const last = page?.at(-1);
    if (page === undefined || last === undefined) return;
    yield exportLines(list, format, page);
    after = last.key;
  }
}

/** The one route that takes more than a few megabytes. */
function importRoute(app: ApiApp, { lists }: ApiServices): void {
  app.addContentTypeParser(["text/csv", "text/plain", "application/x-ndjson"], { parseAs: "string" }, (_, body, done) =>
    done(null, body),
  );
  app.post(
    "/tenants/:tenantId/lists/:list/import",
    {
      config: { access: wholeTenant("lists.write") },
      bodyLimit: LIST_LIMITS.importBytesMax,
      schema: {
        tags,
        summary: "Take entries from CSV or JSON Lines: all lines, or none with what is wrong with each",
        params: listParams,
        querystring: listImportQuery,
        body: listImportText,
        response: { 200: listImported },
      },
    },
    async ({ params, query: { format, only, reason }, body, actor }) => {
      const answer = await lists.import(params.tenantId, params.list, { format, only, text: body }, actor, reason);
      if (answer.kind === "busy") throw new AppError("list.busy", params.list);
      if (answer.kind === "bad_lines") {
        const problems = answer.problems.map(({ line, message }) => `line ${line}: ${message}`);
        const all = answer.more ? [...problems, "and there are more"] : problems;
        throw new AppError("list.invalid", params.list, { details: { problems: all } });
      }
      if (answer.kind !== "done") throw toError(answer, params.list);
      return { ...changedToWire(answer), over: answer.over };
    },
  );
}

async function listOrThrow(
  { lists }: ApiServices,
  { tenantId, list }: z.output<typeof listParams>,
): Promise<ListRecord> {
  const found = await lists.getList(tenantId, list);
  if (found === undefined) throw new AppError("list.not_found", list);
  return found;
}

/** A deleted list has one, too. */
async function historyOrThrow({ lists }: ApiServices, { tenantId, list }: z.output<typeof listParams>): Promise<void> {
  const rows = await lists.listRevisions(tenantId, list, { limit: 1 });
  if (rows.length === 0) throw new AppError("list.not_found", list);
}

type Refused = ListProblems | ListRefusal | { readonly kind: "exists" | "no_tenant" };

function toError(answer: Refused, list: string): AppError {
  switch (answer.kind) {
    case "exists":
      return new AppError("list.exists", list);
    case "no_tenant":
      return new AppError("tenant.not_found", list);
    case "not_found":
      return new AppError("list.not_found", list);
    case "full":
      return new AppError("list.full", list, { details: { problems: [answer.problem] } });
    case "in_use":
      return new AppError("list.in_use", list, { details: { problems: answer.problems } });
    case "invalid":
      return new AppError("list.invalid", list, { details: { problems: answer.problems } });
  }
}

function changedToWire({ list, added, replaced, removed, unchanged }: EntriesChanged) {
  return { revision: list.revision, entries: list.entries, added, replaced, removed, unchanged };
}

function toWire(list: ListRecord) {
  const { revision, entries, bytes, createdAt, createdBy, changedAt, changedBy } = list;
  return { ...definitionToWire(list), revision, entries, bytes, createdAt, createdBy, changedAt, changedBy };
}

function definitionToWire({ name, kind, key, columns, description, expireAfterMs }: ListDefinition) {
  const term = expireAfterMs === undefined ? {} : { expireAfterSeconds: expireAfterMs / 1_000 };
  return { name, kind, key, columns, description, ...term };
}
