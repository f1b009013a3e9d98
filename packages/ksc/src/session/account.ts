import { AppError, type Clock, type Random } from "@cordon/core/kernel";
import { authorizationHeader, type KscCredentials } from "../transport/authorization.ts";
import { LoginGate } from "./login-gate.ts";

/** The one account that all sessions of a client log in with. */
export class KscAccount {
  readonly gate: LoginGate;
  #credentials: KscCredentials;
  #tokenUsed = false;

  constructor(credentials: KscCredentials, clock: Clock, random: Random) {
    authorizationHeader(credentials);
    this.#credentials = credentials;
    this.gate = new LoginGate(clock, random);
  }

  /** Lets `attempt` log in with the account's header, when the gate allows. */
  login<T>(attempt: (authorization: string) => Promise<T>): Promise<T> {
    return this.gate.enter(async () => {
      if (this.#tokenUsed) {
        throw new AppError("ksc.session_lost", "login: the one-time token was used; give a new one", {
          details: { delivery: "not_sent" },
        });
      }
      const authorization = authorizationHeader(this.#credentials);
      this.#tokenUsed = this.#credentials.scheme === "KSCT";
      return attempt(authorization);
    });
  }

  /** Opens the gate again, with new credentials or, when the account itself was mended, with the same. */
  reset(credentials: KscCredentials | undefined): void {
    if (credentials !== undefined) {
      authorizationHeader(credentials);
      this.#credentials = credentials;
      this.#tokenUsed = false;
    }
    this.gate.reset();
  }
}
