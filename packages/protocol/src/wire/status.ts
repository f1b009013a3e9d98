import type { Evidence } from "@cordon/core/action";
import { actionId, isErrorCode } from "@cordon/core/kernel";
import type { Status, StatusAck, StatusBatch } from "../messages.ts";
import { ACTION_STATE, EVIDENCE_RUNG } from "./enums.ts";
import { each, errorCode, id, inside, int64, maybeInt64, optional, positive, time, uint64 } from "./fields.ts";
import type * as pb from "./generated/names.ts";

export function encodeStatusBatch({ statuses }: StatusBatch): pb.StatusBatch {
  return { statuses: each("statuses", statuses, encodeStatus) };
}

export function decodeStatusBatch(raw: pb.StatusBatch): StatusBatch {
  return { kind: "statusBatch", statuses: each("statuses", raw.statuses, decodeStatus) };
}

export function encodeStatus({ seq, actionId, state, at, detail }: Status): pb.Status {
  return {
    seq: uint64("seq", seq),
    actionId,
    state: ACTION_STATE.encode(state),
    atMs: int64("at_ms", at),
    evidence: inside("evidence", detail.evidence, encodeEvidence),
    code: detail.code,
    message: detail.message,
    earliestMs: maybeInt64("earliest_ms", detail.earliest),
  };
}

function decodeStatus(raw: pb.Status): Status {
  return {
    seq: positive("seq", uint64("seq", raw.seq)),
    actionId: id("action_id", raw.actionId, actionId),
    state: ACTION_STATE.decode("state", raw.state),
    at: time("at_ms", raw.atMs),
    detail: {
      evidence: inside("evidence", raw.evidence, decodeEvidence),
      ...decodeReason(raw),
      ...optional("earliest", raw.earliestMs, (value) => time("earliest_ms", value)),
    },
  };
}

/** A code that this release does not know is kept as text: what a newer agent says is shown, not lost. */
function decodeReason({ code, message }: pb.Status): Pick<Status["detail"], "code" | "message"> {
  const text = optional("message", message, (value) => value);
  if (code === null || code === undefined) return text;
  return isErrorCode(code) ? { code, ...text } : errorCode(code, message ?? "");
}

function encodeEvidence(evidence: Evidence): pb.Evidence {
  return {
    rung: EVIDENCE_RUNG.encode(evidence.rung),
    incidentId: maybeInt64("incident_id", evidence.incidentId),
    taskId: evidence.taskId,
    taskName: evidence.taskName,
    hostState: maybeInt64("host_state", evidence.hostState),
    eventDbId: maybeInt64("event_db_id", evidence.eventDbId),
  };
}

function decodeEvidence(raw: pb.Evidence): Evidence {
  return {
    rung: EVIDENCE_RUNG.decode("rung", raw.rung),
    ...optional("incidentId", raw.incidentId, (value) => int64("incident_id", value)),
    ...optional("taskId", raw.taskId, (value) => value),
    ...optional("taskName", raw.taskName, (value) => value),
    ...optional("hostState", raw.hostState, (value) => int64("host_state", value)),
    ...optional("eventDbId", raw.eventDbId, (value) => int64("event_db_id", value)),
  };
}

export function encodeStatusAck({ cursor }: StatusAck): pb.StatusAck {
  return { cursor: uint64("cursor", cursor) };
}

export function decodeStatusAck(raw: pb.StatusAck): StatusAck {
  return { kind: "statusAck", cursor: uint64("cursor", raw.cursor) };
}
