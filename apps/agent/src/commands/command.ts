import type { Command } from "commander";
import type { AgentConfig } from "../config/index.ts";

export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What a command is given: where it writes, what it is to work on, and how it says how it went. */
export interface CommandHost extends CliContext {
  /** All arguments of the program, as they were given. */
  readonly args: readonly string[];
  /** The configuration that `--config` names; throws `config.invalid`. Read when a command needs it, so that `--help` does not. */
  config(): AgentConfig;
  /** The same, for commands about what lies in the state folder; throws `agent.no_rights` when that may not be read. */
  siteConfig(): AgentConfig;
  configFile(): string;
  /** The value as one line of JSON, or in words. */
  print(json: boolean | undefined, value: unknown, text: () => string): void;
  exitWith(code: number): void;
}

/** Adds one command, or one group, to the program. */
export type RegisterCommand = (program: Command, host: CommandHost) => void;
