import {
  type ActionArgs,
  type ArgumentProblem,
  type FileTarget,
  INDICATOR_TYPES,
  type Indicator,
  type IndicatorType,
  type IsolationExclusion,
  ARGUMENT_LIMITS as LIMITS,
  type ParsedArgs,
  type PortRange,
} from "./arguments.ts";
import type { ActionKind } from "./kinds.ts";

type Raw = Readonly<Record<string, unknown>>;

/** Names of the arguments that each kind takes: the closed catalogue that rule files and requests are checked against. */
export const ARGUMENT_NAMES: Readonly<Record<ActionKind, readonly string[]>> = {
  onDemandScan: [],
  iocScan: ["indicators", "md5", "sha256", "filePath", "fileName", "ipAddress", "domain", "url"],
  quarantineFile: ["path", "md5", "sha256"],
  deleteFile: ["path", "md5", "sha256", "searchInSubfolders"],
  getFile: ["path", "md5", "sha256"],
  isolateHost: ["durationSeconds", "holdSeconds", "exclusions"],
  preventExecution: ["path", "md5", "sha256"],
  startProcess: ["path", "arguments", "workingDirectory"],
  terminateProcess: ["path", "md5", "sha256", "pid"],
};

/**
 * Checks loose values (from an event, a request, a frame) into the typed arguments of `kind`. Values may be numbers written
 * as text, as KUMA sends them. Empty text counts as absent. Every problem is named, not only the first.
 */
export function parseActionArgs(kind: ActionKind, raw: Raw): ParsedArgs {
  const reader = createReader(raw);
  for (const name of Object.keys(raw)) {
    if (!ARGUMENT_NAMES[kind].includes(name))
      reader.report(name, `is not an argument of ${kind}; known: ${ARGUMENT_NAMES[kind].join(", ") || "none"}`);
  }
  const spec = readSpec(kind, reader);
  return reader.problems.length === 0 ? { ok: true, spec } : { ok: false, problems: reader.problems };
}

function readSpec(kind: ActionKind, reader: Reader): ActionArgs {
  switch (kind) {
    case "onDemandScan":
      return { kind };
    case "iocScan":
      return { kind, indicators: readIndicators(reader) };
    case "quarantineFile":
    case "preventExecution":
      return { kind, ...readFileTarget(reader) };
    case "deleteFile": {
      const searchInSubfolders = reader.flag("searchInSubfolders");
      return { kind, ...readFileTarget(reader), ...(searchInSubfolders === undefined ? {} : { searchInSubfolders }) };
    }
    case "getFile": {
      const { path: _path, ...hashes } = readHashes(reader);
      return { kind, path: reader.required("path", reader.path("path")) ?? "", ...hashes };
    }
    case "isolateHost": {
      const durationSeconds = reader.required(
        "durationSeconds",
        reader.integer("durationSeconds", LIMITS.isolationSecondsMin, LIMITS.isolationSecondsMax),
      );
      const holdSeconds = reader.integer("holdSeconds", LIMITS.isolationSecondsMin, LIMITS.isolationSecondsMax);
      const exclusions = readExclusions(reader);
      return {
        kind,
        durationSeconds: durationSeconds ?? 0,
        ...(holdSeconds === undefined ? {} : { holdSeconds }),
        ...(exclusions.length > 0 ? { exclusions } : {}),
      };
    }
    case "startProcess": {
      const args = reader.text("arguments", LIMITS.commandLineCharsMax);
      const workingDirectory = reader.path("workingDirectory");
      return {
        kind,
        path: reader.required("path", reader.path("path")) ?? "",
        ...(args === undefined ? {} : { arguments: args }),
        ...(workingDirectory === undefined ? {} : { workingDirectory }),
      };
    }
    case "terminateProcess": {
      const pid = reader.integer("pid", 1, LIMITS.pidMax);
      const target = pid === undefined ? readFileTarget(reader) : readHashes(reader);
      return { kind, ...target, ...(pid === undefined ? {} : { pid }) };
    }
  }
}

function readFileTarget(reader: Reader): FileTarget {
  const target = readHashes(reader);
  if (reader.problems.length === 0 && Object.keys(target).length === 0) {
    reader.report("path", "is missing, and so are md5 and sha256: give at least one of the three");
  }
  return target;
}

function readHashes(reader: Reader): FileTarget {
  const path = reader.path("path");
  const md5 = reader.hash("md5", 32);
  const sha256 = reader.hash("sha256", 64);
  return {
    ...(path === undefined ? {} : { path }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function readIndicators(reader: Reader): readonly Indicator[] {
  const found: Indicator[] = [];
  const add = (type: IndicatorType, name: string, value: unknown) => {
    const text = typeof value === "string" ? value.trim() : "";
    if (text.length === 0 || text.length > LIMITS.indicatorCharsMax) {
      return reader.report(name, `must be text of 1-${LIMITS.indicatorCharsMax} characters`);
    }
    if ((type === "md5" && !isHex(text, 32)) || (type === "sha256" && !isHex(text, 64))) {
      return reader.report(name, `"${text.slice(0, 80)}" is not a ${type} hash`);
    }
    found.push({ type, value: type === "md5" || type === "sha256" ? text.toLowerCase() : text });
  };
  for (const type of INDICATOR_TYPES) {
    for (const value of asList(reader.raw[type])) add(type, type, value);
  }
  for (const [index, item] of asList(reader.raw.indicators).entries()) {
    const name = `indicators[${index}]`;
    const type = isRecord(item) ? item.type : undefined;
    if (!isIndicatorType(type))
      reader.report(name, `must be {type, value} with a type of ${INDICATOR_TYPES.join(", ")}`);
    else add(type, name, (item as Raw).value);
  }
  if (found.length > LIMITS.indicatorsMax)
    reader.report("indicators", `are ${found.length}; at most ${LIMITS.indicatorsMax} fit one scan`);
  if (found.length === 0 && reader.problems.length === 0)
    reader.report("indicators", "are missing: give at least one indicator");
  return found;
}

function readExclusions(reader: Reader): readonly IsolationExclusion[] {
  const items = asList(reader.raw.exclusions);
  if (items.length > LIMITS.exclusionsMax)
    reader.report("exclusions", `are ${items.length}; at most ${LIMITS.exclusionsMax}`);
  return items.flatMap((item, index) => {
    const name = `exclusions[${index}]`;
    if (!isRecord(item)) {
      reader.report(name, "must be an object");
      return [];
    }
    const direction = item.direction ?? "both";
    if (direction !== "inbound" && direction !== "outbound" && direction !== "both") {
      reader.report(`${name}.direction`, "must be inbound, outbound or both");
      return [];
    }
    const nested = createReader(item, reader.problems, `${name}.`);
    const protocol = nested.integer("protocol", 0, 255);
    const remoteAddress = nested.text("remoteAddress", 64);
    const localPorts = readPorts(nested, "localPorts");
    const remotePorts = readPorts(nested, "remotePorts");
    return [
      {
        direction,
        ...(protocol === undefined ? {} : { protocol }),
        ...(remoteAddress === undefined ? {} : { remoteAddress }),
        ...(localPorts === undefined ? {} : { localPorts }),
        ...(remotePorts === undefined ? {} : { remotePorts }),
      },
    ];
  });
}

function readPorts(reader: Reader, name: string): PortRange | undefined {
  const value = reader.raw[name];
  if (value === undefined) return undefined;
  const nested = createReader(isRecord(value) ? value : {}, reader.problems, `${reader.prefix}${name}.`);
  const from = nested.required("from", nested.integer("from", 1, 65_535)) ?? 1;
  const to = nested.required("to", nested.integer("to", 1, 65_535)) ?? from;
  if (to < from) nested.report("to", `must not be below from (${from})`);
  return { from, to };
}

type Reader = ReturnType<typeof createReader>;

function createReader(raw: Raw, problems: ArgumentProblem[] = [], prefix = "") {
  const report = (argument: string, problem: string): void => {
    problems.push({ argument: `${prefix}${argument}`, problem });
  };
  const present = (name: string): unknown => (raw[name] === "" || raw[name] === null ? undefined : raw[name]);

  function text(name: string, charsMax: number): string | undefined {
    const value = present(name);
    if (value === undefined) return undefined;
    if (typeof value !== "string") return void report(name, `must be text, is ${kindOf(value)}`);
    if (value.length > charsMax) return void report(name, `has ${value.length} characters; at most ${charsMax}`);
    // A control character in a path or a command line is never meant, and may hide what is shown to a person.
    if (hasControlCharacter(value)) return void report(name, "contains a control character");
    return value;
  }

  return {
    raw,
    prefix,
    problems,
    report,
    text,
    path: (name: string) => text(name, LIMITS.pathCharsMax),
    hash(name: string, digits: number): string | undefined {
      const value = text(name, LIMITS.pathCharsMax);
      if (value === undefined) return undefined;
      if (!isHex(value, digits)) return void report(name, `must be ${digits} hex digits, is "${value.slice(0, 80)}"`);
      return value.toLowerCase();
    },
    integer(name: string, min: number, max: number): number | undefined {
      const value = present(name);
      if (value === undefined) return undefined;
      const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
      if (typeof number !== "number" || !Number.isInteger(number))
        return void report(name, `must be a whole number, is ${kindOf(value)}`);
      if (number < min || number > max) return void report(name, `must be ${min}-${max}, is ${number}`);
      return number;
    },
    flag(name: string): boolean | undefined {
      const value = present(name);
      if (value === undefined) return undefined;
      if (value === true || value === "true") return true;
      if (value === false || value === "false") return false;
      return void report(name, `must be true or false, is ${kindOf(value)}`);
    },
    required<T>(name: string, value: T | undefined): T | undefined {
      const reported = problems.some((problem) => problem.argument === `${prefix}${name}`);
      if (value === undefined && !reported) report(name, "is missing");
      return value;
    },
  };
}

function hasControlCharacter(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function isHex(value: string, digits: number): boolean {
  return value.length === digits && /^[0-9a-fA-F]+$/.test(value);
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIndicatorType(value: unknown): value is IndicatorType {
  return (INDICATOR_TYPES as readonly unknown[]).includes(value);
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return `"${value.slice(0, 80)}"`;
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : String(value);
}
