import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";

/** Any fixed number: processes that start together migrate one after another. */
const MIGRATION_LOCK = 7_301_884_205_911n;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the schema up to this release: forward only, each file in its own transaction together with its entry. A file that
 * was changed after it ran, or an entry of a newer release, stops the start instead of guessing.
 */
export async function migrate(database: Database): Promise<{ readonly applied: readonly string[] }> {
  const migrations = readMigrations();
  await database.asOwner
    .query(
      "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
    )
    .catch(ignoreLostCreation)
    .catch(asWrongRights);
  return database.asOwner.transaction((tx) => bringUp(tx, migrations)).catch(asWrongRights);
}

async function bringUp(
  tx: Queryable,
  migrations: readonly Migration[],
): Promise<{ readonly applied: readonly string[] }> {
  await tx.query("SELECT pg_advisory_xact_lock($1::bigint)", [String(MIGRATION_LOCK)]);
  const done = await tx.query<{ name: string; checksum: string }>(
    "SELECT name, checksum FROM schema_migrations ORDER BY name",
  );
  const pending = pendingOf(migrations, done);
  for (const { name, sql, checksum } of pending) {
    await tx.query(sql);
    await tx.query("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", [name, checksum]);
  }
  return { applied: pending.map(({ name }) => name) };
}

/** What the administrator has left out (P0001: a migration says so itself; 42501: a right) is mended in the set-up, not by another try. */
function asWrongRights(error: unknown): never {
  const cause = error instanceof AppError ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (cause instanceof Error && (code === "P0001" || code === "42501")) {
    throw new AppError(
      "config.invalid",
      `the database cannot be brought up to date: ${cause.message} (docs/database.md)`,
      {
        cause: error,
      },
    );
  }
  throw error;
}

function pendingOf(
  migrations: readonly Migration[],
  done: readonly { readonly name: string; readonly checksum: string }[],
): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of done) {
    const migration = known.get(name);
    if (!migration) {
      throw new AppError(
        "config.invalid",
        `the database was migrated by a newer release (${name}): run that release, or restore a backup`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new AppError(
        "config.invalid",
        `migration ${name} is not the one that made this database: install an unchanged release`,
      );
    }
  }
  const applied = new Set(done.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

function readMigrations(): readonly Migration[] {
  const folder = path.join(import.meta.dirname, "migrations");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/** `IF NOT EXISTS` still loses a race with another creator: a unique violation in the catalogue (23505), 42P07, or 42710 for its type. */
function ignoreLostCreation(error: unknown): void {
  const cause = error instanceof AppError ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code !== "23505" && code !== "42P07" && code !== "42710") throw error;
}
