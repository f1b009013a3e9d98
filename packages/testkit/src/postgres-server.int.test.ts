import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "./postgres-server.ts";

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

async function ask(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("each database is empty and its caller's own", async () => {
  await ask(server.url.reveal(), "CREATE TABLE mine (a integer)");
  const other = await server.createDatabase();
  await expect(ask(other.reveal(), "SELECT * FROM mine")).rejects.toThrow(/does not exist/);
});

test("what was committed is there after a kill -9 of the server", async () => {
  await ask(server.url.reveal(), "CREATE TABLE kept (a integer)");
  await ask(server.url.reveal(), "INSERT INTO kept VALUES (1)");
  await server.kill9();
  await server.restarted();
  expect(await ask(server.url.reveal(), "SELECT a FROM kept")).toEqual([{ a: 1 }]);
});
