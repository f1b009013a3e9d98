import type { FleetAgent, Release, Rollout, UpdateStore } from "@cordon/coordinator-core";
import { AppError } from "@cordon/core/kernel";
import type { ReleaseManifest } from "@cordon/core/release";
import type { Database } from "./database.ts";
import { present } from "./present.ts";
import { storableJson, storableText } from "./storable.ts";

const RELEASE = `manifest, signature, key_id AS "keyId", registered_at AS "registeredAt", registered_by AS "registeredBy"`;
const ROLLOUT = `rollout_id AS "rolloutId", version, rings, seed, state, ring, ring_since AS "ringSince", tolerated, reason,
  revision, created_at AS "createdAt", created_by AS "createdBy", changed_at AS "changedAt", changed_by AS "changedBy"`;

/** Longer than this without a word, and an agent's process may have died with its gateway. */
const SILENT_MS = 60_000;
/** A site may have two agents, a fleet some thousands. */
const FLEET_MAX = 50_000;

type ReleaseRow = Omit<Release, "manifest"> & { readonly manifest: Buffer };

interface FleetRow extends Omit<FleetAgent, "report"> {
  readonly state: string | null;
  readonly problem: unknown;
  readonly reportedAt: number | null;
}

export function createUpdateStore(database: Database): UpdateStore {
  return {
    async addRelease({ manifest, signature, keyId, registeredAt, registeredBy }, bytes) {
      const added = await database.asFleet.query(
        `INSERT INTO releases (version, manifest, signature, key_id, registered_at, registered_by)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING version`,
        [manifest.version, Buffer.from(bytes), signature, keyId, registeredAt, storableText(registeredBy)],
      );
      if (added.length === 1) return "created";
      const [row] = await database.asFleet.query<ReleaseRow>(`SELECT ${RELEASE} FROM releases WHERE version = $1`, [
        manifest.version,
      ]);
      return row?.manifest.equals(bytes) ? "same" : "exists";
    },
    async getRelease(version) {
      const [row] = await database.asFleet.query<ReleaseRow>(`SELECT ${RELEASE} FROM releases WHERE version = $1`, [
        version,
      ]);
      return row && toRelease(row);
    },
    async listReleases() {
      const rows = await database.asFleet.query<ReleaseRow>(
        `SELECT ${RELEASE} FROM releases ORDER BY registered_at DESC`,
      );
      return rows.map(toRelease);
    },
    async addRollout(rollout) {
      const rows = await database.asFleet.query(
        `INSERT INTO rollouts (rollout_id, version, rings, seed, state, ring, ring_since, tolerated, reason, revision,
           created_at, created_by, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT DO NOTHING RETURNING rollout_id`,
        [
          rollout.rolloutId,
          rollout.version,
          storableJson(rollout.rings),
          rollout.seed,
          rollout.state,
          rollout.ring,
          rollout.ringSince,
          rollout.tolerated,
          rollout.reason ?? null,
          rollout.revision,
          rollout.createdAt,
          storableText(rollout.createdBy),
          rollout.changedAt,
          storableText(rollout.changedBy),
        ],
      );
      return rows.length === 1 ? "created" : "busy";
    },
    async getRollout(rolloutId) {
      const [row] = await database.asFleet.query<Rollout>(`SELECT ${ROLLOUT} FROM rollouts WHERE rollout_id = $1`, [
        rolloutId,
      ]);
      return row && (present(row) as Rollout);
    },
    async currentRollout() {
      const [row] = await database.asFleet.query<Rollout>(
        `SELECT ${ROLLOUT} FROM rollouts WHERE state <> 'aborted' ORDER BY created_at DESC, rollout_id LIMIT 1`,
      );
      return row && (present(row) as Rollout);
    },
    async listRollouts(limit) {
      const rows = await database.asFleet.query<Rollout>(
        `SELECT ${ROLLOUT} FROM rollouts ORDER BY created_at DESC, rollout_id LIMIT $1`,
        [limit],
      );
      return rows.map((row) => present(row) as Rollout);
    },
    async saveRollout(next) {
      const rows = await database.asFleet.query(
        `UPDATE rollouts SET state = $3, ring = $4, ring_since = $5, tolerated = $6, reason = $7, changed_at = $8,
           changed_by = $9, revision = $2 WHERE rollout_id = $1 AND revision = $2 - 1 RETURNING rollout_id`,
        [
          next.rolloutId,
          next.revision,
          next.state,
          next.ring,
          next.ringSince,
          next.tolerated,
          next.reason === undefined ? null : storableText(next.reason),
          next.changedAt,
          storableText(next.changedBy),
        ],
      );
      return rows.length === 1;
    },
    async noteConnection({ tenantId, siteId, agentId }, running, connected, now) {
      // A goodbye that comes after the next greeting is older than it.
      await database.forTenant(tenantId).query(
        `INSERT INTO agent_versions AS v (agent_id, running, connected, seen_at)
         SELECT agent_id, $4, $5, $6 FROM agents WHERE tenant_id = $1 AND site_id = $2 AND agent_id = $3
         ON CONFLICT (agent_id) DO UPDATE SET running = EXCLUDED.running, connected = EXCLUDED.connected,
           seen_at = EXCLUDED.seen_at WHERE v.seen_at <= EXCLUDED.seen_at`,
        [tenantId, siteId, agentId, storableText(running), connected, now],
      );
    },
    async noteSeen(agents, now) {
      await database.asFleet.query(
        "UPDATE agent_versions SET seen_at = $2, connected = true WHERE agent_id = ANY($1::text[])",
        [agents, now],
      );
    },
    async putReport({ tenantId, siteId, agentId }, { version, state, target, ring, problem }, now) {
      await database.forTenant(tenantId).query(
        `WITH agent AS (SELECT agent_id FROM agents WHERE tenant_id = $1 AND site_id = $2 AND agent_id = $3),
         own AS (
           INSERT INTO agent_versions AS v (agent_id, running, connected, seen_at, target, ring, is_off)
           SELECT agent_id, $4, true, $8, $6, $7, $5 = 'off' FROM agent
           ON CONFLICT (agent_id) DO UPDATE SET target = EXCLUDED.target, ring = EXCLUDED.ring,
             is_off = CASE WHEN $4 = v.running THEN EXCLUDED.is_off ELSE v.is_off END)
         INSERT INTO agent_update_reports AS r (agent_id, version, state, problem, reported_at)
         SELECT agent_id, $4, $5, $9, $8 FROM agent
         ON CONFLICT (agent_id, version) DO UPDATE SET state = EXCLUDED.state, problem = EXCLUDED.problem,
           reported_at = CASE WHEN r.state = EXCLUDED.state AND r.state = 'running' THEN r.reported_at
             ELSE EXCLUDED.reported_at END`,
        [
          tenantId,
          siteId,
          agentId,
          storableText(version),
          state,
          storableText(target),
          ring ?? null,
          now,
          problem === undefined ? null : storableJson(problem),
        ],
      );
    },
    async listFleet(version, now) {
      const rows = await database.asFleet.query<FleetRow>(
        `SELECT a.tenant_id AS "tenantId", a.site_id AS "siteId", a.agent_id AS "agentId",
           s.agent_id IS NOT NULL AS active,
           COALESCE(v.connected AND v.seen_at > $2, false) AS connected, v.seen_at AS "seenAt", v.running, v.target, v.ring,
           COALESCE(v.is_off, false) AS off, r.state, r.problem, r.reported_at AS "reportedAt"
         FROM agents a LEFT JOIN agent_versions v USING (agent_id)
           LEFT JOIN site_sessions s
             ON s.tenant_id = a.tenant_id AND s.site_id = a.site_id AND s.agent_id = a.agent_id
           LEFT JOIN agent_update_reports r ON r.agent_id = a.agent_id AND r.version = $1
         WHERE a.revoked_at IS NULL ORDER BY a.tenant_id, a.site_id, a.agent_id LIMIT $3`,
        [version, now - SILENT_MS, FLEET_MAX],
      );
      return rows.map(toFleetAgent);
    },
  };
}

function toRelease({ manifest, ...rest }: ReleaseRow): Release {
  try {
    return { ...rest, manifest: JSON.parse(manifest.toString("utf8")) as ReleaseManifest };
  } catch (cause) {
    throw new AppError("internal.unexpected", "a registered release's manifest is no JSON", { cause });
  }
}

function toFleetAgent({ state, problem, reportedAt, ...rest }: FleetRow): FleetAgent {
  const agent = present(rest) as FleetAgent;
  if (state === null || reportedAt === null) return agent;
  return { ...agent, report: present({ state, problem, at: reportedAt }) as NonNullable<FleetAgent["report"]> };
}
