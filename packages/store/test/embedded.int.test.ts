import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { createTempFolder, eventually } from "@cordon/testkit";
import { expect, onTestFinished, test } from "vitest";
import { isReachableByOthers } from "../src/embedded/reachable.ts";
import { openDatabase, removeDataFolder, startEmbeddedPostgres } from "../src/index.ts";

const deps = { clock: systemClock, random: systemRandom, logger: silentLogger };
const isRoot = userInfo().uid === 0;
const CHECKOUT = path.resolve(import.meta.dirname, "../../..");

function aFolder(): string {
  const temp = createTempFolder();
  // The server's user has to be able to walk through it.
  chmodSync(temp.path, 0o755);
  const folder = path.join(temp.path, "postgres");
  onTestFinished(async () => {
    await removeDataFolder(folder);
    temp.remove();
  });
  return folder;
}

interface Said {
  readonly url?: string;
  readonly pid?: number;
  readonly folder?: string;
  readonly failed?: string;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

async function startProgram(folder: string, user?: User): Promise<{ child: ChildProcess; said: Said }> {
  const program = [process.execPath, path.join(import.meta.dirname, "embedded-program.ts"), folder];
  const [file = "", ...args] = user ? asUser(user, program) : program;
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const line = once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line") as Promise<[string]>;
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the program ended with ${code}`)));
  // Only an end before the first line is a failure.
  ended.catch(() => {});
  const [text] = await Promise.race([line, ended]);
  return { child, said: JSON.parse(text) as Said };
}

/**
 * The program, run as that user. A checkout below root's closed home is out of their reach as nobody's own checkout is, so
 * they are shown it somewhere else, by a mount that only this program sees.
 */
function asUser({ uid, gid }: User, program: readonly string[]): readonly string[] {
  const become = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--"];
  if (isReachableByOthers(import.meta.filename) && isReachableByOthers(process.execPath))
    return [...become, ...program];
  const shown = createTempFolder();
  onTestFinished(() => shown.remove());
  chmodSync(shown.path, 0o755);
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const there = program.map((part) => (part.startsWith(CHECKOUT) ? shown.path + part.slice(CHECKOUT.length) : part));
  return ["unshare", "--mount", "sh", "-c", script, "sh", CHECKOUT, shown.path, ...become, ...there];
}

async function count(url: string): Promise<number | undefined> {
  const database = openDatabase({ url: new Secret(url), logger: silentLogger, connectionsMax: 1 });
  try {
    await database.asOwner.query("CREATE TABLE IF NOT EXISTS kept (a integer)");
    await database.asOwner.query("INSERT INTO kept VALUES (1)");
    const [row] = await database.asOwner.query<{ count: number }>("SELECT count(*) AS count FROM kept");
    return row?.count;
  } finally {
    await database.close();
  }
}

/** A zombie is gone too: it waits only for a parent that looks. */
function isGone(pid: number | undefined): boolean {
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || / Z /.test(readFileSync(stat, "utf8"));
}

test("a stopped server leaves no process, and its data is there at the next start", async () => {
  const folder = aFolder();
  const first = await startEmbeddedPostgres({ ...deps, folder });
  const pid = first.serverPid();
  expect(await count(first.urlOf("cordon").reveal())).toBe(1);
  await first.stop();
  expect([first.state(), isGone(pid)]).toEqual(["stopped", true]);
  const second = await startEmbeddedPostgres({ ...deps, folder });
  onTestFinished(() => second.stop());
  expect(await count(second.urlOf("cordon").reveal())).toBe(2);
});

test("after a kill -9 of the coordinator the next start stops its server and takes the data over", async () => {
  const folder = aFolder();
  const killed = await startProgram(folder);
  expect(await count(killed.said.url ?? "")).toBe(1);
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");
  const next = await startEmbeddedPostgres({ ...deps, folder });
  onTestFinished(() => next.stop());
  expect(isGone(killed.said.pid)).toBe(true);
  expect(await count(next.urlOf("cordon").reveal())).toBe(2);
});

test("a folder whose coordinator lives is refused, and that coordinator's server goes on", async () => {
  const folder = aFolder();
  const holder = await startEmbeddedPostgres({ ...deps, folder });
  onTestFinished(() => holder.stop());
  const { said } = await startProgram(folder);
  expect(said.failed).toMatch(new RegExp(`in use by process ${process.pid}`));
  expect(await count(holder.urlOf("cordon").reveal())).toBe(1);
});

test("a server that is killed comes back by itself; calls in between say that it is unavailable", async () => {
  const server = await startEmbeddedPostgres({ ...deps, folder: aFolder() });
  onTestFinished(() => server.stop());
  const database = openDatabase({ url: server.urlOf("cordon"), logger: silentLogger });
  onTestFinished(() => database.close());
  await database.asOwner.query("CREATE TABLE kept (a integer)");
  await database.asOwner.query("INSERT INTO kept VALUES (1)");
  const pid = server.serverPid() as number;
  process.kill(pid, "SIGKILL");
  await expect(
    eventually(
      () =>
        database.ping().then(
          () => Promise.reject(new Error("still up")),
          (error: unknown) => error,
        ),
      { what: "a failing call" },
    ),
  ).resolves.toMatchObject({ code: "store.unavailable" });
  await eventually(() => server.state() === "running" && server.serverPid() !== pid, {
    what: "the server's return",
    withinMs: 60_000,
  });
  expect(await database.asOwner.query("SELECT a FROM kept")).toEqual([{ a: 1 }]);
});

test("nothing listens on the network, and the password is for the owner's eyes", async () => {
  const server = await startEmbeddedPostgres({ ...deps, folder: aFolder() });
  onTestFinished(() => server.stop());
  const postmaster = readFileSync(path.join(server.folder, "cluster", "postmaster.pid"), "utf8").split("\n");
  // Line 6 is the first listen address (Postgres: src/include/utils/pidfile.h).
  expect(postmaster[5]?.trim()).toBe("");
  expect(lstatSync(path.join(server.folder, "password")).mode & 0o077).toBe(0);
  const password = readFileSync(path.join(server.folder, "password"), "utf8").trim();
  expect(readFileSync(`/proc/${server.serverPid()}/cmdline`, "utf8")).not.toContain(password);
});

test("it works below a home that nobody else may enter, and removing takes all of it away", async () => {
  using home = createTempFolder();
  chmodSync(home.path, 0o700);
  const folder = path.join(home.path, "data", "postgres");
  const server = await startEmbeddedPostgres({ ...deps, folder });
  expect(await count(server.urlOf("cordon").reveal())).toBe(1);
  await server.stop();
  const again = await startEmbeddedPostgres({ ...deps, folder });
  expect(again.folder).toBe(server.folder);
  expect(await count(again.urlOf("cordon").reveal())).toBe(2);
  await again.stop();
  await removeDataFolder(folder);
  expect([existsSync(folder), existsSync(server.folder)]).toEqual([false, false]);
});

test("it works in a folder whose path is too long for a socket, and cleans up outside it", async () => {
  const folder = path.join(aFolder(), "a".repeat(60), "b".repeat(60));
  const server = await startEmbeddedPostgres({ ...deps, folder });
  const socket = new URL(server.urlOf("cordon").reveal()).searchParams.get("host") ?? "";
  expect(socket.length).toBeLessThan(93);
  expect(await count(server.urlOf("cordon").reveal())).toBe(1);
  await server.stop();
  expect(existsSync(socket)).toBe(false);
});

test("a half made cluster of a killed first start is thrown away", async () => {
  const folder = aFolder();
  mkdirSync(path.join(folder, "cluster.draft", "base"), { recursive: true });
  const server = await startEmbeddedPostgres({ ...deps, folder });
  onTestFinished(() => server.stop());
  expect(await count(server.urlOf("cordon").reveal())).toBe(1);
  expect(existsSync(path.join(folder, "cluster.draft"))).toBe(false);
});

test("an ordinary user can run it", async () => {
  const folder = aFolder();
  const nobody = { uid: 65_534, gid: 65_534 };
  if (isRoot) chownSync(path.dirname(folder), nobody.uid, nobody.gid);
  const { child, said } = await startProgram(folder, isRoot ? nobody : undefined);
  expect(said.failed).toBeUndefined();
  expect(await count(said.url ?? "")).toBe(1);
  child.kill("SIGTERM");
  await once(child, "exit");
  expect(isGone(said.pid)).toBe(true);
  rmSync(folder, { recursive: true, force: true });
});
