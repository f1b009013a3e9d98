import { isActionKind } from "@cordon/core/action";
import type { SiteReadiness, SiteRefusal } from "@cordon/core/endpoint";
import type { SiteReport } from "../messages.ts";
import { each, errorCode, int64, maybeInt64, optional, requiredText, time, uint32 } from "./fields.ts";
import type * as pb from "./generated/names.ts";

export function encodeSiteReport({ readiness }: SiteReport): pb.SiteReport {
  return {
    measuredAtMs: int64("measured_at_ms", readiness.measuredAt),
    kscVersion: readiness.kscVersion,
    missingRights: each("missing_rights", readiness.missingRights, (right) => right),
    killSwitch: readiness.killSwitch,
    policySha256: readiness.policySha256,
    policyProblem: readiness.policyProblem,
    refusals: each("refusals", readiness.refusals, encodeRefusal),
    kscClockSkewMs: maybeInt64("ksc_clock_skew_ms", readiness.kscClockSkewMs),
    driftEndpoints: uint32("drift_endpoints", readiness.drift.endpoints),
    driftTasks: uint32("drift_tasks", readiness.drift.tasks),
  };
}

export function decodeSiteReport(raw: pb.SiteReport): SiteReport {
  const text = (value: string) => value;
  const readiness: SiteReadiness = {
    measuredAt: time("measured_at_ms", raw.measuredAtMs),
    ...optional("kscVersion", raw.kscVersion, text),
    missingRights: raw.missingRights ?? [],
    killSwitch: raw.killSwitch ?? false,
    ...optional("policySha256", raw.policySha256, text),
    ...optional("policyProblem", raw.policyProblem, text),
    refusals: each("refusals", raw.refusals, decodeRefusal).flat(),
    ...optional("kscClockSkewMs", raw.kscClockSkewMs, (value) => int64("ksc_clock_skew_ms", value)),
    drift: { endpoints: raw.driftEndpoints ?? 0, tasks: raw.driftTasks ?? 0 },
  };
  return { kind: "siteReport", readiness };
}

function encodeRefusal({ kind, code, reason }: SiteRefusal): pb.SiteRefusal {
  return { action: kind, code, reason };
}

/** A refusal of an action that this release does not know says nothing about those that it knows. */
function decodeRefusal(raw: pb.SiteRefusal): readonly SiteRefusal[] {
  const { code, message: reason } = errorCode(requiredText("code", raw.code), raw.reason ?? "");
  if (raw.action === null || raw.action === undefined) return [{ code, reason }];
  return isActionKind(raw.action) ? [{ kind: raw.action, code, reason }] : [];
}
