import type { BreakGlassAlarm, LoginCode, LoginStore, SignedIn, StoredSession } from "@cordon/coordinator-core";
import type { EpochMs } from "@cordon/core/kernel";
import type { Identity } from "@cordon/core/login";
import type { Database, Transaction } from "./database.ts";

export function createLoginStore(database: Database): LoginStore {
  return {
    signIn: (identity, names, at) =>
      database.asFleet.transaction(async (tx) => {
        // One first login of a person at a time, in however many browsers.
        await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
          `identity ${identity.issuer} ${identity.subject}`,
        ]);
        return (await signInAgain(tx, identity, at)) ?? signInFirst(tx, identity, names, at);
      }),
    async startSession({ tokenHash, kind, name, startedAt, source }, sessionsMax) {
      await database.asFleet.query(
        `WITH started AS (
           INSERT INTO login_sessions (token_hash, kind, name, started_at, used_at, source) VALUES ($1, $2, $3, $4, $4, $5)
         )
         DELETE FROM login_sessions WHERE token_hash IN (
           SELECT token_hash FROM login_sessions WHERE name = $3 ORDER BY started_at DESC, token_hash OFFSET $6
         )`,
        [tokenHash, kind, name, startedAt, source, sessionsMax - 1],
      );
    },
    async findSession(tokenHash) {
      const [row] = await database.asFleet.query<StoredSession & { readonly removedAt: EpochMs | null }>(
        `SELECT s.kind, s.name, i.display_name AS "displayName", i.groups, s.started_at AS "startedAt",
                s.used_at AS "usedAt", p.removed_at AS "removedAt"
         FROM login_sessions s JOIN people p USING (name) JOIN identities i USING (name) WHERE s.token_hash = $1`,
        [tokenHash],
        "login_session",
      );
      if (row === undefined) return undefined;
      const { removedAt, ...session } = row;
      return removedAt === null ? session : { ...session, personRevokedAt: removedAt };
    },
    async noteUse(tokenHash, at) {
      await database.asFleet.query("UPDATE login_sessions SET used_at = $2 WHERE token_hash = $1 AND used_at < $2", [
        tokenHash,
        at,
      ]);
    },
    async endSession(tokenHash) {
      const [row] = await database.asFleet.query<{ name: string }>(
        "DELETE FROM login_sessions WHERE token_hash = $1 RETURNING name",
        [tokenHash],
      );
      return row?.name;
    },
    async addCode(codeHash, { name, challenge, port, state, expiresAt }) {
      await database.asFleet.query(
        "INSERT INTO login_codes (code_hash, name, challenge, port, state, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        [codeHash, name, challenge, port, state, expiresAt],
      );
    },
    async allowCode(codeHash, now) {
      const [row] = await database.asFleet.query<LoginCode>(
        `UPDATE login_codes SET allowed = true WHERE code_hash = $1 AND expires_at > $2 AND NOT allowed
         RETURNING name, challenge, port, state, expires_at AS "expiresAt"`,
        [codeHash, now],
      );
      return row;
    },
    async takeCode(codeHash, now) {
      const [row] = await database.asFleet.query<LoginCode & { readonly allowed: boolean }>(
        `DELETE FROM login_codes WHERE code_hash = $1
         RETURNING name, challenge, port, state, expires_at AS "expiresAt", allowed`,
        [codeHash],
      );
      if (row === undefined || !row.allowed || row.expiresAt <= now) return undefined;
      const { allowed: _allowed, ...code } = row;
      return code;
    },
    async forget({ sessions, codes, alarms }) {
      await database.asFleet.query("DELETE FROM login_sessions WHERE started_at < $1", [sessions]);
      await database.asFleet.query("DELETE FROM login_codes WHERE expires_at < $1", [codes]);
      await database.asFleet.query("DELETE FROM break_glass_alarms WHERE at < $1", [alarms]);
    },
    async hasPeople() {
      const rows = await database.asFleet.query("SELECT 1 FROM people LIMIT 1");
      return rows.length > 0;
    },
    async addAlarm({ at, source, uses }) {
      await database.asFleet.query("INSERT INTO break_glass_alarms (at, source, uses) VALUES ($1, $2, $3)", [
        at,
        source,
        uses,
      ]);
    },
    async alarmsSince(since) {
      const [last] = await database.asFleet.query<BreakGlassAlarm & { readonly all: number }>(
        `SELECT at, source, uses, (sum(uses) OVER ())::bigint AS "all" FROM break_glass_alarms
         WHERE at >= $1 ORDER BY at DESC, alarm_id DESC LIMIT 1`,
        [since],
      );
      if (last === undefined) return undefined;
      const { all, ...alarm } = last;
      return { uses: all, last: alarm };
    },
  };
}

async function signInAgain(tx: Transaction, identity: Identity, at: EpochMs): Promise<SignedIn | undefined> {
  const { issuer, subject, displayName, groups } = identity;
  const [row] = await tx.query<{ name: string; removed_at: EpochMs | null }>(
    `SELECT i.name, p.removed_at FROM identities i JOIN people p USING (name) WHERE i.issuer = $1 AND i.subject = $2`,
    [issuer, subject],
  );
  if (row === undefined) return undefined;
  if (row.removed_at !== null) return { kind: "revoked", name: row.name };
  await tx.query(
    "UPDATE identities SET display_name = $3, groups = $4, last_login_at = $5 WHERE issuer = $1 AND subject = $2",
    [issuer, subject, displayName, JSON.stringify(groups), at],
  );
  return { kind: "in", name: row.name, first: false };
}

async function signInFirst(
  tx: Transaction,
  { issuer, subject, displayName, groups }: Identity,
  names: readonly string[],
  at: EpochMs,
): Promise<SignedIn> {
  for (const name of names) {
    const added = await tx.query(
      "INSERT INTO people (name, added_at, added_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name",
      [name, at, "login"],
    );
    if (added.length === 0) continue;
    await tx.query(
      `INSERT INTO identities (issuer, subject, name, display_name, groups, first_login_at, last_login_at)
       VALUES ($1, $2, $3, $4, $5, $6, $6)`,
      [issuer, subject, name, displayName, JSON.stringify(groups), at],
    );
    return { kind: "in", name, first: true };
  }
  throw new Error(`no name is free for ${subject} of ${issuer}`);
}
