import { randomInt } from "node:crypto";
import { silentLogger, tenantId } from "@cordon/core/kernel";
import { createSeededRandom, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DATABASE_ROLES, type DatabaseRole, loginOf, loginsOf, migrate, openDatabase } from "../src/index.ts";

/** Rows of no tenant, or of several at once; the tenants' role has no right on them but what is named. */
const FLEET_WIDE: Readonly<Record<string, string>> = {
  api_tokens: "found by its hash before its tenant is known; what it may do stands in its rights",
  break_glass_alarms: "the emergency account is the installation's",
  group_members: "groups of persons, and persons belong to no tenant",
  identities: "persons belong to no tenant",
  login_codes: "persons belong to no tenant",
  login_sessions: "persons belong to no tenant",
  people: "persons belong to no tenant",
  plans: "one plan computes several tenants; which ones stands in plan_tenants",
  releases: "agents' releases are the provider's",
  rollouts: "agents' releases are the provider's",
  rule_rollouts: "one rollout goes over several tenants",
  rule_rollout_steps: "the history of a rollout over several tenants",
  schema_migrations: "what shape the tables have",
};

const [A, B] = [tenantId("tenant-a"), tenantId("tenant-b")];
const DENIED = expect.objectContaining({ code: "42501" });

interface Column {
  readonly name: string;
  readonly type: string;
}

interface Walled {
  readonly name: string;
  /** Those that a row needs; generated ones and those that may be absent are left out. */
  readonly columns: readonly Column[];
}

let postgres: TestPostgres;
let administrator: pg.Client;
const clients = new Map<DatabaseRole, pg.Client>();
let walled: readonly Walled[];

beforeAll(async () => {
  postgres = await startTestPostgres();
  const database = openDatabase({ logins: loginsOf(postgres.url), logger: silentLogger });
  await migrate(database);
  await database.close();
  administrator = await connect(postgres.url.reveal());
  for (const role of DATABASE_ROLES) clients.set(role, await connect(loginOf(postgres.url, role).reveal()));
  walled = (await tables()).filter(({ name }) => !Object.hasOwn(FLEET_WIDE, name));
  await fillBothTenants();
});
afterAll(async () => {
  await Promise.all([administrator, ...clients.values()].map((client) => client.end()));
  await postgres.stop();
});

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

function as(role: DatabaseRole): pg.Client {
  return clients.get(role) as pg.Client;
}

async function tables(): Promise<readonly Walled[]> {
  const { rows } = await administrator.query<Walled>(
    `SELECT c.relname AS name, (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)))
       FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         AND a.attidentity = '' AND (a.attnotnull OR a.attname = 'tenant_id')) AS columns
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  );
  return rows;
}

/** One row of each tenant in each table, whatever its columns mean: nothing but the walls is asked. */
async function fillBothTenants(): Promise<void> {
  await administrator.query(`SET session_replication_role = replica; DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
      AND conparentid = 0 LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP; END $$`);
  for (const table of walled) {
    for (const tenant of [A, B]) await administrator.query(insertOf(table, tenant));
  }
}

const VALUES: Readonly<Record<string, (tenant: string) => string>> = {
  text: (tenant) => `'${tenant}'`,
  bigint: (tenant) => String(tenant.charCodeAt(tenant.length - 1)),
  integer: (tenant) => String(tenant.charCodeAt(tenant.length - 1)),
  boolean: () => "true",
  json: () => "'{}'",
  jsonb: () => "'{}'",
  bytea: (tenant) => `'${tenant}'`,
  "text[]": () => "'{}'",
};

function insertOf({ name, columns }: Walled, tenant: string): string {
  const values = columns.map(({ type }) => {
    const value = VALUES[type];
    if (value === undefined) throw new Error(`${name} has a column of type ${type}: say here what stands in it`);
    return value(tenant);
  });
  return `INSERT INTO ${name} (${columns.map((column) => column.name).join(", ")}) VALUES (${values.join(", ")})`;
}

async function may(role: DatabaseRole, right: string, table: string): Promise<boolean> {
  const { rows } = await administrator.query<{ may: boolean }>(
    "SELECT has_table_privilege($1, $2, $3) OR ($3 <> 'DELETE' AND has_any_column_privilege($1, $2, $4)) AS may",
    [role, table, right, right === "DELETE" ? "SELECT" : right],
  );
  return rows[0]?.may === true;
}

const rowsOf = async (table: string, tenant: string) =>
  (await administrator.query(`SELECT * FROM ${table} WHERE tenant_id = $1`, [tenant])).rows;

test("[S10] [W1] every table is behind the wall, or stands here with the reason why not", async () => {
  const { rows } = await administrator.query<{ name: string; shut: boolean }>(
    `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AND (c.relispartition OR EXISTS (
       SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'cordon_tenant' AND p.polpermissive AND p.polroles = '{0}'
         AND p.polcmd = '*' AND pg_get_expr(p.polqual, c.oid) = '(tenant_id = current_setting(''cordon.tenant''::text, true))'
         AND pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid))) AS shut
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`,
  );
  const open = rows.filter(({ shut }) => !shut).map(({ name }) => name);
  expect(open.filter((name) => !Object.hasOwn(FLEET_WIDE, name))).toEqual([]);
  expect(rows.filter(({ shut, name }) => shut && Object.hasOwn(FLEET_WIDE, name))).toEqual([]);
});

test("[S10] [W1] whoever works for a tenant sees its rows and no others; without a tenant, none", async () => {
  const app = as("cordon_app");
  for (const { name } of walled) {
    if (!(await may("cordon_app", "SELECT", name))) continue;
    await app.query("RESET cordon.tenant");
    expect((await app.query(`SELECT tenant_id FROM ${name}`)).rows, name).toEqual([]);
    await app.query(`SET cordon.tenant = '${A}'`);
    expect((await app.query(`SELECT tenant_id FROM ${name}`)).rows, name).toEqual([{ tenant_id: A }]);
  }
});

test("[S10] [W1] whoever works for a tenant writes no other's rows, and gives none of its own away", async () => {
  const app = as("cordon_app");
  await app.query(`SET cordon.tenant = '${A}'`);
  for (const table of walled) {
    const { name } = table;
    const before = await rowsOf(name, B);
    expect(before, name).toHaveLength(1);
    await expect(app.query(insertOf(table, B)), `insert into ${name}`).rejects.toEqual(DENIED);
    await expect(app.query(`UPDATE ${name} SET tenant_id = '${B}'`), `give ${name} away`).rejects.toEqual(DENIED);
    if (await may("cordon_app", "DELETE", name)) {
      expect((await app.query(`DELETE FROM ${name} WHERE tenant_id = '${B}'`)).rowCount, name).toBe(0);
    } else {
      await expect(app.query(`DELETE FROM ${name}`), `delete from ${name}`).rejects.toEqual(DENIED);
    }
    if (await may("cordon_app", "UPDATE", name)) {
      const { rows } = await administrator.query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
           AND attgenerated = '' AND attidentity = '' AND has_column_privilege('cordon_app', attrelid, attnum, 'UPDATE') LIMIT 1`,
        [name],
      );
      const column = rows[0]?.name;
      const update = `UPDATE ${name} SET ${column} = ${column} WHERE tenant_id = '${B}'`;
      expect((await app.query(update)).rowCount, name).toBe(0);
    }
    expect(await rowsOf(name, B), name).toEqual(before);
  }
});

describe("[W2] the tenants' role cannot make its wall go away", () => {
  test.each([
    "ALTER TABLE actions DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE actions NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY cordon_tenant ON actions",
    "CREATE POLICY mine ON actions USING (true)",
    "ALTER ROLE cordon_app BYPASSRLS",
    "SET ROLE cordon_fleet",
    "SET ROLE cordon_owner",
    "SET SESSION AUTHORIZATION cordon_fleet",
    "SELECT cordon_wall('actions')",
    "SELECT cordon_drop_partition('events', 'events_default')",
    "TRUNCATE actions",
    "SELECT FROM events_default",
    "CREATE TABLE mine (a integer)",
    "SET row_security = off; SELECT FROM actions",
  ])("%s", async (statement) => {
    await expect(as("cordon_app").query(statement)).rejects.toEqual(DENIED);
    await as("cordon_app").query("RESET row_security");
  });
});

test.each([
  "events",
  "event_keys",
  "decisions",
  "action_timeline",
  "stray_statuses",
  "rule_sets",
  "rule_set_activations",
  "list_revisions",
])("[W3] what stands in %s is neither changed nor removed by the tenants' role", async (table) => {
  const app = as("cordon_app");
  await app.query(`SET cordon.tenant = '${A}'`);
  await expect(app.query(`UPDATE ${table} SET tenant_id = tenant_id`)).rejects.toEqual(DENIED);
  await expect(app.query(`DELETE FROM ${table}`)).rejects.toEqual(DENIED);
});

test("[W4] the tenants' role has no right on what is no tenant's, but for how far a rollout is", async () => {
  const rights: string[] = [];
  for (const { name } of await tables()) {
    if (!Object.hasOwn(FLEET_WIDE, name)) continue;
    for (const right of ["SELECT", "INSERT", "UPDATE", "DELETE"]) {
      if (await may("cordon_app", right, name)) rights.push(`${right} ${name}`);
    }
  }
  expect(rights.filter((right) => right !== "DELETE rule_rollouts")).toEqual(["SELECT rule_rollouts"]);
  await expect(as("cordon_app").query("SELECT policy FROM rule_rollouts")).rejects.toEqual(DENIED);
});

test("[S8] [W4] the queue's role has no right on any table of the record", async () => {
  for (const { name } of await tables()) {
    await expect(as("cordon_queue").query(`SELECT FROM ${name}`), name).rejects.toEqual(DENIED);
    expect(await may("cordon_queue", "INSERT", name), name).toBe(false);
  }
});

test("[W4] no role but the owner may change the shape of a table; none is a superuser or passes the walls", async () => {
  const { rows } = await administrator.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles r WHERE rolname LIKE 'cordon\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
       OR rolreplication OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))`,
  );
  expect(rows).toEqual([]);
  for (const role of DATABASE_ROLES) {
    if (role === "cordon_owner") continue;
    await expect(as(role).query("ALTER TABLE actions ADD COLUMN mine integer"), role).rejects.toEqual(DENIED);
  }
});

test("[W4] what the tables' owner does for others is done for the roles that need it alone", async () => {
  const { rows } = await administrator.query<{ name: string }>(
    `SELECT proname AS name FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prosecdef
       AND (has_function_privilege('cordon_queue', oid, 'EXECUTE') OR has_function_privilege('cordon_auditor', oid, 'EXECUTE')
         OR NOT EXISTS (SELECT FROM unnest(proconfig) AS c WHERE c LIKE 'search_path=%'))`,
  );
  expect(rows).toEqual([]);
  const app = as("cordon_app");
  await administrator.query(`UPDATE endpoints SET addresses = '{10.0.0.1}'`);
  await app.query(`SET cordon.tenant = '${A}'`);
  expect((await app.query("SELECT * FROM cordon_endpoints_at('10.0.0.1')")).rows).toEqual([
    { site_id: A, endpoint_id: A },
  ]);
});

/** The tenants whose rows each way of asking sees, with nothing in the statement that says whose it wants. */
test("[S10] [W1] connections that tenants take turns on never show one the rows of another", async () => {
  const seed = randomInt(2 ** 31);
  const random = createSeededRandom(seed);
  const database = openDatabase({ logins: loginsOf(postgres.url), logger: silentLogger, connectionsMax: 2 });
  const see = "SELECT DISTINCT tenant_id FROM actions";
  const ways = [
    (tenant: typeof A) => database.forTenant(tenant).query<{ tenant_id: string }>(see),
    (tenant: typeof A) => database.forTenant(tenant).query<{ tenant_id: string }>(see, [], "see"),
    (tenant: typeof A) => database.forTenant(tenant).kysely.selectFrom("actions").select("tenant_id").execute(),
    (tenant: typeof A) =>
      database.forTenant(tenant).transaction((tx) => tx.query<{ tenant_id: string }>(see), { first: "locks" }),
    (tenant: typeof A) => database.forTenant(tenant).transaction((tx) => tx.last.query<{ tenant_id: string }>(see)),
    // What fails on the way, and what is rolled back, leaves the connection to the next one.
    async (tenant: typeof A) => {
      await database
        .forTenant(tenant)
        .query("SELECT 1 / 0")
        .catch(() => {});
      const failed = database.forTenant(tenant).transaction((tx) => tx.query("SELECT 1 / 0"));
      await failed.catch(() => {});
      return database.forTenant(tenant).query<{ tenant_id: string }>(see);
    },
  ];
  try {
    const asked = Array.from({ length: 400 }, () => ({
      tenant: random.float() < 0.5 ? A : B,
      way: ways[Math.floor(random.float() * ways.length)] ?? ways[0],
    }));
    const seen = await Promise.all(asked.map(async ({ tenant, way }) => ({ tenant, rows: await way?.(tenant) })));
    for (const { tenant, rows } of seen) expect(rows, `seed ${seed}`).toEqual([{ tenant_id: tenant }]);
  } finally {
    await database.close();
  }
});
