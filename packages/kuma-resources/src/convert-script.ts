import { ACTION_KINDS, type ActionKind, ARGUMENT_NAMES } from "@cordon/core/action";
import type { ArgumentMapping, RuleAction, TargetKey, TargetStep } from "@cordon/core/rules";
import { type FilterContext, readField } from "./filter-context.ts";
import { readScriptArguments, type ScriptArgument } from "./script-arguments.ts";

export interface ConvertedScript {
  readonly action: RuleAction;
  /** Empty when the command line names no endpoint. */
  readonly target: readonly TargetStep[];
}

/** What KES does when nothing says how long: five hours (KES for Linux 12.2, documented). */
const ISOLATION_SECONDS_ASSUMED = 5 * 3_600;

/**
 * One of the nine scripts with its command line. The names of their flags are not publicly documented (kaspersky.md 3.4), so each
 * flag that is understood by its name is noted as assumed, and each other one as lost.
 */
export function convertScript(
  scriptName: string,
  scriptArgs: string,
  context: FilterContext,
): ConvertedScript | undefined {
  const { note } = context;
  const kind = kindOfScript(scriptName);
  if (kind === undefined) {
    note("blocked", "scriptName", `"${scriptName}" is none of the nine EDR scripts; Cordon runs no other`);
    return undefined;
  }
  const target: TargetStep[] = [];
  const args: Record<string, ArgumentMapping> = {};
  for (const one of readScriptArguments(scriptArgs)) {
    const meaning = meaningOf(one, kind);
    const mapping = meaning === undefined ? undefined : mappingOf(one, context);
    if (meaning === undefined || mapping === undefined) {
      note("lost", "scriptArgs", `${one.written}: ${lostReason(one, meaning !== undefined)}`);
    } else if ("by" in meaning) {
      if (typeof mapping === "object" && "field" in mapping) {
        target.push({ by: meaning.by, field: mapping.field });
        note("assumed", "scriptArgs", `${one.written} is read as the endpoint's ${meaning.by}`);
      } else note("lost", "scriptArgs", `${one.written}: a fixed endpoint is not a target of a rule`);
    } else {
      args[meaning.argument] = mapping;
      note("assumed", "scriptArgs", `${one.written} is read as the argument ${meaning.argument}`);
    }
  }
  if (kind === "isolateHost") {
    args.durationSeconds = ISOLATION_SECONDS_ASSUMED;
    note(
      "assumed",
      "scriptArgs",
      "isolation is given 5 hours, as KES does when nothing is set; an isolation always ends in Cordon",
    );
  }
  const missing = missingArguments(kind, args);
  if (missing !== undefined) {
    note("blocked", "scriptArgs", `${kind} needs ${missing}, and no argument of the script is known to be that`);
    return undefined;
  }
  return { action: { kind, arguments: args }, target };
}

function kindOfScript(name: string): ActionKind | undefined {
  const base = name.split(/[\\/]/).at(-1)?.toLowerCase() ?? "";
  return ACTION_KINDS.find((kind) => base === `${kind.toLowerCase()}.py`);
}

type Meaning = { readonly by: TargetKey } | { readonly argument: string };

const TARGETS: Readonly<Record<string, TargetKey>> = {
  host: "hostId",
  hostid: "hostId",
  kschostid: "hostId",
  target: "hostId",
  targethost: "hostId",
  hostname: "hostName",
  computer: "hostName",
  fqdn: "fqdn",
  asset: "assetId",
  assetid: "assetId",
  ip: "address",
  address: "address",
};

const ARGUMENTS: Readonly<Record<string, string>> = {
  path: "path",
  file: "path",
  filepath: "path",
  md5: "md5",
  md5hash: "md5",
  sha256: "sha256",
  sha256hash: "sha256",
  pid: "pid",
  processid: "pid",
  args: "arguments",
  arguments: "arguments",
  cmdline: "arguments",
  cmdlineparameters: "arguments",
  cwd: "workingDirectory",
  workdir: "workingDirectory",
  workingdirectory: "workingDirectory",
};

/** An IoC scan looks for files and addresses itself, so that names which elsewhere mean the target may mean what is looked for. */
const INDICATORS: Readonly<Record<string, string>> = {
  filepath: "filePath",
  path: "filePath",
  filename: "fileName",
  ipaddress: "ipAddress",
  domain: "domain",
  url: "url",
  md5: "md5",
  sha256: "sha256",
};

function meaningOf({ flag }: ScriptArgument, kind: ActionKind): Meaning | undefined {
  const name = flag.toLowerCase().replaceAll(/[-_]/g, "");
  if (kind === "iocScan") {
    const argument = INDICATORS[name];
    if (argument !== undefined) return { argument };
    if (name === "ip" || name === "address") return undefined;
  }
  const argument = ARGUMENTS[name];
  if (argument !== undefined && ARGUMENT_NAMES[kind].includes(argument)) return { argument };
  const by = TARGETS[name];
  return by === undefined ? undefined : { by };
}

function mappingOf({ value }: ScriptArgument, context: FilterContext): { field: string } | string | undefined {
  if (value === undefined) return undefined;
  if ("text" in value) return value.text;
  const field = readField(value.field, "scriptArgs", { ...context, note: () => {} });
  return field === undefined ? undefined : { field };
}

function lostReason({ flag, value }: ScriptArgument, isUnderstood: boolean): string {
  if (!isUnderstood) return flag === "" ? "nothing says what it is" : "what this flag means is not known";
  if (value === undefined) return "only a template of exactly one field, like {{.FilePath}}, can be carried over";
  return `"${"field" in value ? value.field : value.text}" is no event field`;
}

const FILE_KINDS: ReadonlySet<ActionKind> = new Set([
  "quarantineFile",
  "deleteFile",
  "preventExecution",
  "terminateProcess",
]);

function missingArguments(kind: ActionKind, args: Readonly<Record<string, unknown>>): string | undefined {
  const has = (...names: readonly string[]): boolean => names.some((name) => Object.hasOwn(args, name));
  if ((kind === "getFile" || kind === "startProcess") && !has("path")) return "a path";
  if (FILE_KINDS.has(kind) && !has("path", "md5", "sha256")) return "a path or a hash";
  if (kind === "iocScan" && !has(...ARGUMENT_NAMES.iocScan)) return "something to look for";
  return undefined;
}
