import { writeFileSync } from "node:fs";
import path from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../src/cli.ts";
import { ACCESS_TABLE, type Asks } from "./access-table.ts";
import { cordon } from "./run-cli.ts";
import { startTestWorld, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let commands: readonly string[];
const people = new Map<string, Readonly<Record<string, string>>>();

beforeAll(async () => {
  world = await startTestWorld();
  await world.json(["tenants", "add", "globex", "--name", "Globex"]);
  await join("outsider", "--role", "tenant-admin", "--tenant", "globex");
  await join("auditor", "--role", "viewer", "--tenant", "acme");
  const nobody = { terminal: undefined, ask: undefined, browse: async () => false, readStdin: async () => "" };
  const silent = { env: {}, clock: systemClock, random: systemRandom, out: () => {}, err: () => {}, ...nobody };
  const program = await buildProgram([], { ...silent, signal: new AbortController().signal }, () => {});
  commands = leavesOf(program, []);
  writeFileSync(path.join(world.folder, "FILE"), "version: 1\nrules: []\n");
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** A person with a profile of its own, which keeps the tenant acme. */
async function join(name: string, ...grant: readonly string[]): Promise<void> {
  const { token } = await world.json<{ token: string }>(["people", "add", name, ...grant]);
  const env = { CORDON_CONFIG_DIR: path.join(world.folder, name) };
  people.set(name, env);
  const login = ["login", world.ready.urls.api, "--ca-file", world.caFile, "--token-file", "-", "--tenant", "acme"];
  expect(await world.cordon(login, { env, stdin: `${token}\n` })).toMatchObject({ code: 0 });
}

function leavesOf(command: CommandUnknownOpts, line: readonly string[]): readonly string[] {
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help");
  if (children.length === 0) return [line.join(" ")];
  return children.flatMap((child) => leavesOf(child, [...line, child.name()]));
}

const rowOf = (command: string): readonly [Asks | "lacks its row in access-table.ts", string?] => {
  const row = ACCESS_TABLE[command] ?? "lacks its row in access-table.ts";
  return typeof row === "string" ? [row] : row;
};

/** The first example of its help, as one goes that neither watches nor asks. */
async function lineOf(command: string): Promise<readonly string[]> {
  const help = (await cordon([...command.split(" "), "--help"])).out;
  const [, given] = rowOf(command);
  const example = help
    .slice(help.indexOf("Examples:"))
    .split("\n")
    .find((line) => line.trim().startsWith(`cordon ${command}`));
  const words = (given ?? example?.trim().slice("cordon ".length) ?? command).match(/"[^"]*"|\S+/g) ?? [];
  const waits = new Set(["--watch", "--follow", "--wait", "--yes"]);
  const plain = words.filter((word) => !waits.has(word)).map((word) => word.replaceAll('"', ""));
  const file = path.join(world.folder, "FILE");
  return [...plain.map((word) => (word === "FILE" ? file : word)), ...(help.includes("--yes") ? ["--yes"] : [])];
}

describe("every command", () => {
  it("has its row in the table of whom it asks for what", () => {
    expect(Object.keys(ACCESS_TABLE).filter((command) => !commands.includes(command))).toEqual([]);
    expect(commands.filter((command) => rowOf(command)[0] === "lacks its row in access-table.ts")).toEqual([]);
    expect(commands.length).toBeGreaterThan(100);
  });

  it("[S10] of another tenant's people finds nothing of the tenant, and is denied by name what is about all", async () => {
    for (const command of commands) {
      const [asks] = rowOf(command);
      if (asks !== "tenant" && asks !== "fleet") continue;
      const { code, err } = await world.cordon(await lineOf(command), { env: people.get("outsider") ?? {} });
      const said = asks === "tenant" ? "tenant.not_found" : "access.denied";
      expect.soft([command, code, err.includes(said) ? said : err]).toEqual([command, asks === "tenant" ? 4 : 3, said]);
    }
  });

  it("[S10] of who may only look changes nothing, and nothing of the tenant is hidden", async () => {
    const looks = /(?:^| )(?:list|show|status|entries|history|labels|export|decisions|why)$/;
    for (const command of commands) {
      if (rowOf(command)[0] !== "tenant" || looks.test(command)) continue;
      const { err } = await world.cordon(await lineOf(command), { env: people.get("auditor") ?? {} });
      expect.soft([command, err.includes("tenant.not_found")]).toEqual([command, false]);
    }
    const { items } = await world.json<{ items: readonly object[] }>(["brakes", "list"]);
    expect(items).toEqual([]);
    expect((await world.json<{ items: readonly object[] }>(["sites", "list"])).items).toHaveLength(1);
    expect((await world.json<{ items: readonly object[] }>(["lists", "list"])).items).toEqual([]);
  });
});
