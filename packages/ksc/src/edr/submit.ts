import type { FoundIncident, SubmitOutcome } from "@cordon/agent-core";
import { type ActionOrder, classOf } from "@cordon/core/action";
import { AppError, type EpochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { createIncidents } from "../api/incidents.ts";
import { deliveryOf } from "../errors/delivery.ts";
import { allOf, atLeast, equals } from "../filter/filter.ts";
import { recordPages } from "../paging/record-pages.ts";
import { CORRELATION_MEMBER, type ResponseRequest } from "../registry/registry.ts";
import { anyParams, datetime, unexpectedReply } from "../values/reply-schemas.ts";
import { sortBy } from "../values/wire-types.ts";
import { type EdrContext, pagingIn } from "./context.ts";

/** Bodies may hold whole IOC files, so a page of incidents stays small. */
const INCIDENTS_PER_PAGE = 50;
const ACCESSOR_LIFETIME_SECONDS = 300;

/** See port `Edr.submit`. What is thrown was not sent. */
export async function submitOrder(
  context: EdrContext,
  order: ActionOrder,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const { settings, clock } = context;
  let request: ResponseRequest;
  try {
    request = context.registry.render(order);
  } catch (error) {
    if (error instanceof AppError) return { kind: "rejected", code: error.code, message: error.message };
    throw error;
  }
  try {
    const incidentId = await createIncidents(context.client).addIncident(
      {
        hostId: order.endpointId,
        severity: settings.severity,
        addedAt: clock.now(),
        body: request.body,
        ...(settings.incidentType === undefined ? {} : { type: settings.incidentType }),
        ...(request.extra === undefined ? {} : { extra: request.extra }),
      },
      { signal, urgent: classOf(order.spec.kind) === "contain" },
    );
    return { kind: "stored", incidentId };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    switch (deliveryOf(error)) {
      case "answered":
        return { kind: "rejected", code: error.code, message: error.message };
      case "unknown":
        return { kind: "answer_lost", message: error.message };
      case "not_sent":
        throw error;
    }
  }
}

const incidentRecord = z.looseObject({
  KLINCDT_ID: z.int(),
  KLINCDT_ADDED: datetime,
  KLINCDT_BODY: z.string().optional(),
  GNRL_EXTRA_PARAMS: anyParams.optional(),
});

/**
 * See port `Edr.findIncident`. The server narrows by host and time, which are documented filters; whether an incident is ours is
 * decided here: by our key where the site's `correlation` puts one, else by the exact body text. `KLINCDT_ADDED` was written
 * by us, so `notBefore` is compared with our own clock. Of several the first stored one is returned.
 */
export async function findIncidentOf(
  context: EdrContext,
  order: ActionOrder,
  notBefore: EpochMs,
  signal: AbortSignal,
): Promise<FoundIncident | undefined> {
  const paging = pagingIn(context, signal);
  const { body } = context.registry.render(order);
  const withExtra = context.settings.correlation === "extraParams";
  const search = {
    filter: allOf(equals("KLHST_WKS_HOSTNAME", order.endpointId), atLeast("KLINCDT_ADDED", { time: notBefore })),
    fields: ["KLINCDT_ID", "KLINCDT_ADDED", "KLINCDT_BODY", ...(withExtra ? ["GNRL_EXTRA_PARAMS"] : [])],
    orderBy: [sortBy("KLINCDT_ID", "ascending")],
    lifetimeSeconds: ACCESSOR_LIFETIME_SECONDS,
  };
  const open = () => createIncidents(paging.session).findIncidents(search);
  for await (const page of recordPages(paging, open, INCIDENTS_PER_PAGE)) {
    for (const raw of page) {
      const parsed = incidentRecord.safeParse(raw);
      if (!parsed.success) {
        const field = parsed.error.issues[0]?.path.join(".") ?? "record";
        throw unexpectedReply("HostGroup.FindIncidents", field, "does not fit an incident");
      }
      const incident = parsed.data;
      if (isOurs(incident, order, body)) return { incidentId: incident.KLINCDT_ID, addedAt: incident.KLINCDT_ADDED };
    }
  }
  return undefined;
}

/** Any of the three ways will do, so that a change of `correlation` does not orphan what was sent before it. */
function isOurs(incident: z.infer<typeof incidentRecord>, order: ActionOrder, body: string): boolean {
  if (incident.GNRL_EXTRA_PARAMS?.[CORRELATION_MEMBER] === order.actionId) return true;
  const text = incident.KLINCDT_BODY;
  if (text === undefined) return false;
  if (text === body) return true;
  return text.includes(order.actionId) && keyInBody(text) === order.actionId;
}

function keyInBody(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null
      ? (body as Record<string, unknown>)[CORRELATION_MEMBER]
      : undefined;
  } catch {
    // Not a response request: incidents of people and of other products live in the same list.
    return undefined;
  }
}
