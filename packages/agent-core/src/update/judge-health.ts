/** What is looked at while a release is on trial. The ledger is open, or the process would not run. */
export interface TrialSigns {
  /** Since the process began. */
  readonly elapsedMs: number;
  /** Without a break; absent = no session is up. */
  readonly connectedForMs?: number | undefined;
  /** KSC took our login since the process began. */
  readonly kscOk: boolean;
}

export interface TrialLimits {
  readonly needsKsc: boolean;
  /** For so long the coordinator's session must hold. */
  readonly settleMs: number;
  /** Not healthy within this: taken back. */
  readonly patienceMs: number;
}

export type TrialVerdict = "wait" | "healthy" | { readonly failed: string };

/** Only what worked with the old release is asked of the new one: KSC may have been away before. */
export function judgeTrial(signs: TrialSigns, limits: TrialLimits): TrialVerdict {
  const linked = (signs.connectedForMs ?? -1) >= limits.settleMs;
  const ksc = signs.kscOk || !limits.needsKsc;
  if (linked && ksc) return "healthy";
  if (signs.elapsedMs < limits.patienceMs) return "wait";
  const missing = [
    ...(linked ? [] : ["the coordinator did not welcome it, or not for long enough"]),
    ...(ksc ? [] : ["KSC, which the release before could use, did not take its login"]),
  ];
  return { failed: `not healthy after ${Math.round(limits.patienceMs / 1_000)} s: ${missing.join("; ")}` };
}
