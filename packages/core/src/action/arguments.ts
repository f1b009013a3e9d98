import type { ActionKind } from "./kinds.ts";

/** A file by path, by hash, or both: with a hash given, only a file whose hash matches is touched (kaspersky.md 2.4). */
export interface FileTarget {
  readonly path?: string;
  /** 32 hex digits, lower case. */
  readonly md5?: string;
  /** 64 hex digits, lower case. */
  readonly sha256?: string;
}

export const INDICATOR_TYPES = ["md5", "sha256", "filePath", "fileName", "ipAddress", "domain", "url"] as const;

export type IndicatorType = (typeof INDICATOR_TYPES)[number];

export interface Indicator {
  readonly type: IndicatorType;
  readonly value: string;
}

/** Traffic that stays allowed while isolated (kaspersky.md 2.7, KATA's entry). */
export interface IsolationExclusion {
  readonly direction: "inbound" | "outbound" | "both";
  /** IANA protocol number. */
  readonly protocol?: number;
  readonly remoteAddress?: string;
  readonly localPorts?: PortRange;
  readonly remotePorts?: PortRange;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The typed arguments of each of the nine actions. */
export type ActionArgs =
  | { readonly kind: "onDemandScan" }
  | { readonly kind: "iocScan"; readonly indicators: readonly Indicator[] }
  | ({ readonly kind: "quarantineFile" } & FileTarget)
  | ({ readonly kind: "deleteFile"; readonly searchInSubfolders?: boolean } & FileTarget)
  | ({ readonly kind: "getFile"; readonly path: string } & Omit<FileTarget, "path">)
  /**
   * Isolation always has a duration [S6]: how long the endpoint's own timer runs. `holdSeconds`, when longer, is how long the
   * isolation is wanted: until then the agent renews it.
   */
  | {
      readonly kind: "isolateHost";
      readonly durationSeconds: number;
      readonly holdSeconds?: number;
      readonly exclusions?: readonly IsolationExclusion[];
    }
  | ({ readonly kind: "preventExecution" } & FileTarget)
  | {
      readonly kind: "startProcess";
      readonly path: string;
      readonly arguments?: string;
      readonly workingDirectory?: string;
    }
  | ({ readonly kind: "terminateProcess"; readonly pid?: number } & FileTarget);

export type ArgsOf<K extends ActionKind> = Extract<ActionArgs, { kind: K }>;

export const ARGUMENT_LIMITS = {
  pathCharsMax: 4_096,
  commandLineCharsMax: 8_191,
  indicatorsMax: 1_000,
  indicatorCharsMax: 2_048,
  exclusionsMax: 100,
  /** One minute: shorter than a KSC synchronisation means nothing. */
  isolationSecondsMin: 60,
  /** 9999 hours, the upper bound that KATA and KICS document (kaspersky.md 2.7). */
  isolationSecondsMax: 9_999 * 3_600,
  pidMax: 4_294_967_295,
} as const;

/** What is wrong with one argument: its name, the trouble, the mend, in one sentence each. */
export interface ArgumentProblem {
  readonly argument: string;
  readonly problem: string;
}

export type ParsedArgs =
  | { readonly ok: true; readonly spec: ActionArgs }
  | { readonly ok: false; readonly problems: readonly ArgumentProblem[] };
