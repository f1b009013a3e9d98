import type { ActionKind } from "../action/index.ts";
import type { EpochMs, ErrorCode } from "../kernel/index.ts";

/** An action that the site would refuse just now, and why. `kind` absent = every kind. */
export interface SiteRefusal {
  readonly kind?: ActionKind;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What a site can do (KSC, console, rights) and will do (its own policy, its kill switch). */
export interface SiteReadiness {
  readonly measuredAt: EpochMs;
  readonly kscVersion?: string;
  /** Rights that the KSC account was seen to lack, in the words of KSC's areas. */
  readonly missingRights: readonly string[];
  /** The local kill switch is pulled: nothing is sent, releases are. */
  readonly killSwitch: boolean;
  /** SHA-256 of the site policy that is in force, 64 hex digits; absent without one. */
  readonly policySha256?: string;
  /** The newest policy file was wrong, so the one before it is in force. */
  readonly policyProblem?: string;
  readonly refusals: readonly SiteRefusal[];
  /** KSC's clock minus the agent's, in ms, when it was measured. */
  readonly kscClockSkewMs?: number;
  /** Endpoints where the last look differed from the ledger, since the agent started, and tasks that were put right. */
  readonly drift: { readonly endpoints: number; readonly tasks: number };
}
