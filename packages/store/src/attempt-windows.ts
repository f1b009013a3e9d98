import type { AskedWindow } from "@cordon/coordinator-core";
import { type AttemptWindow, attemptKey, endpointKey } from "@cordon/core/guards";
import type { EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Queryable } from "./database.ts";

/**
 * [S3] An attempt is a decision on an endpoint that was found, whatever came of it, but for what a cool-down swallowed and what
 * a person ordered.
 */
const IS_ATTEMPT = `d.tenant_id = $1 AND d.endpoint_id IS NOT NULL AND d.rule_set_version > 0
  AND d.code <> 'guard.cool_down' AND (k."siteId" IS NULL OR d.site_id = k."siteId")
  AND (k.kinds IS NULL OR d.action_kind = ANY(k.kinds))`;

/**
 * Each way of looking is a branch of its own, so that each uses its own index. What a rule asked for before its last re-arm is
 * forgotten; what only observes uses up nobody else's room, and its mode is looked up only where the verdict does not tell.
 */
const ATTEMPTS = `
  SELECT d.site_id, d.endpoint_id FROM decisions d
  WHERE k."ruleId" IS NOT NULL AND d.rule_id = k."ruleId" AND d.decided_at > k.since_rearmed AND ${IS_ATTEMPT}
  UNION ALL
  SELECT d.site_id, d.endpoint_id FROM decisions d LEFT JOIN rearmed r ON r.rule_id = d.rule_id
  WHERE k."ruleId" IS NULL AND d.decided_at > k.since AND d.decided_at > COALESCE(r.at, 0) AND d.verdict <> 'observe'
    AND NOT (d.verdict = 'suppress' AND d.detail->>'mode' = 'observe') AND ${IS_ATTEMPT}`;

interface WindowRow {
  readonly place: number;
  readonly attempts: number | null;
  readonly endpoints: readonly { readonly site_id: SiteId; readonly endpoint_id: EndpointId }[] | null;
  readonly inventory: number | null;
}

export async function readWindows(
  db: Queryable,
  tenantId: TenantId,
  asked: readonly AskedWindow[],
  now: EpochMs,
): Promise<ReadonlyMap<string, AttemptWindow>> {
  const keys = asked.map(({ key, attemptsMax, endpointsMax, share }, place) => ({
    place,
    ruleId: key.ruleId,
    siteId: key.siteId,
    kinds: key.kinds,
    since: now - key.windowMs,
    attemptsMax,
    // None is asked for; absent means all.
    endpointsMax: share ? undefined : (endpointsMax ?? 0),
    share,
  }));
  const rows = await db.query<WindowRow>(
    `WITH rearmed AS MATERIALIZED (SELECT rule_id, max(rearmed_at) AS at FROM rule_holds
       WHERE tenant_id = $1 AND rearmed_at IS NOT NULL GROUP BY rule_id),
     keys AS MATERIALIZED (SELECT j.*, GREATEST(j.since, r.at) AS since_rearmed
       FROM json_to_recordset($2::json) AS j(place integer, "ruleId" text, "siteId" text, kinds text[], since bigint,
         "attemptsMax" integer, "endpointsMax" integer, share boolean) LEFT JOIN rearmed r ON r.rule_id = j."ruleId")
     SELECT k.place,
       CASE WHEN k."attemptsMax" IS NOT NULL THEN
         (SELECT count(*) FROM (SELECT FROM (${ATTEMPTS}) AS a LIMIT k."attemptsMax" + 1) AS counted) END AS attempts,
       CASE WHEN k."endpointsMax" IS NULL OR k."endpointsMax" > 0 THEN
         (SELECT json_agg(e) FROM (SELECT DISTINCT site_id, endpoint_id FROM (${ATTEMPTS}) AS a
            LIMIT k."endpointsMax" + 1) AS e) END AS endpoints,
       CASE WHEN k.share THEN (SELECT count(*) FROM endpoints e
         WHERE e.tenant_id = $1 AND (k."siteId" IS NULL OR e.site_id = k."siteId")) END AS inventory
     FROM keys k`,
    [tenantId, JSON.stringify(keys)],
    "attempt_windows",
  );
  return new Map(
    rows.map(({ place, attempts, endpoints, inventory }) => [
      attemptKey((asked[place] as AskedWindow).key),
      {
        attempts: attempts ?? 0,
        endpoints: new Set(
          (endpoints ?? []).map((each) => endpointKey({ siteId: each.site_id, endpointId: each.endpoint_id })),
        ),
        ...(inventory === null ? {} : { inventory }),
      },
    ]),
  );
}
