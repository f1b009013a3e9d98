import type { EpochMs } from "@cordon/core/kernel";

/** A root and the intermediate below it, by their ids. */
export interface Line {
  readonly root: string;
  readonly signer: string;
}

/** Which authorities count, as `authority.json` keeps it: what stands there is in force, whatever other files lie beside it. */
export interface AuthorityState {
  readonly format: 2;
  /** Grows with every change of what agents are told. */
  readonly bundleVersion: number;
  /** Recovery statements must be newer. */
  readonly recoverySequence: number;
  /** Signs listeners and agents. */
  readonly current: Line;
  /** Trusted already, signs nothing yet: agents are being told of it. */
  readonly next?: Line;
  /** Trusted still, signs nothing any more: agents may have certificates of it. */
  readonly old?: Line;
  /** Agents renew what was issued before. */
  readonly renewIssuedBefore?: EpochMs;
}

/** `introducing`: agents learn of the new root. `replacing`: they renew what the old one signed. */
export type AuthorityPhase = "steady" | "introducing" | "replacing";

export function phaseOf(state: AuthorityState): AuthorityPhase {
  if (state.next !== undefined) return "introducing";
  return state.old === undefined ? "steady" : "replacing";
}

export function trustedRoots({ current, next, old }: AuthorityState): readonly string[] {
  return [...new Set([current, next, old].flatMap((line) => (line === undefined ? [] : [line.root])))];
}

/** Those whose certificates an agent or a listener may show. */
export function countingSigners({ current, next, old }: AuthorityState): readonly string[] {
  return [current, next, old].flatMap((line) => (line === undefined ? [] : [line.signer]));
}

/** A new root is told before it is used. Only from a steady state. */
export function introduceRoot(state: AuthorityState, next: Line): AuthorityState {
  return { ...state, bundleVersion: state.bundleVersion + 1, next };
}

/** A new intermediate below the same root needs nobody to be told: it is used at once. Only from a steady state. */
export function replaceSigner(state: AuthorityState, signer: string, now: EpochMs): AuthorityState {
  const { current } = state;
  const bundleVersion = state.bundleVersion + 1;
  return { ...state, bundleVersion, current: { ...current, signer }, old: current, renewIssuedBefore: now };
}

/** One phase on; the state itself when there is nothing to finish. */
export function nextPhase(state: AuthorityState, now: EpochMs): AuthorityState {
  const { next, old, ...rest } = state;
  const bundleVersion = state.bundleVersion + 1;
  if (next !== undefined) {
    // An endorsement of the root that goes must not bring it back.
    const recoverySequence = Math.max(state.recoverySequence + 1, now);
    return { ...rest, bundleVersion, recoverySequence, current: next, old: state.current, renewIssuedBefore: now };
  }
  return old === undefined ? state : { ...rest, bundleVersion };
}
