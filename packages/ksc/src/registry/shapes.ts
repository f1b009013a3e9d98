import type { ActionKind } from "@cordon/core/action";
import type { Template, VariableCatalogue } from "./template.ts";

/** Raised whenever a shape below changes; the adapter logs it at start, with the kinds that the site corrected. */
export const REGISTRY_VERSION = "kes-12.9/1";

export interface RequestShape {
  /** Value of the body's `task` (kaspersky.md 2.4). */
  readonly task: string;
  readonly params: Template;
  /**
   * S: seen in Kaspersky's documentation. UNCONFIRMED: derived from sibling products; must be verified on a real estate and can
   * be overridden per site.
   */
  readonly evidence: "S" | "UNCONFIRMED";
  readonly derivedFrom: string;
}

/** All hash members are present even when unused, as an empty text (S). */
const FILE = { md5hash: "{{md5=}}", sha256hash: "{{sha256=}}", path: "{{path=}}" };

/** The one place where the nine requests are shaped. Six of them are not publicly documented. */
export const REQUEST_SHAPES: Readonly<Record<ActionKind, RequestShape>> = {
  getFile: { task: "getFile", params: FILE, evidence: "S", derivedFrom: "KES-300214" },
  deleteFile: {
    task: "deleteFile",
    params: { ...FILE, searchInSubfolders: "{{searchInSubfolders?}}" },
    evidence: "S",
    derivedFrom: "KES-300214",
  },
  quarantineFile: { task: "quarantineFile", params: FILE, evidence: "S", derivedFrom: "KES-300214" },
  startProcess: {
    task: "startProcess",
    params: { path: "{{path}}", arguments: "{{arguments?}}", workingDirectory: "{{workingDirectory?}}" },
    evidence: "UNCONFIRMED",
    derivedFrom: "KUMA kataTask execCommand, cmdLineParameters, workingDirectory; KATA run_process",
  },
  terminateProcess: {
    task: "terminateProcess",
    params: { ...FILE, pid: "{{pid?}}" },
    evidence: "UNCONFIRMED",
    derivedFrom: "symmetry with the file tasks",
  },
  isolateHost: {
    task: "isolateHost",
    params: { isolationTimeout: "{{duration}}", exclusions: "{{exclusions}}" },
    evidence: "UNCONFIRMED",
    derivedFrom:
      "KATA autoTurnoffTimeoutInSec and excludedRules; KUMA kataTask autoTurnOffTimeout, isolationExclusions",
  },
  preventExecution: {
    task: "preventExecution",
    params: FILE,
    evidence: "UNCONFIRMED",
    derivedFrom: "prevention rule fields of KES",
  },
  iocScan: {
    task: "ioCScan",
    params: { iocFiles: "{{iocFiles}}" },
    evidence: "UNCONFIRMED",
    derivedFrom: "OpenIOC files of the IOC scan task (KES-220828)",
  },
  onDemandScan: {
    task: "onDemandScan",
    params: {},
    evidence: "UNCONFIRMED",
    derivedFrom: "a critical areas scan has no obvious parameter",
  },
};

const EVERY_KIND = { actionId: "always", targetHost: "always" } as const;
const FILE_VARIABLES = { ...EVERY_KIND, path: "maybe", md5: "maybe", sha256: "maybe" } as const;

/** The variables that a template of each kind may use. */
export const SHAPE_VARIABLES: Readonly<Record<ActionKind, VariableCatalogue>> = {
  getFile: { ...FILE_VARIABLES, path: "always" },
  deleteFile: { ...FILE_VARIABLES, searchInSubfolders: "maybe" },
  quarantineFile: FILE_VARIABLES,
  startProcess: { ...EVERY_KIND, path: "always", arguments: "maybe", workingDirectory: "maybe" },
  terminateProcess: { ...FILE_VARIABLES, pid: "maybe" },
  /** `duration` is in the site's `isolationUnit`, rounded up; `exclusions` are KATA's entries (KATA-227448). */
  isolateHost: { ...EVERY_KIND, duration: "always", durationSeconds: "always", exclusions: "always" },
  preventExecution: FILE_VARIABLES,
  /** `iocFiles`: `[{name, content}]` as OpenIOC 1.1. `indicators`: `[{type, value}]` as ordered. */
  iocScan: { ...EVERY_KIND, iocFiles: "always", indicators: "always" },
  onDemandScan: EVERY_KIND,
};
