import type { PlanningReads } from "@cordon/coordinator-core";
import type { SiteRefusal } from "@cordon/core/endpoint";
import { type CoolDownKey, coolDownKey } from "@cordon/core/guards";
import type { EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import {
  type EndpointCandidate,
  type EndpointLookup,
  lookupKey,
  RESOLUTION_LIMITS,
  type ResolutionFacts,
} from "@cordon/core/planning";
import { readWindows } from "./attempt-windows.ts";
import { readInForce } from "./brake-store.ts";
import { readCountGroups } from "./count-groups.ts";
import type { Queryable } from "./database.ts";
import { readTraits } from "./endpoint-label-store.ts";
import { readOpenActions } from "./open-actions.ts";
import { readGroups } from "./redundancy-groups.ts";
import { readOpenHolds } from "./rule-hold-store.ts";
import { readSlots } from "./slot-budgets.ts";
import { storableJson } from "./storable.ts";

const SITES = `SELECT json_agg(json_build_object('site_id', site_id, 'names', aliases || site_id || lower(name)))
  FROM sites WHERE tenant_id = $1`;

/** Of a site that is not connected the last word may be old; its agent decides when it is back. */
const REFUSALS = `SELECT json_agg(json_build_object('site_id', r.site_id, 'refusals', r.readiness -> 'refusals'))
  FROM site_readiness r JOIN site_sessions s USING (tenant_id, site_id) WHERE r.tenant_id = $1 AND s.connected
    AND json_array_length(r.readiness -> 'refusals') > 0`;

const branch = (kinds: string, condition: string, from = "endpoints e") =>
  `SELECT e.site_id, e.endpoint_id, e.display_name, e.fqdn, e.host_name, e.kes_version, e.edr_status, e.status_mask
   FROM ${from}
   WHERE l.by IN (${kinds}) AND e.tenant_id = $1 AND ${condition}`;
/** A look-up that its function keeps within the tenant, for its operator uses no index behind the wall. */
const AT_ADDRESS = "cordon_endpoints_at(l.value) AS at JOIN endpoints e USING (site_id, endpoint_id)";

/** Each way of looking is a branch of its own, so that each uses its own index. */
const FIND_ENDPOINTS = `SELECT json_agg(each) FROM (
  SELECT l.place, any_way.* FROM json_to_recordset($2::json) AS l(place integer, by text, value text),
  LATERAL (SELECT * FROM (
    ${branch("'hostId', 'assetId'", "e.endpoint_key = l.value")}
    UNION ${branch("'hostId', 'assetId'", "e.instance_key = l.value")}
    UNION ${branch("'fqdn'", "e.fqdn_key = l.value")}
    UNION ${branch("'hostName'", "e.host_name_key = l.value")}
    UNION ${branch("'hostName'", "e.label_key = l.value")}
    UNION ${branch("'address'", "true", AT_ADDRESS)}
  ) AS found ORDER BY site_id, endpoint_id LIMIT $3) AS any_way) AS each`;

/** What planning asks of the record, each in one statement for the whole batch. */
export function createPlanningReads(db: Queryable, tenantId: TenantId): PlanningReads {
  return {
    async resolution({ lookups }): Promise<ResolutionFacts> {
      const [row] = await db.query<ResolutionRow>(
        `SELECT (${SITES}) AS sites, (${REFUSALS}) AS refusals, (${FIND_ENDPOINTS}) AS found`,
        [
          tenantId,
          storableJson(lookups.map(({ by, value }, place) => ({ place, by, value }))),
          RESOLUTION_LIMITS.candidatesMax,
        ],
        "resolve_endpoints",
      );
      const sites = row?.sites ?? [];
      return {
        candidates: indexCandidates(lookups, row?.found ?? []),
        sitesByAlias: indexAliases(sites),
        siteCount: sites.length,
        refusals: new Map((row?.refusals ?? []).map(({ site_id, refusals }) => [site_id, refusals])),
      };
    },
    brakes: () => readInForce(db, tenantId),
    traitsOf: (endpoints) => readTraits(db, tenantId, endpoints),
    groupsOf: (brakes, now) => readGroups(db, tenantId, brakes, now),
    slotsOf: (endpoints) => readSlots(db, tenantId, endpoints),
    ruleHolds: () => readOpenHolds(db, tenantId),
    windows: (asked, now) => readWindows(db, tenantId, asked, now),
    countGroups: (asked) => readCountGroups(db, tenantId, asked),
    openActions: (endpoints, now) => readOpenActions(db, tenantId, endpoints, now),
    async lastActs(keys) {
      if (keys.length === 0) return new Map();
      const rows = await db.query<{ place: number; acts: readonly EpochMs[] }>(
        `SELECT k.place, (SELECT json_agg(a.at) FROM (
             SELECT d.decided_at AS at FROM decisions d
             WHERE d.tenant_id = $1 AND d.endpoint_id = k."endpointId" AND d.rule_id = k."ruleId"
               AND d.action_kind = k."actionKind" AND d.site_id = k."siteId" AND d.verdict IN ('act', 'observe', 'merge', 'hold')
               AND d.decided_at > COALESCE((SELECT max(r.reset_at) FROM cool_down_resets r
                 WHERE r.tenant_id = $1 AND r.rule_id = k."ruleId" AND (r.site_id IS NULL OR r.site_id = k."siteId")
                   AND (r.endpoint_id IS NULL OR r.endpoint_id = k."endpointId")), 0)
             ORDER BY d.decided_at DESC LIMIT k."actsMax") AS a) AS acts
         FROM json_to_recordset($2::json) AS k(place integer, "ruleId" text, "siteId" text, "endpointId" text,
           "actionKind" text, "actsMax" integer)`,
        [tenantId, JSON.stringify(keys.map((key, place) => ({ ...key, place })))],
        "last_acts",
      );
      return new Map(rows.map(({ place, acts }) => [coolDownKey(keys[place] as CoolDownKey), acts ?? []]));
    },
  };
}

interface ResolutionRow {
  readonly sites: readonly SiteNames[] | null;
  readonly refusals: readonly { readonly site_id: SiteId; readonly refusals: readonly SiteRefusal[] }[] | null;
  readonly found: readonly CandidateRow[] | null;
}

interface SiteNames {
  readonly site_id: SiteId;
  readonly names: readonly string[];
}

function indexAliases(sites: readonly SiteNames[]): ReadonlyMap<string, readonly SiteId[]> {
  const index = new Map<string, SiteId[]>();
  for (const { site_id, names } of sites) {
    for (const name of new Set(names)) index.set(name, [...(index.get(name) ?? []), site_id]);
  }
  return index;
}

interface CandidateRow {
  readonly place: number;
  readonly site_id: SiteId;
  readonly endpoint_id: EndpointId;
  readonly display_name: string;
  readonly fqdn: string | null;
  readonly host_name: string | null;
  readonly kes_version: string | null;
  readonly edr_status: number | null;
  readonly status_mask: number;
}

function indexCandidates(
  lookups: readonly EndpointLookup[],
  rows: readonly CandidateRow[],
): ReadonlyMap<string, readonly EndpointCandidate[]> {
  const found = new Map<string, EndpointCandidate[]>();
  for (const row of rows) {
    const key = lookupKey(lookups[row.place] as EndpointLookup);
    const candidate: EndpointCandidate = {
      siteId: row.site_id,
      endpointId: row.endpoint_id,
      name: row.display_name,
      ...(row.fqdn === null ? {} : { fqdn: row.fqdn }),
      statusMask: row.status_mask,
      ...(row.host_name === null ? {} : { hostName: row.host_name }),
      ...(row.kes_version === null ? {} : { kesVersion: row.kes_version }),
      ...(row.edr_status === null ? {} : { edrStatus: row.edr_status }),
    };
    found.set(key, [...(found.get(key) ?? []), candidate]);
  }
  return found;
}
