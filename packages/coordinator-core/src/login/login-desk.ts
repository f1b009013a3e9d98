import { createHash } from "node:crypto";
import { addMs, type Clock, type EpochMs, type Logger, type Random, Secret } from "@cordon/core/kernel";
import { decideSession, type Identity, proposeNames, type SessionLimits } from "@cordon/core/login";
import { ADMIN_NAME } from "../people/people.ts";
import type { LoginCode, LoginStore, SessionKind, TellLogin } from "../ports/login.ts";

/** Somebody whose session lives. */
export interface Recognised {
  /** Under which the person acts here. */
  readonly name: string;
  readonly displayName: string;
  /** As the provider called them at the last login. */
  readonly groups: readonly string[];
  readonly endsAt: EpochMs;
}

export interface Started {
  readonly token: Secret;
  readonly name: string;
  /** Its end if it is not used. */
  readonly endsAt: EpochMs;
}

export type LoginAnswer<T> = T | { readonly kind: "revoked"; readonly name: string };

/** What a command line sends a browser with. */
export interface CliRequest {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Base64url of the SHA-256 of its verifier. */
  readonly challenge: string;
  readonly state: string;
}

/** Turns what a provider says of a person into sessions here, and sessions into persons. */
export interface LoginDesk {
  /** A browser's session. Any that the browser had is the caller's to end. */
  startBrowser(identity: Identity, source: string): Promise<LoginAnswer<{ readonly kind: "in" } & Started>>;
  /** A code that the person has to allow, and its command line then takes. */
  prepareCli(
    identity: Identity,
    request: CliRequest,
    source: string,
  ): Promise<LoginAnswer<{ readonly kind: "asked"; readonly name: string; readonly code: Secret }>>;
  /** The person says yes; undefined: the code is none, was allowed, or took too long. */
  allowCli(code: string): Promise<CliRequest | undefined>;
  /** The command line's session for its code; undefined: it was not allowed, was taken, is too old, or is another's. */
  takeCli(code: string, verifier: string, source: string): Promise<Started | undefined>;
  /** Whose session it is; undefined: nobody's, or of another kind, or it has ended. */
  recognise(token: string, kind: SessionKind): Promise<Recognised | undefined>;
  /** False: there is none. */
  end(token: string, source: string): Promise<boolean>;
  /** Removes what has ended. */
  tidy(): Promise<void>;
}

/** In a browser, then back in the terminal: two minutes are plenty. */
const CODE_MS = 120_000;
const CODE_BYTES = 32;
/** A person has a few browsers and machines; the oldest session gives way. */
const SESSIONS_MAX = 20;
/** Alarms are in the audit trail for good; these are for the status. */
const ALARMS_KEPT_MS = 30 * 86_400_000;
const SAYS: Readonly<Record<SessionKind, string>> = { browser: "browser", cli: "command line" };
const PREFIX: Readonly<Record<SessionKind, string>> = { browser: "cordon-session-", cli: "cordon-cli-" };

export function createLoginDesk(deps: {
  readonly store: LoginStore;
  readonly tell: TellLogin;
  readonly limits: SessionLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): LoginDesk {
  const { store, tell, limits, clock, random, logger } = deps;
  const secret = (prefix: string): Secret =>
    new Secret(`${prefix}${Buffer.from(random.bytes(CODE_BYTES)).toString("base64url")}`);

  async function signIn(identity: Identity, from: string) {
    const answer = await store.signIn(identity, proposeNames(identity, [ADMIN_NAME]), clock.now());
    const { issuer, subject, groups, groupsWithheld } = identity;
    logger.info("login.sign_in", { name: answer.name, outcome: answer.kind, issuer, subject, groups: groups.length });
    await tell({
      by: { as: "person", name: answer.name },
      from,
      what: `${answer.kind === "in" ? "signed in" : "was removed and is not let in"}: ${subject} of ${issuer}`,
      ...(answer.kind === "in" ? {} : { code: "login.revoked" }),
    });
    if (groupsWithheld) logger.warn("login.groups_withheld", { name: answer.name, issuer });
    return answer;
  }

  async function start(kind: SessionKind, name: string, source: string): Promise<Started> {
    const token = secret(PREFIX[kind]);
    await tell({ by: { as: "person", name }, from: source, what: `a session of a ${SAYS[kind]} began` });
    const startedAt = clock.now();
    await store.startSession({ tokenHash: hashOf(token.reveal()), kind, name, startedAt, source }, SESSIONS_MAX);
    logger.info("login.start_session", { name, session: kind, source });
    return { token, name, endsAt: addMs(startedAt, Math.min(limits.idleMs, limits.lifeMs)) };
  }

  return {
    async startBrowser(identity, source) {
      const answer = await signIn(identity, source);
      if (answer.kind === "revoked") return answer;
      return { kind: "in", ...(await start("browser", answer.name, source)) };
    },
    async prepareCli(identity, request, source) {
      const answer = await signIn(identity, source);
      if (answer.kind === "revoked") return answer;
      const code = secret("cordon-code-");
      const { name } = answer;
      await store.addCode(hashOf(code.reveal()), { ...request, name, expiresAt: addMs(clock.now(), CODE_MS) });
      return { kind: "asked", name, code };
    },
    async allowCli(code) {
      return toRequest(await store.allowCode(hashOf(code), clock.now()));
    },
    async takeCli(code, verifier, source) {
      const taken = await store.takeCode(hashOf(code), clock.now());
      if (taken === undefined || taken.challenge !== challengeOf(verifier)) return undefined;
      return start("cli", taken.name, source);
    },
    async recognise(token, kind) {
      // What it begins with is part of what is hashed: a token of one kind is never found as the other's.
      if (!token.startsWith(PREFIX[kind])) return undefined;
      const hash = hashOf(token);
      const session = await store.findSession(hash);
      if (session === undefined) return undefined;
      const now = clock.now();
      const state = decideSession(session, limits, now);
      if (state.kind === "ended") {
        await store.endSession(hash);
        logger.info("login.end_session", { name: session.name, session: kind, why: state.why });
        return undefined;
      }
      if (state.note) await store.noteUse(hash, now);
      const { name, displayName, groups } = session;
      return { name, displayName, groups, endsAt: state.endsAt };
    },
    async end(token, source) {
      const name = await store.endSession(hashOf(token));
      if (name === undefined) return false;
      logger.info("login.end_session", { name, why: "logout" });
      await tell({ by: { as: "person", name }, from: source, what: "signed out" });
      return true;
    },
    tidy: () => {
      const now = clock.now();
      return store.forget({
        sessions: addMs(now, -limits.lifeMs),
        codes: now,
        alarms: addMs(now, -ALARMS_KEPT_MS),
      });
    },
  };
}

/** RFC 7636, S256. */
function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

/** The tokens have more randomness than a hash keeps, so they need no salt and no slow hash. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function toRequest(code: LoginCode | undefined): CliRequest | undefined {
  if (code === undefined) return undefined;
  const { port, challenge, state } = code;
  return { port, challenge, state };
}
