/**
 * The nine response tasks: what the Web Console's plug-in accepts as `params`. THE one place for shapes: the three file
 * tasks are publicly documented, the other six are working shapes and may be wrong for a real product.
 */
export type ParamCheck = (value: unknown) => boolean;

export interface EdrTaskSpec {
  readonly kind: string;
  /** KSC's task type name (not publicly documented). */
  readonly taskName: string;
  readonly required: Readonly<Record<string, ParamCheck>>;
  readonly optional: Readonly<Record<string, ParamCheck>>;
  /** A rule over several members: undefined, or what is wrong. */
  readonly rule?: (params: Readonly<Record<string, unknown>>) => string | undefined;
  readonly isScan: boolean;
  /** KSC's autocreated task group. */
  readonly group: "IOC" | "IRP";
}

const text: ParamCheck = (value) => typeof value === "string";
const nonEmptyText: ParamCheck = (value) => typeof value === "string" && value.length > 0;
const flag: ParamCheck = (value) => typeof value === "boolean";
const count: ParamCheck = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const list: ParamCheck = (value) => Array.isArray(value);
const md5: ParamCheck = (value) => typeof value === "string" && /^([0-9a-f]{32})?$/i.test(value);
const sha256: ParamCheck = (value) => typeof value === "string" && /^([0-9a-f]{64})?$/i.test(value);

const FILE = { md5hash: md5, sha256hash: sha256, path: text };

function pathOrHash(params: Readonly<Record<string, unknown>>): string | undefined {
  return params.path || params.md5hash || params.sha256hash ? undefined : "a path or a hash is needed";
}

function pathHashOrPid(params: Readonly<Record<string, unknown>>): string | undefined {
  return params.pid !== undefined ? undefined : pathOrHash(params);
}

function isIocFile(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const file = value as Record<string, unknown>;
  return typeof file.name === "string" && typeof file.content === "string";
}

const iocFiles: ParamCheck = (value) => Array.isArray(value) && value.length > 0 && value.every(isIocFile);

const SPECS: readonly EdrTaskSpec[] = [
  {
    kind: "getFile",
    taskName: "edr_get_file",
    required: FILE,
    optional: {},
    rule: pathOrHash,
    isScan: false,
    group: "IRP",
  },
  {
    kind: "deleteFile",
    taskName: "edr_delete_file",
    required: FILE,
    optional: { searchInSubfolders: flag },
    rule: pathOrHash,
    isScan: false,
    group: "IRP",
  },
  {
    kind: "quarantineFile",
    taskName: "edr_quarantine_file",
    required: FILE,
    optional: {},
    rule: pathOrHash,
    isScan: false,
    group: "IRP",
  },
  {
    kind: "startProcess",
    taskName: "edr_start_process",
    required: { path: nonEmptyText },
    optional: { arguments: text, workingDirectory: text },
    isScan: false,
    group: "IRP",
  },
  {
    kind: "terminateProcess",
    taskName: "edr_terminate_process",
    required: {},
    optional: { ...FILE, pid: count },
    rule: pathHashOrPid,
    isScan: false,
    group: "IRP",
  },
  {
    kind: "isolateHost",
    taskName: "edr_isolate_host",
    required: {},
    optional: { isolationTimeout: count, exclusions: list },
    isScan: false,
    group: "IRP",
  },
  {
    kind: "preventExecution",
    taskName: "edr_prevent_execution",
    required: FILE,
    optional: {},
    rule: pathOrHash,
    isScan: false,
    group: "IRP",
  },
  {
    kind: "ioCScan",
    taskName: "edr_ioc_scan",
    required: { iocFiles },
    optional: { actions: list },
    isScan: true,
    group: "IOC",
  },
  { kind: "onDemandScan", taskName: "edr_critical_areas_scan", required: {}, optional: {}, isScan: true, group: "IRP" },
];

const BY_KIND = new Map(SPECS.map((spec) => [spec.kind.toLowerCase(), spec]));

export const EDR_TASK_KINDS: readonly string[] = SPECS.map((spec) => spec.kind);

/** Finds a task type as the console does: ignoring case and the `.py` ending of a script's name. */
export function findEdrTask(name: string): EdrTaskSpec | undefined {
  return BY_KIND.get(name.toLowerCase().replace(/\.py$/, ""));
}

/** undefined when the parameters are fine, else what is wrong with them. */
export function checkEdrParams(
  spec: EdrTaskSpec,
  params: Readonly<Record<string, unknown>>,
  extra: "accept" | "refuse",
): string | undefined {
  for (const [name, check] of Object.entries(spec.required)) {
    if (!(name in params)) return `params.${name} is missing`;
    if (!check(params[name])) return `params.${name} is not valid`;
  }
  for (const [name, check] of Object.entries(spec.optional)) {
    if (name in params && !check(params[name])) return `params.${name} is not valid`;
  }
  if (extra === "refuse") {
    const stranger = Object.keys(params).find((name) => !(name in spec.required) && !(name in spec.optional));
    if (stranger !== undefined) return `params.${stranger} is not known`;
  }
  return spec.rule?.(params);
}
