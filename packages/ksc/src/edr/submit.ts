import type { FoundIncident, SentOrder, SubmitOutcome } from "@cordon/agent-core";
import { classOf } from "@cordon/core/action";
import { type ActionId, AppError, type EpochMs } from "@cordon/core/kernel";
import * as z from "zod";
import { createIncidents } from "../api/incidents.ts";
import { deliveryOf } from "../errors/delivery.ts";
import { allOf, atLeast, equals } from "../filter/filter.ts";
import { recordPages } from "../paging/record-pages.ts";
import { CORRELATION_MEMBER, type ResponseRequest, SERVES_MEMBER } from "../registry/registry.ts";
import { anyParams, datetime, unexpectedReply } from "../values/reply-schemas.ts";
import { sortBy } from "../values/wire-types.ts";
import { type EdrContext, pagingIn } from "./context.ts";

/** Bodies may hold whole IOC files, so a page of incidents stays small. */
const INCIDENTS_PER_PAGE = 50;
const ACCESSOR_LIFETIME_SECONDS = 300;

/** See port `Edr.submit`. What is thrown was not sent. */
export async function submitOrder(
  context: EdrContext,
  order: SentOrder,
  signal: AbortSignal,
  mayGo?: () => boolean,
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
      { signal, mayGo, urgent: classOf(order.spec.kind) === "contain" },
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
  order: SentOrder,
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
      const key = keyOf(incident);
      const ours = key === undefined ? incident.KLINCDT_BODY === body : isFor(key, order.actionId);
      if (!ours) continue;
      return {
        incidentId: incident.KLINCDT_ID,
        addedAt: incident.KLINCDT_ADDED,
        ...(key === undefined ? {} : { serves: key.serves }),
      };
    }
  }
  return undefined;
}

interface Key {
  readonly actionId: string;
  readonly serves: readonly ActionId[];
}

function isFor({ actionId, serves }: Key, wanted: ActionId): boolean {
  return actionId === wanted || serves.includes(wanted);
}

/** Wherever it stands, so that a change of `correlation` does not orphan what was sent before it. */
function keyOf(incident: z.infer<typeof incidentRecord>): Key | undefined {
  return keyIn(incident.GNRL_EXTRA_PARAMS) ?? keyInText(incident.KLINCDT_BODY);
}

function keyInText(text: string | undefined): Key | undefined {
  if (text === undefined || !text.includes(CORRELATION_MEMBER)) return undefined;
  try {
    return keyIn(JSON.parse(text));
  } catch {
    // Not a response request: incidents of people and of other products live in the same list.
    return undefined;
  }
}

function keyIn(members: unknown): Key | undefined {
  if (typeof members !== "object" || members === null) return undefined;
  const { [CORRELATION_MEMBER]: actionId, [SERVES_MEMBER]: serves } = members as Record<string, unknown>;
  if (typeof actionId !== "string") return undefined;
  const others = typeof serves === "string" ? serves.split(" ") : [];
  return { actionId, serves: others as ActionId[] };
}
