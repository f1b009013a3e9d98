import { existsSync, realpathSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { eventually, type Program, spawnProgram } from "@cordon/testkit";
import { expect, it } from "vitest";
import { processesBelow } from "./processes-below.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const RUN_MS_MAX = 280_000;

function startDemo(...args: readonly string[]): Program {
  return spawnProgram({ argv: [process.execPath, MAIN, ...args] });
}

/** Where this demo keeps its files, as it says itself. */
async function runFolderOf(demo: Program): Promise<string> {
  const [, folder] = await demo.waitForLine(/^Run folder (\S+)/, { withinMs: 60_000 });
  return folder ?? "";
}

/** Where its database really lies: for root it may be outside the run folder. */
function databaseOf(folder: string): string {
  return realpathSync(path.join(folder, "coordinator", "postgres"));
}

/** Takes the port that the demo's API would like, unless somebody has it already; both ways it is taken. */
function occupyPort(port: number) {
  const server = createServer();
  return new Promise<AsyncDisposable>((resolve) => {
    server.once("error", () => resolve({ [Symbol.asyncDispose]: async () => {} }));
    server.listen(port, "127.0.0.1", () =>
      resolve({ [Symbol.asyncDispose]: () => new Promise((done) => server.close(() => done())) }),
    );
  });
}

it(
  "[D1, D4, T1] all nine kinds of action reach a verified outcome on the right endpoint, exactly once, also when the ports are taken",
  async () => {
    await using _port = await occupyPort(7444);
    await using demo = startDemo("--check", "--json");
    const folder = await runFolderOf(demo);
    await demo.waitForLine(/^Ready after/, { withinMs: 120_000 });
    const database = databaseOf(folder);
    const { code } = await demo.exited;
    const last = demo.stdout().trimEnd().split("\n").at(-1) ?? "";
    expect(JSON.parse(last), demo.output()).toMatchObject({ ok: true, duplicatesAtKsc: 0, lost: 0 });
    expect(code).toBe(0);
    expect(demo.output()).toMatch(/Port 7444 is taken; the api listens on \d+/);
    expect([existsSync(folder), existsSync(database)]).toEqual([false, false]);
    expect(processesBelow(folder, database)).toEqual([]);
  },
  RUN_MS_MAX,
);

it(
  "a demo that was killed with -9 is cleaned up by the next, and Ctrl-C leaves nothing behind",
  async () => {
    await using killed = startDemo();
    const folder = await runFolderOf(killed);
    await killed.waitForLine(/^Ready after/, { withinMs: 120_000 });
    const orphaned = databaseOf(folder);
    // Only the demo itself: what it started lives in process groups of its own.
    await killed.kill9();
    expect(processesBelow(folder, orphaned).length).toBeGreaterThan(3);

    await using next = startDemo();
    await next.waitForLine(/^Ended \d+ processes that an earlier demo left behind/, { withinMs: 60_000 });
    expect(await runFolderOf(next)).toBe(folder);
    await next.waitForLine(/^Ready after/, { withinMs: 120_000 });
    const database = databaseOf(folder);
    expect(existsSync(orphaned) && orphaned !== database).toBe(false);
    next.signal("SIGINT");
    // The terminal and npm may both say it.
    next.signal("SIGINT");
    await next.exited;
    await eventually(() => processesBelow(folder).length === 0, {
      withinMs: 30_000,
      what: "every process of the demo has ended",
    });
    expect([existsSync(folder), existsSync(database)]).toEqual([false, false]);
  },
  RUN_MS_MAX,
);
