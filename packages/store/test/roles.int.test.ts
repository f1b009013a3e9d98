import { Secret, silentLogger } from "@cordon/core/kernel";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settleDatabase } from "../src/embedded/settle-database.ts";
import { checkLogins, loginsOf, migrate, openDatabase } from "../src/index.ts";

let postgres: TestPostgres;
let administrator: pg.Client;
beforeAll(async () => {
  postgres = await startTestPostgres();
  administrator = new pg.Client({ connectionString: postgres.url.reveal() });
  await administrator.connect();
});
afterAll(async () => {
  await administrator.end();
  await postgres.stop();
});

function loginAs(name: string): Secret {
  const url = new URL(postgres.url.reveal());
  url.username = name;
  url.password = "secret";
  return new Secret(url.href);
}

test("[W4] logins that are their roles and no more are taken", async () => {
  await expect(checkLogins(loginsOf(postgres.url))).resolves.toBeUndefined();
});

test("[W4] a superuser in the place of the tenants' role is refused: no wall holds it", async () => {
  await expect(checkLogins({ app: postgres.url })).rejects.toMatchObject({
    code: "config.invalid",
    message: expect.stringMatching(/superuser or passes row-level security/),
  });
});

test("[W4] a login that passes row-level security, has another role besides, or has not its own, is refused by name", async () => {
  await administrator.query("CREATE ROLE passes LOGIN BYPASSRLS PASSWORD 'secret' IN ROLE cordon_app");
  await administrator.query("CREATE ROLE two_roles LOGIN PASSWORD 'secret' IN ROLE cordon_app, cordon_owner");
  await administrator.query("CREATE ROLE nobody LOGIN PASSWORD 'secret'");
  await administrator.query("GRANT CONNECT ON DATABASE test_1 TO PUBLIC");
  await expect(checkLogins({ app: loginAs("passes") })).rejects.toThrow(
    /passes, given for cordon_app, is a superuser or/,
  );
  await expect(checkLogins({ app: loginAs("two_roles") })).rejects.toThrow(
    /two_roles, given for cordon_app, is cordon_owner besides/,
  );
  await expect(checkLogins({ queue: loginAs("nobody") })).rejects.toThrow(
    /nobody, given for cordon_queue, has not that role/,
  );
});

test("[W4] an owner without the rights to migrate is told what to do", async () => {
  const { app, fleet } = loginsOf(await postgres.createDatabase());
  const database = openDatabase({ logins: { app, fleet, owner: app }, logger: silentLogger });
  await expect(migrate(database)).rejects.toMatchObject({
    code: "config.invalid",
    message: expect.stringContaining("docs/database.md"),
  });
  await database.close();
});

test("[W4] what a former release made as the superuser becomes the owner's, and the queue's schema its own role's", async () => {
  const url = await postgres.createDatabase();
  const former = new pg.Client({ connectionString: url.reveal() });
  await former.connect();
  await former.query(`CREATE TABLE kept (a bigint GENERATED ALWAYS AS IDENTITY, b serial);
    CREATE SEQUENCE uses; CREATE SCHEMA bullmq; CREATE TABLE bullmq.job (a integer)`);
  await settleDatabase(url, new URL(url.reveal()).pathname.slice(1));
  const { rows } = await former.query<{ owner: string }>(
    "SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace",
  );
  expect(rows).toEqual([{ owner: "cordon_owner" }]);
  expect((await former.query("SELECT FROM pg_namespace WHERE nspname = 'bullmq'")).rows).toEqual([]);
  await former.end();
});
