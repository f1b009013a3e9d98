import { Readable } from "node:stream";
import {
  auditDaysInput,
  auditExportQuery,
  auditKey,
  auditKeys,
  auditPage,
  auditQuery,
  auditStatus,
  tenantParams,
} from "@cordon/contracts/api";
import type { AuditStatus } from "@cordon/coordinator-core";
import { type AuditChain, PLATFORM_CHAIN } from "@cordon/core/audit";
import type { FastifyReply } from "fastify";
import * as z from "zod";
import { fleet, wholeTenant } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { defined } from "../to-wire.ts";

const tags = ["audit"];
const noParams = z.strictObject({});

/** Who did what on whose word: a chain for each tenant, and one for what belongs to none. */
export function auditRoutes(app: ApiApp, services: ApiServices): void {
  const { audit } = services;
  const chains = [
    {
      root: "/tenants/:tenantId/audit",
      params: tenantParams,
      read: wholeTenant("audit.read"),
      out: wholeTenant("audit.export"),
      keys: wholeTenant("audit.manage"),
    },
    {
      root: "/audit",
      params: noParams,
      read: fleet("fleet.audit.read"),
      out: fleet("fleet.audit.read"),
      keys: fleet("authority.rotate"),
    },
  ] as const;
  for (const { root, params, read, out, keys } of chains) {
    app.get(
      root,
      {
        config: { access: read },
        schema: {
          tags,
          summary: "How the chain stands, and how long it is kept",
          params,
          response: { 200: auditStatus },
        },
      },
      async ({ params }) => statusToWire(await audit.status(chainOf(params))),
    );
    app.get(
      `${root}/entries`,
      {
        config: { access: read },
        schema: {
          tags,
          summary: "List entries, oldest first",
          params,
          querystring: auditQuery,
          response: { 200: auditPage },
        },
      },
      async ({ params, query }) => {
        const { limit, after, kind, by, endpointId, from, to } = query;
        const filter = { after, limit, ...defined({ kind, by, endpointId, from, to }) };
        const items = await audit.list(chainOf(params), filter);
        const last = items.at(-1);
        return { items, ...(last === undefined || items.length < limit ? {} : { next: last.seq }) };
      },
    );
    app.get(
      `${root}/export`,
      {
        config: { access: out, audited: true },
        schema: {
          tags,
          summary: "Export as JSON Lines, signed at its end; `cordon audit verify` proves it without the coordinator",
          params,
          querystring: auditExportQuery,
        },
      },
      ({ params, query }, reply) => sendLines(reply, audit.exportLines(chainOf(params), query.after, query.limit)),
    );
    app.get(
      `${root}/keys`,
      {
        config: { access: read },
        schema: { tags, summary: "List the keys that sign it", params, response: { 200: auditKeys } },
      },
      async ({ params }) => ({ items: await audit.keys(chainOf(params)) }),
    );
    app.post(
      `${root}/keys/rotate`,
      {
        config: { access: keys },
        schema: {
          tags,
          summary: "Sign with a new key from now on; the old one vouches for it",
          params,
          response: { 201: auditKey },
        },
      },
      async ({ params }, reply) => reply.code(201).send(await audit.rotateKey(chainOf(params))),
    );
  }
  app.put(
    "/tenants/:tenantId/audit/retention",
    {
      config: { access: wholeTenant("audit.manage") },
      schema: {
        tags,
        summary: "Say how long entries are kept; what is older goes, and a signed end stands for it",
        params: tenantParams,
        body: auditDaysInput,
        response: { 200: auditStatus },
      },
    },
    async ({ params, body, actor }) => {
      await audit.setDays(params.tenantId, body.days, actor);
      return statusToWire(await audit.status(params.tenantId));
    },
  );
}

function chainOf(params: { readonly tenantId?: AuditChain }): AuditChain {
  return params.tenantId ?? PLATFORM_CHAIN;
}

function statusToWire({ chain, head, root, waiting, waitingSince, days, own, forwarded }: AuditStatus) {
  return {
    chain,
    entries: head.seq,
    hash: head.hash,
    signedUpTo: root?.seq ?? 0,
    waiting,
    days,
    ...defined({ signedAt: root?.at, waitingSince, own, forwarded }),
  };
}

/** As fast as its reader takes it; one that goes away ends it. */
function sendLines(reply: FastifyReply, lines: AsyncIterable<object>): FastifyReply {
  const text = async function* () {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  };
  return reply.type("application/x-ndjson").serializer(String).send(Readable.from(text()));
}
