/** The nine EDR actions that KUMA's scripts offer (KUMA help 300229); nothing else can be expressed. */
export const ACTION_KINDS = [
  "onDemandScan",
  "iocScan",
  "quarantineFile",
  "deleteFile",
  "getFile",
  "isolateHost",
  "preventExecution",
  "startProcess",
  "terminateProcess",
] as const;

export type ActionKind = (typeof ACTION_KINDS)[number];

/** In falling order of urgency: a higher class never waits behind a lower one [D7]. */
export const ACTION_CLASSES = ["contain", "remediate", "collect", "scan"] as const;

export type ActionClass = (typeof ACTION_CLASSES)[number];

const CLASS_OF: Readonly<Record<ActionKind, ActionClass>> = {
  isolateHost: "contain",
  preventExecution: "contain",
  terminateProcess: "contain",
  quarantineFile: "remediate",
  deleteFile: "remediate",
  startProcess: "remediate",
  getFile: "collect",
  onDemandScan: "scan",
  iocScan: "scan",
};

export function classOf(kind: ActionKind): ActionClass {
  return CLASS_OF[kind];
}

/** 0 is the most urgent; smaller goes first everywhere: ledger, queue, runner. */
export function classRank(actionClass: ActionClass): number {
  return ACTION_CLASSES.indexOf(actionClass);
}

/** Kinds whose effect outlives their task: their task is protected while the effect should hold [L1, L7]. */
export function hasLastingEffect(kind: ActionKind): boolean {
  return kind === "isolateHost" || kind === "preventExecution";
}

export function isActionKind(value: string): value is ActionKind {
  return (ACTION_KINDS as readonly string[]).includes(value);
}
