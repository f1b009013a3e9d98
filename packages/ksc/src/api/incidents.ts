import { AppError, type EpochMs } from "@cordon/core/kernel";
import * as z from "zod";
import type { Filter } from "../filter/filter.ts";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import { int, type ReplyReader, reading, readNothing } from "../values/reply-schemas.ts";
import { type KscParams, type KscWrapped, kscDateTime } from "../values/wire-types.ts";
import type { FoundAccessor } from "./host-group.ts";

/** `KLINCDT_SEVERITY` (KSCAPI a00034). */
export const INCIDENT_SEVERITY = { info: 1, warning: 2, critical: 3 } as const;

export interface NewIncident {
  readonly hostId: string;
  readonly severity: number;
  readonly addedAt: EpochMs;
  readonly body: string;
  readonly isHandled?: boolean;
  /** `KLINCDT_TYPE`, from KSC 15. */
  readonly type?: string;
  /** `GNRL_EXTRA_PARAMS`. */
  readonly extra?: KscParams;
}

export interface IncidentSearch {
  readonly filter: Filter;
  readonly fields: readonly string[];
  readonly orderBy?: readonly KscWrapped[];
  readonly lifetimeSeconds: number;
}

/** By hand: this is the hottest call, and its answer is one number. */
const incidentId: ReplyReader<number> = (reply, method) => {
  const id = reply.PxgRetVal;
  if (Number.isSafeInteger(id)) return id as number;
  throw new AppError("ksc.unexpected_reply", `${method}: PxgRetVal: must be the incident's number`, {
    details: { method, field: "PxgRetVal", delivery: "unknown" },
  });
};

const found = reading(
  z
    .looseObject({ PxgRetVal: int, strAccessor: z.string() })
    .transform((reply): FoundAccessor => ({ count: reply.PxgRetVal, accessor: reply.strAccessor })),
);

/** The incidents of class HostGroup (kaspersky.md 4.7). */
export function createIncidents(caller: KscCaller) {
  return {
    /** The incident's number; never a task's [kaspersky.md 1]. Two equal calls make two incidents. */
    addIncident: (incident: NewIncident, options?: CallOptions): Promise<number> =>
      caller.call("HostGroup.AddIncident", { pData: incidentData(incident) }, "changes", incidentId, options),

    updateIncident: (
      id: number,
      change: Pick<NewIncident, "hostId"> & Partial<Pick<NewIncident, "body" | "severity" | "addedAt" | "isHandled">>,
      options?: CallOptions,
    ): Promise<void> =>
      caller.call(
        "HostGroup.UpdateIncident",
        {
          nId: id,
          pData: {
            KLHST_WKS_HOSTNAME: change.hostId,
            ...(change.body === undefined ? {} : { KLINCDT_BODY: change.body }),
            ...(change.severity === undefined ? {} : { KLINCDT_SEVERITY: change.severity }),
            ...(change.addedAt === undefined ? {} : { KLINCDT_ADDED: kscDateTime(change.addedAt) }),
            ...(change.isHandled === undefined ? {} : { KLINCDT_IS_HANDLED: change.isHandled }),
          },
        },
        "changes",
        readNothing,
        options,
      ),

    deleteIncident: (id: number, options?: CallOptions): Promise<void> =>
      caller.call("HostGroup.DeleteIncident", { nId: id }, "changes", readNothing, options),

    findIncidents: (search: IncidentSearch, options?: CallOptions): Promise<FoundAccessor> =>
      caller.call(
        "HostGroup.FindIncidents",
        {
          strFilter: search.filter,
          pFieldsToReturn: search.fields,
          pFieldsToOrder: search.orderBy ?? [],
          lMaxLifeTime: search.lifetimeSeconds,
        },
        "reads",
        found,
        options,
      ),
  };
}

function incidentData(incident: NewIncident): KscParams {
  return {
    KLINCDT_SEVERITY: incident.severity,
    KLINCDT_ADDED: kscDateTime(incident.addedAt),
    KLINCDT_IS_HANDLED: incident.isHandled ?? false,
    KLHST_WKS_HOSTNAME: incident.hostId,
    KLINCDT_BODY: incident.body,
    ...(incident.type === undefined ? {} : { KLINCDT_TYPE: incident.type }),
    ...(incident.extra === undefined ? {} : { GNRL_EXTRA_PARAMS: { type: "params", value: incident.extra } }),
  };
}
