import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../src/cli.ts";
import { cordon } from "./run-cli.ts";

interface Shown {
  readonly line: readonly string[];
  readonly command: CommandUnknownOpts;
}

let commands: readonly Shown[];
beforeAll(async () => {
  const context = {
    env: {},
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    out: () => {},
    err: () => {},
    terminal: undefined,
    ask: undefined,
    browse: async () => false,
    readStdin: async () => "",
  };
  const walk = (command: CommandUnknownOpts, line: readonly string[]): readonly Shown[] => [
    { line, command },
    ...command
      .createHelp()
      .visibleCommands(command)
      .filter((child) => child.name() !== "help")
      .flatMap((child) => walk(child, [...line, child.name()])),
  ];
  commands = walk(await buildProgram([], context, () => {}), []);
});

const helpOf = async (line: readonly string[]) => (await cordon([...line, "--help"])).out;
const GLOBALS = /\n\nGlobal Options:\n(?: {2}.*\n)+/;

describe("--help", () => {
  it("says the same as before: each command, its arguments, options and examples", async () => {
    const texts: string[] = [];
    for (const { line } of commands) texts.push((await helpOf(line)).replace(GLOBALS, "\n\n"));
    await expect(`${texts.join(`\n\n${"─".repeat(100)}\n\n`)}\n`).toMatchFileSnapshot("help.golden.txt");
  });

  it("has an example of every command, and each example is a command line that is understood", async () => {
    const known = commands.map(({ line }) => ["cordon", ...line].join(" "));
    for (const { line, command } of commands) {
      if (command.commands.length > 0) continue;
      const start = ["cordon", ...line].join(" ");
      const text = await helpOf(line);
      expect(text.slice(text.indexOf("Examples:")), start).toContain(start);
    }
    for (const { line } of commands) {
      const text = await helpOf(line);
      for (const [example] of text
        .slice(text.indexOf("\nExamples:"))
        .matchAll(/\bcordon (?!-)[a-z][a-z-]*(?: [a-z][a-z-]*)?/g)) {
        const [, first, second] = example.split(" ");
        const isKnown = known.includes(`cordon ${first} ${second}`) || known.includes(`cordon ${first}`);
        expect(isKnown, example).toBe(true);
      }
    }
  });

  it("options that all commands have stand below each of them", async () => {
    expect(await helpOf(["actions", "list"])).toMatch(GLOBALS);
    expect(await helpOf(["actions", "list"])).toContain("--tenant <id>");
  });
});

/** The completer writes with `console.log`, as the scripts that call it expect. */
async function printed(argv: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  try {
    await cordon(argv);
  } finally {
    console.log = log;
  }
  return lines;
}

describe("completion", () => {
  const complete = async (...words: readonly string[]) =>
    (await printed(["complete", "--", ...words])).map((line) => line.split("\t")[0] ?? "");

  it.each([["bash"], ["zsh"], ["fish"], ["powershell"]])("there is a script for %s", async (shell) => {
    const lines = await printed(["completion", shell]);
    const script = lines.join("\n");
    expect([script.includes("cordon"), /complete\b/.test(script)], script.slice(0, 200)).toEqual([true, true]);
  });

  it("completes commands, their options, values of both, and what stands anywhere", async () => {
    expect(await complete("lea")).toContain("leases");
    expect(await complete("leases", "")).toEqual(expect.arrayContaining(["list", "show"]));
    expect(await complete("actions", "list", "--k")).toContain("--kind");
    expect(await complete("actions", "list", "--kind", "iso")).toContain("isolateHost");
    expect(await complete("respond", "quar")).toContain("quarantineFile");
    expect(await complete("actions", "list", "--ten")).toContain("--tenant");
  });
});
