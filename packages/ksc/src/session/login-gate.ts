import { AppError, type BackoffPolicy, backoffMs, type Clock, type ErrorCode, type Random } from "@cordon/core/kernel";
import { asNotSent, deliveryOf } from "../errors/delivery.ts";

/** After these a further login can only lock the account or annoy its owner. A person must change something first. */
const FINAL_CODES: ReadonlySet<ErrorCode> = new Set([
  "ksc.access_denied",
  "ksc.account_locked",
  "ksc.bad_credentials",
  "config.invalid",
]);

/** First pause 1-2 s, at most a minute: slow enough never to look like guessing passwords. */
const LOGIN_BACKOFF: BackoffPolicy = { baseMs: 2_000, maxMs: 60_000 };

/**
 * Every login of every session of one account passes here, one at a time. A refusal of the credentials closes the gate: all
 * further calls fail with that same error and not one more attempt is made, until `reset`. Other failed or useless logins (a
 * login that worked, but whose session was refused at once) are spaced by a growing pause, so there is never a login loop.
 */
export class LoginGate {
  readonly #clock: Clock;
  readonly #random: Random;
  #turn: Promise<void> = Promise.resolve();
  #closedBy: AppError | undefined;
  #lastError: AppError | undefined;
  #failures = 0;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The error that closed the gate, as a new error that says that nothing was tried. */
  refusal(): AppError | undefined {
    return this.#closedBy === undefined ? undefined : asNotSent(this.#closedBy, "no login is tried any more after: ");
  }

  /** Runs `attempt` when it is this caller's turn, or throws without running it. */
  enter<T>(attempt: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => this.#attempt(attempt));
    this.#turn = mine.then(
      () => {},
      () => {},
    );
    return mine;
  }

  /** A call succeeded in a session that was logged in through here. */
  proved(): void {
    this.#failures = 0;
    this.#lastError = undefined;
  }

  /** KSC refused the first call of a session that it had just granted. */
  useless(error: AppError): void {
    this.#pause(error);
  }

  /** New credentials, or a person unlocked the account: logins may be tried again. */
  reset(): void {
    this.#closedBy = undefined;
    this.#lastError = undefined;
    this.#failures = 0;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }

  async #attempt<T>(attempt: () => Promise<T>): Promise<T> {
    const refusal = this.refusal();
    if (refusal !== undefined) throw refusal;
    if (this.#lastError !== undefined && this.#clock.monotonicMs() < this.#notBefore) {
      throw asNotSent(this.#lastError, "pausing before the next login after: ");
    }
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof AppError) {
        if (FINAL_CODES.has(error.code)) this.#closedBy = error;
        else if (deliveryOf(error) !== "not_sent") this.#pause(error);
      }
      throw error;
    }
  }

  #pause(error: AppError): void {
    this.#lastError = error;
    this.#notBefore = this.#clock.monotonicMs() + backoffMs(LOGIN_BACKOFF, this.#failures, this.#random.float());
    this.#failures += 1;
  }
}
