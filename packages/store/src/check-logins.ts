import { readFileSync } from "node:fs";
import { AppError, postgresConnection, type Secret } from "@cordon/core/kernel";
import pg from "pg";
import type { DatabaseLogins, DatabaseRole } from "./database-roles.ts";
import { translateError } from "./errors.ts";

const ROLE_OF: Readonly<Record<keyof DatabaseLogins, DatabaseRole>> = {
  owner: "cordon_owner",
  app: "cordon_app",
  fleet: "cordon_fleet",
  queue: "cordon_queue",
  signer: "cordon_signer",
};

const CONNECT_MS_MAX = 5_000;

interface Standing {
  readonly login: string;
  readonly passes: boolean;
  readonly is: boolean;
  readonly others: readonly string[];
}

/**
 * [W4] Whether each login is what it is taken for and no more, once the roles are there. Throws `config.invalid` that names all
 * that are not: a wall that its guest can walk around is none.
 */
export async function checkLogins(logins: Partial<DatabaseLogins>): Promise<void> {
  const given = Object.entries(logins) as (readonly [keyof DatabaseLogins, Secret])[];
  const problems = await Promise.all(given.map(([name, url]) => problemsOf(ROLE_OF[name], url)));
  if (problems.flat().length === 0) return;
  throw new AppError("config.invalid", `${problems.flat().join("; ")} (docs/database.md)`, {
    details: { problems: problems.flat() },
  });
}

async function problemsOf(role: DatabaseRole, url: Secret): Promise<readonly string[]> {
  const { login, passes, is, others } = await standingOf(role, url);
  return [
    ...(passes
      ? [`the login ${login}, given for ${role}, is a superuser or passes row-level security: no wall holds it`]
      : []),
    ...(is ? [] : [`the login ${login}, given for ${role}, has not that role`]),
    ...(passes || others.length === 0
      ? []
      : [`the login ${login}, given for ${role}, is ${others.join(" and ")} besides`]),
  ];
}

async function standingOf(role: DatabaseRole, url: Secret): Promise<Standing> {
  const client = new pg.Client({
    ...postgresConnection(url, (file) => readFileSync(file)),
    connectionTimeoutMillis: CONNECT_MS_MAX,
  });
  try {
    await client.connect();
    const { rows } = await client.query<Standing>(
      `SELECT rolname AS login, rolsuper OR rolbypassrls AS passes, pg_has_role(oid, $1, 'USAGE') AS is,
         ARRAY(SELECT other FROM unnest($2::text[]) AS other WHERE other <> $1 AND pg_has_role(r.oid, other, 'MEMBER')) AS others
       FROM pg_roles r WHERE rolname = session_user`,
      [role, Object.values(ROLE_OF)],
    );
    return rows[0] as Standing;
  } catch (error) {
    throw translateError(error);
  } finally {
    await client.end().catch(() => {});
  }
}
