import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { AppError } from "@cordon/core/kernel";
import { createColors } from "picocolors";
import { type ApiClient, createApiClient } from "../api/api-client.ts";
import { createSend } from "../api/send-request.ts";
import { readSettings, type Settings, type TargetFlags } from "../profile/settings.ts";
import type { Paint } from "../show/paint.ts";
import type { CliContext } from "./context.ts";

/** What a command is given: whom it speaks to, where it writes, and how it says how it went. */
export interface Host extends CliContext {
  readonly json: boolean;
  readonly flags: TargetFlags;
  readonly paint: Paint;
  /** The coordinator that is meant. Read when a command needs it, so that `--help` and local commands do not. */
  settings(): Promise<Settings>;
  api(): Promise<ApiClient>;
  /** `/tenants/<tenant>` with the tenant that is meant; throws `cli.usage` when none is. */
  tenantPath(): Promise<string>;
  /** The value as one line of JSON, or in words. */
  print(value: unknown, text: () => string): void;
  exitWith(code: number): void;
  /** Throws `cli.not_confirmed` unless somebody said yes, or `yes` is given. */
  confirm(question: string, yes: boolean | undefined): Promise<void>;
  /** Counts on the terminal while a long list is fetched. */
  readonly onProgress: ((items: number) => void) | undefined;
}

/** Adds one command, or one group, to the program. */
export type RegisterCommand = (program: CommandUnknownOpts, host: Host) => void;

export interface GlobalOptions extends TargetFlags {
  readonly json?: boolean | undefined;
}

/** A list of this many items takes a while. */
const PROGRESS_FROM = 500;

export function createHost(context: CliContext, globals: () => GlobalOptions, exitWith: (code: number) => void): Host {
  let settings: Promise<Settings> | undefined;
  let client: Promise<ApiClient> | undefined;
  const host: Host = {
    ...context,
    get json() {
      return globals().json === true;
    },
    get flags() {
      return globals();
    },
    paint: createColors(context.terminal?.colours === true),
    settings() {
      settings ??= readSettings(globals(), context.env);
      return settings;
    },
    api() {
      client ??= host.settings().then((known) => {
        return createApiClient(createSend({ ...known, env: context.env }), context.signal);
      });
      return client;
    },
    async tenantPath() {
      const { tenant, profile } = await host.settings();
      if (tenant !== undefined) return `/tenants/${encodeURIComponent(tenant)}`;
      const mend = `give --tenant, set CORDON_TENANT, or keep one: cordon profiles set-tenant <tenant>`;
      throw new AppError("cli.usage", `no tenant is named, and profile "${profile}" keeps none; ${mend}`);
    },
    print: (value, text) => context.out(host.json ? JSON.stringify(value) : text()),
    exitWith,
    async confirm(question, yes) {
      if (yes === true) return;
      if (context.ask === undefined || host.json) throw new AppError("cli.not_confirmed", question);
      if (!(await context.ask.yes(question))) throw new AppError("cli.not_confirmed", "the answer was no");
    },
    get onProgress() {
      const { terminal } = context;
      if (terminal === undefined || host.json) return undefined;
      return (items: number) => {
        if (items >= PROGRESS_FROM) terminal.draw(`${items.toLocaleString("en")} so far …`);
      };
    },
  };
  return host;
}
