import { silentLogger } from "@cordon/core/kernel";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Database, migrate, openDatabase } from "../src/index.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

async function anEmptyDatabase(): Promise<Database> {
  const database = openDatabase({ url: await postgres.createDatabase(), logger: silentLogger });
  onTestFinished(() => database.close());
  return database;
}

test("a second run applies nothing", async () => {
  const database = await anEmptyDatabase();
  expect((await migrate(database)).applied).not.toEqual([]);
  expect((await migrate(database)).applied).toEqual([]);
});

test("processes that start together migrate once", async () => {
  const database = await anEmptyDatabase();
  const runs = await Promise.all([migrate(database), migrate(database), migrate(database)]);
  expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
});

test("a migration that was changed after it ran stops the start", async () => {
  const database = await anEmptyDatabase();
  await migrate(database);
  await database.asOwner.query("UPDATE schema_migrations SET checksum = 'other'");
  await expect(migrate(database)).rejects.toMatchObject({ code: "config.invalid" });
});

test("a database of a newer release is not touched", async () => {
  const database = await anEmptyDatabase();
  await migrate(database);
  await database.asOwner.query("INSERT INTO schema_migrations (name, checksum) VALUES ('9999-future.sql', 'x')");
  await expect(migrate(database)).rejects.toThrow(/newer release/);
});
