import { silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { startEmbeddedPostgres } from "@cordon/store";
import { createTempFolder, startTestRedis, type TestRedis } from "@cordon/testkit";
import pg from "pg";

/** The servers that both sides share. */
export interface Servers extends AsyncDisposable {
  readonly redis: TestRedis;
  pids(): readonly number[];
  createDatabase(name: string): Promise<string>;
}

/** Postgres with the settings that it has under a coordinator: every commit is on disk when it is answered. */
export async function startServers(): Promise<Servers> {
  const folder = createTempFolder("cordon-bench-postgres");
  const deps = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const postgres = await startEmbeddedPostgres({ folder: folder.path, ...deps });
  const redis = await startTestRedis();
  const redisPid = Number(/process_id:(\d+)/.exec(await redis.command("INFO", "server"))?.[1]);
  return {
    redis,
    pids: () => [redisPid, ...[postgres.serverPid()].filter((pid) => pid !== undefined)],
    async createDatabase(name) {
      const client = new pg.Client({ connectionString: postgres.urlOf("postgres").reveal() });
      await client.connect();
      await client.query(`CREATE DATABASE ${name} OWNER cordon_owner`);
      await client.query(`GRANT CREATE ON DATABASE ${name} TO cordon_queue`);
      await client.end();
      return postgres.urlOf(name).reveal();
    },
    async [Symbol.asyncDispose]() {
      await redis.stop();
      await postgres.stop();
      folder.remove();
    },
  };
}
