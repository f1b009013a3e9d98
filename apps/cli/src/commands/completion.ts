import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Argument } from "@commander-js/extra-typings";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { profileFileName, readProfiles } from "../profile/profile-file.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export const registerCompletion: RegisterCommand = (program, host) => {
  const command = program
    .command("completion")
    .description("the script that makes a shell complete commands, options, their values and profiles")
    .addArgument(new Argument("<shell>", "yours").choices(SHELLS))
    .action(async (shell) => {
      const { RootCommand } = await import("@bomb.sh/tab");
      new RootCommand().setup(program.name(), program.name(), shell);
    });
  addExamples(command, EXAMPLES, NOTES);
  // What those scripts call at each TAB.
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words) => {
      const { RootCommand } = await import("@bomb.sh/tab");
      const root = new RootCommand();
      const { profiles } = await readProfiles(profileFileName(host.env)).catch(() => ({ profiles: {} }));
      describe(root, program, { "--profile": Object.keys(profiles) });
      root.parse([...words]);
    });
};

type Tab = InstanceType<typeof import("@bomb.sh/tab").RootCommand>;
type TabCommand = ReturnType<Tab["command"]>;
type Known = Readonly<Record<string, readonly string[]>>;

/** Hands the tree of commands to the completer; options of the program may stand anywhere, so each command gets them too. */
function describe(root: Tab, program: CommandUnknownOpts, known: Known): void {
  addOptions(root, program, known);
  const visit = (command: CommandUnknownOpts, path: string): void => {
    for (const child of command.createHelp().visibleCommands(command)) {
      const name = path === "" ? child.name() : `${path} ${child.name()}`;
      const described = root.command(name, child.description());
      addOptions(described, child, known);
      addOptions(described, program, known);
      for (const argument of child.registeredArguments) {
        const choices = argument.argChoices ?? [];
        described.argument(argument.name(), offer(choices), argument.variadic);
      }
      visit(child, name);
    }
  };
  visit(program, "");
}

function addOptions(to: TabCommand, from: CommandUnknownOpts, known: Known): void {
  for (const option of from.createHelp().visibleOptions(from)) {
    const name = option.long?.slice(2);
    if (name === undefined) continue;
    const letter = option.short?.slice(1);
    const values = option.argChoices ?? known[option.long ?? ""] ?? [];
    const takesValue = option.required || option.optional;
    if (!takesValue) to.option(name, option.description, letter);
    else to.option(name, option.description, offer(values), letter);
  }
}

function offer(values: readonly string[]): (complete: (value: string, description: string) => void) => void {
  return (complete) => {
    for (const value of values) complete(value, "");
  };
}

const EXAMPLES = [
  'eval "$(cordon completion bash)"   # in ~/.bashrc; needs bash-completion',
  "cordon completion zsh > ~/.zfunc/_cordon   # with fpath=(~/.zfunc $fpath) before compinit",
  "cordon completion fish > ~/.config/fish/completions/cordon.fish",
];

const NOTES = "The script calls `cordon` itself, so that must be on PATH; it is the same for all versions.";
