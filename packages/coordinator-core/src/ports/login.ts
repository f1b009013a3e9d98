import type { EpochMs, ErrorCode } from "@cordon/core/kernel";
import type { Identity } from "@cordon/core/login";

/** `browser`: its token is a cookie. `cli`: its token is a bearer token. Neither counts as the other. */
export type SessionKind = "browser" | "cli";

export interface NewSession {
  readonly tokenHash: string;
  readonly kind: SessionKind;
  readonly name: string;
  readonly startedAt: EpochMs;
  /** The address that it began from. */
  readonly source: string;
}

export interface StoredSession {
  readonly kind: SessionKind;
  readonly name: string;
  readonly displayName: string;
  /** Of the person's last login, as the provider calls them. */
  readonly groups: readonly string[];
  readonly startedAt: EpochMs;
  readonly usedAt: EpochMs;
  readonly personRevokedAt?: EpochMs;
}

/** What a command line is waiting for. */
export interface LoginCode {
  readonly name: string;
  readonly challenge: string;
  readonly port: number;
  readonly state: string;
  readonly expiresAt: EpochMs;
}

export type SignedIn =
  | { readonly kind: "in"; readonly name: string; readonly first: boolean }
  | { readonly kind: "revoked"; readonly name: string };

export interface LoginStore {
  /**
   * The person of this identity, made at its first login under the first of these names that nobody has or had. One of them must be
   * free for ever.
   */
  signIn(identity: Identity, names: readonly string[], at: EpochMs): Promise<SignedIn>;
  /** Ends the person's oldest sessions beyond `sessionsMax`. */
  startSession(session: NewSession, sessionsMax: number): Promise<void>;
  findSession(tokenHash: string): Promise<StoredSession | undefined>;
  noteUse(tokenHash: string, at: EpochMs): Promise<void>;
  /** Whose it was; undefined: there is none. */
  endSession(tokenHash: string): Promise<string | undefined>;
  addCode(codeHash: string, code: LoginCode): Promise<void>;
  /** The code, if it lives and was not allowed before. */
  allowCode(codeHash: string, now: EpochMs): Promise<LoginCode | undefined>;
  /** The code, once, if it lives and was allowed; it is gone whatever becomes of it. */
  takeCode(codeHash: string, now: EpochMs): Promise<LoginCode | undefined>;
  /** Sessions that began before, codes that ended before, alarms that are older. */
  forget(before: { readonly sessions: EpochMs; readonly codes: EpochMs; readonly alarms: EpochMs }): Promise<void>;
  /** Somebody has, or had, an own name here. */
  hasPeople(): Promise<boolean>;
  addAlarm(alarm: BreakGlassAlarm): Promise<void>;
  /** The latest alarm since then, with the number of uses that all since then told. */
  alarmsSince(since: EpochMs): Promise<{ readonly uses: number; readonly last: BreakGlassAlarm } | undefined>;
}

export interface BreakGlassAlarm {
  readonly at: EpochMs;
  readonly source: string;
  /** Uses that this alarm tells. */
  readonly uses: number;
}

/** What the audit trail is told of ways in. */
export interface LoginEvent {
  readonly by: { readonly as: "person" | "break-glass" | "nobody"; readonly name: string };
  /** The address that it came from. */
  readonly from: string;
  /** One line for people. */
  readonly what: string;
  /** Of a refusal. */
  readonly code?: ErrorCode;
}

/** Resolves when it is kept; whoever waits for it lets nobody in before. */
export type TellLogin = (event: LoginEvent) => Promise<void>;
