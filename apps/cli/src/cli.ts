import { Command, CommanderError } from "@commander-js/extra-typings";
import type { CliContext } from "./command/context.ts";
import { createHost } from "./command/host.ts";
import { commandsFor } from "./commands/all-commands.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { withoutEmpty } from "./profile/settings.ts";
import { failureJson, formatFailure } from "./show/failure.ts";
import { CLI_VERSION } from "./version.ts";

/** Runs one command and returns its exit code (`exit-codes.ts`). Never throws. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    const program = await buildProgram(argv, context, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (context.signal.aborted || isPromptLeft(thrown)) return EXIT.interrupted;
    if (!(thrown instanceof CommanderError)) {
      context.err(argv.includes("--json") ? failureJson(thrown) : formatFailure(thrown));
    }
    return exitCodeOf(thrown);
  }
}

export async function buildProgram(argv: readonly string[], context: CliContext, exitWith: (code: number) => void) {
  const { out, err, terminal } = context;
  const program = new Command("cordon")
    .description("Asks and tells a Cordon coordinator: sites, endpoints, actions, isolations, rules, agents.")
    .version(CLI_VERSION, "-V, --version", "print the version")
    .option("-p, --profile <name>", "the coordinator to speak to (CORDON_PROFILE)")
    .option("-t, --tenant <id>", "the customer that is meant (CORDON_TENANT)")
    .option("--url <url>", "the coordinator's address instead of the profile's (CORDON_COORDINATOR_URL)")
    .option("--ca-file <file>", "the root certificate to trust instead of the profile's (CORDON_CA_FILE)")
    .option("--json", "print JSON for machines; times are epoch milliseconds")
    .configureHelp({ showGlobalOptions: true, helpWidth: HELP_WIDTH })
    .configureOutput({
      writeOut: (text) => out(text.trimEnd()),
      writeErr: (text) => err(text.trimEnd()),
      getOutHasColors: () => terminal?.colours === true,
    })
    .showHelpAfterError("(add --help to see how)")
    .exitOverride()
    .addHelpText("after", EXAMPLES);
  const host = createHost({ ...context, env: withoutEmpty(context.env) }, () => program.opts(), exitWith);
  for (const register of await commandsFor(argv)) register(program, host);
  return program;
}

/** Ctrl-C at a question reaches the question, not the program. */
function isPromptLeft(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "ExitPromptError";
}

/** The same on every terminal, so that what people quote to each other is the same. */
const HELP_WIDTH = 110;

const EXAMPLES = `
Examples:
  cordon login https://cordon.example:7444 --ca-file ca.pem
  cordon sites list
  cordon endpoints list --text ws-17
  cordon actions list --state running,deferred --watch
  cordon why ws-17 --at 2026-03-01T02:10:00Z
  cordon release ws-17 --reason "cleaned, ticket 4711"
  cordon kill --reason "a rule went wrong, ask Ada"
  cordon rules check rules/*.yaml

Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 not logged in, 4 not found, 5 refused,
  6 coordinator unreachable or unwell, 7 waited too long. docs/cli.md tells more.`;
