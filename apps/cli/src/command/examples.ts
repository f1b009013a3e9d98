import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/**
 * Examples below the help of a command. A group's stand below its own help, and below that of each of its commands those that
 * show it. `notes` stand above them.
 */
export function addExamples(command: CommandUnknownOpts, examples: readonly string[], notes = ""): void {
  command.addHelpText("afterAll", ({ command: shown }) => {
    const start = commandLine(shown);
    const own = examples.filter((example) => example.includes(`${start} `) || example.endsWith(start));
    const lines = (shown === command ? examples : own).map((example) => `  ${example}`);
    const said = notes === "" ? [] : [notes, ""];
    return lines.length === 0 ? "" : `\n${[...said, "Examples:", ...lines].join("\n")}`;
  });
}

function commandLine(command: CommandUnknownOpts): string {
  const { parent } = command;
  return parent === null ? command.name() : `${commandLine(parent)} ${command.name()}`;
}
