import type { ActionState, EvidenceRung, IndicatorType, IsolationExclusion } from "@cordon/core/action";
import type { LeaseState, LeaseView } from "@cordon/core/endpoint";
import { assert } from "@cordon/core/kernel";
import type {
  CancelResult,
  EvidenceRequest,
  ReleaseResult,
  ResolveRequest,
  ServiceConsole,
  UpdateState,
} from "../messages.ts";
import { badField } from "./fields.ts";
import { cordon } from "./generated/agent.js";

const pb = cordon.agent.v1;

/** A string union inside, a number on the wire. `UNSPECIFIED` and values of a newer peer never enter. */
export interface WireEnum<Name extends string> {
  encode(name: Name): number;
  /** `wire.bad_frame` for what `find` does not know. */
  decode(field: string, value: number | null | undefined): Name;
  find(value: number | null | undefined): Name | undefined;
}

/** Every wire name but the unspecified one. */
type Specified<Wire> = Exclude<keyof Wire, `${string}_UNSPECIFIED`>;

/** Total both ways: a new value in the proto file, or a new member of the union, does not compile until it is mapped. */
function wireEnum<Name extends string>() {
  return <Wire extends object, const Table extends Readonly<Record<Specified<Wire>, Name>>>(
    wire: Wire,
    table: Table & (Exclude<Name, Table[keyof Table]> extends never ? unknown : { readonly unmapped: never }),
  ): WireEnum<Name> => {
    const byNumber = new Map<number, Name>();
    const byName = new Map<Name, number>();
    for (const [wireName, name] of Object.entries(table) as [keyof Wire, Name][]) {
      const value = wire[wireName] as number;
      byNumber.set(value, name);
      byName.set(name, value);
    }
    const find = (value: number | null | undefined) => byNumber.get(value ?? 0);
    return {
      find,
      encode(name) {
        const value = byName.get(name);
        assert(value !== undefined, `"${name}" is one of ${[...byName.keys()].join(", ")}`);
        return value;
      },
      decode(field, value) {
        const name = find(value);
        if (name === undefined) throw badField(field, value ? `has the unknown value ${value}` : "is missing");
        return name;
      },
    };
  };
}

export const SERVICE_CONSOLE = wireEnum<ServiceConsole>()(pb.ServiceConsole, {
  SERVICE_CONSOLE_UNKNOWN: "unknown",
  SERVICE_CONSOLE_UP: "up",
  SERVICE_CONSOLE_DOWN: "down",
});

export const ACTION_STATE = wireEnum<ActionState>()(pb.ActionState, {
  ACTION_STATE_HELD: "held",
  ACTION_STATE_QUEUED: "queued",
  ACTION_STATE_DELIVERED: "delivered",
  ACTION_STATE_DEFERRED: "deferred",
  ACTION_STATE_SUBMITTING: "submitting",
  ACTION_STATE_SUBMITTED: "submitted",
  ACTION_STATE_TASK_SEEN: "task_seen",
  ACTION_STATE_RUNNING: "running",
  ACTION_STATE_SUCCEEDED: "succeeded",
  ACTION_STATE_FAILED: "failed",
  ACTION_STATE_REFUSED: "refused",
  ACTION_STATE_EXPIRED: "expired",
  ACTION_STATE_CANCELLED: "cancelled",
  ACTION_STATE_ROTATED: "rotated",
  ACTION_STATE_NO_CONSOLE: "no_console",
  ACTION_STATE_DELETED_BY_OPERATOR: "deleted_by_operator",
  ACTION_STATE_UNKNOWN: "unknown",
});

export const EVIDENCE_RUNG = wireEnum<EvidenceRung>()(pb.EvidenceRung, {
  EVIDENCE_RUNG_NONE: "none",
  EVIDENCE_RUNG_INCIDENT: "incident",
  EVIDENCE_RUNG_CONSOLE: "console",
  EVIDENCE_RUNG_TASK: "task",
  EVIDENCE_RUNG_HOST_STATE: "host_state",
  EVIDENCE_RUNG_EVENT: "event",
});

export const CANCEL_OUTCOME = wireEnum<CancelResult["outcome"]>()(pb.CancelOutcome, {
  CANCEL_OUTCOME_CANCELLED: "cancelled",
  CANCEL_OUTCOME_TOO_LATE: "too_late",
  CANCEL_OUTCOME_NOT_FOUND: "not_found",
});

export const RESOLVE_BY = wireEnum<ResolveRequest["by"]>()(pb.ResolveBy, {
  RESOLVE_BY_HOST_ID: "hostId",
  RESOLVE_BY_FQDN: "fqdn",
  RESOLVE_BY_NAME: "name",
  RESOLVE_BY_ADDRESS: "address",
});

export const INDICATOR_TYPE = wireEnum<IndicatorType>()(pb.IndicatorType, {
  INDICATOR_TYPE_MD5: "md5",
  INDICATOR_TYPE_SHA256: "sha256",
  INDICATOR_TYPE_FILE_PATH: "filePath",
  INDICATOR_TYPE_FILE_NAME: "fileName",
  INDICATOR_TYPE_IP_ADDRESS: "ipAddress",
  INDICATOR_TYPE_DOMAIN: "domain",
  INDICATOR_TYPE_URL: "url",
});

export const TRAFFIC_DIRECTION = wireEnum<IsolationExclusion["direction"]>()(pb.TrafficDirection, {
  TRAFFIC_DIRECTION_INBOUND: "inbound",
  TRAFFIC_DIRECTION_OUTBOUND: "outbound",
  TRAFFIC_DIRECTION_BOTH: "both",
});

export const RELEASE_OUTCOME = wireEnum<ReleaseResult["outcome"]>()(pb.ReleaseOutcome, {
  RELEASE_OUTCOME_RELEASED: "released",
  RELEASE_OUTCOME_ALREADY_OVER: "already_over",
  RELEASE_OUTCOME_NOT_FOUND: "not_found",
});

export const LEASE_STATE = wireEnum<LeaseState>()(pb.LeaseState, {
  LEASE_STATE_PENDING: "pending",
  LEASE_STATE_HOLDING: "holding",
  LEASE_STATE_RENEWING: "renewing",
  LEASE_STATE_ENDING: "ending",
  LEASE_STATE_OVER: "over",
  LEASE_STATE_LOST: "lost",
});

export const HEARD = wireEnum<LeaseView["heard"]>()(pb.Heard, {
  HEARD_UNKNOWN: "unknown",
  HEARD_YES: "yes",
  HEARD_NO: "no",
});

export const EVIDENCE_WANT = wireEnum<EvidenceRequest["want"]>()(pb.EvidenceWant, {
  EVIDENCE_WANT_METADATA: "metadata",
  EVIDENCE_WANT_FILE: "file",
});

export const UPDATE_STATE = wireEnum<UpdateState>()(pb.UpdateState, {
  UPDATE_STATE_OFF: "off",
  UPDATE_STATE_WAITING: "waiting",
  UPDATE_STATE_DOWNLOADING: "downloading",
  UPDATE_STATE_RESTARTING: "restarting",
  UPDATE_STATE_RUNNING: "running",
  UPDATE_STATE_RETURNED: "returned",
  UPDATE_STATE_REFUSED: "refused",
});
