import type { Secret } from "@cordon/core/kernel";
import pg from "pg";
import { DATABASE_ROLES, rolePassword } from "../database-roles.ts";

/** Any fixed number: two that set up the same server do it one after another. */
const SETUP_LOCK = "7301884205916";

/** The only work of the superuser, at each start: makes what lacks of the roles and the database, which belongs to its owner from then on. */
export async function settleServer(urlOf: (database: string) => Secret, password: Secret, name: string): Promise<void> {
  await withClient(urlOf("postgres"), async (client) => {
    await client.query(`SELECT pg_advisory_lock(${SETUP_LOCK})`);
    await createRoles(client, password);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
  await settleDatabase(urlOf(name), name);
}

async function createRoles(client: pg.Client, password: Secret): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY($1) AND rolcanlogin",
    [DATABASE_ROLES],
  );
  for (const role of DATABASE_ROLES) {
    if (rows.some(({ rolname }) => rolname === role)) continue;
    await client.query(
      `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    const secret = client.escapeLiteral(rolePassword(password, role).reveal());
    await client.query(
      `ALTER ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${secret}`,
    );
  }
}

/**
 * The database and what a former release made in it as the superuser become the owner's. The queue's schema is another role's: it
 * is made anew by that role, for the queue is filled from the record [D2].
 */
export async function settleDatabase(administrator: Secret, name: string): Promise<void> {
  await withClient(administrator, async (client) => {
    const database = client.escapeIdentifier(name);
    await client.query(`
      ALTER DATABASE ${database} OWNER TO cordon_owner;
      REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${database} TO ${DATABASE_ROLES.join(", ")};
      GRANT CREATE ON DATABASE ${database} TO cordon_queue;
      DO $$
      DECLARE
        found record;
      BEGIN
        FOR found IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S') AND c.relowner = current_user::regrole
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND c.relkind = 'S')
        LOOP
          EXECUTE format('ALTER %s %s OWNER TO cordon_owner', CASE found.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, found.name);
        END LOOP;
        FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p
          WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole
        LOOP
          EXECUTE format('ALTER ROUTINE %s OWNER TO cordon_owner', found.name);
        END LOOP;
        IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'bullmq' AND nspowner = current_user::regrole) THEN
          DROP SCHEMA bullmq CASCADE;
        END IF;
      END $$`);
  });
}

async function withClient(url: Secret, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url.reveal() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
