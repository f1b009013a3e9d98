import { askAgainMs, renewalDue } from "@cordon/agent-core/identity";
import {
  asAppError,
  type Clock,
  type EpochMs,
  epochMs,
  type Logger,
  type Random,
  type Secret,
} from "@cordon/core/kernel";
import type { RenewalAnswer, ToCoordinator, TrustBundle } from "@cordon/protocol";
import type { Wallet } from "./wallet.ts";

/** Timers of a process that is suspended stand still: it looks often enough to notice. */
const LOOK_MS_MAX = 3_600_000;
/** A first look a moment after the welcome: there is other work then. */
const LOOK_MS_MIN = 1_000;

export interface CertificateKeeper {
  /** A session was welcomed; the coordinator's time decides, because this machine's may be wrong. */
  sessionUp(coordinatorTime: EpochMs): void;
  sessionDown(): void;
  renewed(answer: RenewalAnswer): void;
  trusted(bundle: TrustBundle): void;
  stop(): void;
}

/** Renews the agent's certificate over the open session, and keeps whom to trust. */
export function createCertificateKeeper(deps: {
  readonly wallet: Wallet;
  readonly send: (message: ToCoordinator) => void;
  /** The session is to be made anew, with the new certificate. */
  readonly reconnect: (why: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): CertificateKeeper {
  const { wallet, send, clock, random, logger } = deps;
  let heard: { readonly at: EpochMs; readonly monotonicMs: number } | undefined;
  let draw = random.float();
  let renewIssuedBefore: EpochMs | undefined;
  let dueAt: EpochMs | undefined;
  let asked: { readonly key: Secret } | undefined;
  let tries = 0;
  let cancel = () => {};

  function now(): EpochMs | undefined {
    if (heard === undefined) return undefined;
    return epochMs(Math.round(heard.at + clock.monotonicMs() - heard.monotonicMs));
  }

  function arm(waitMs: number): void {
    cancel();
    cancel = clock.after(Math.max(LOOK_MS_MIN, Math.min(waitMs, LOOK_MS_MAX)), look);
  }

  function look(): void {
    const at = now();
    if (at === undefined) return;
    dueAt ??= renewalDue(wallet.validity(), draw, at, renewIssuedBefore);
    if (at < dueAt) {
      arm(dueAt - at);
      return;
    }
    tries += 1;
    arm(askAgainMs(tries, random.float()));
    void ask().catch((error) => logger.error("identity.renew", { code: asAppError(error).code }));
  }

  async function ask(): Promise<void> {
    // The library that makes requests is a third of a running agent's own memory: it is loaded once in a week.
    const { createAgentRequest } = await import("@cordon/identity/agent-request");
    const { csrPem, privateKeyPem } = await createAgentRequest();
    asked = { key: privateKeyPem };
    send({ kind: "renewalRequest", csr: csrPem });
  }

  return {
    sessionUp(coordinatorTime) {
      heard = { at: coordinatorTime, monotonicMs: clock.monotonicMs() };
      arm(LOOK_MS_MIN);
    },
    sessionDown() {
      heard = undefined;
      asked = undefined;
      cancel();
    },
    renewed({ certificate, problem }) {
      const key = asked?.key;
      asked = undefined;
      if (key === undefined) return;
      if (certificate === undefined) {
        logger.warn("identity.renew", { ...problem });
        return;
      }
      try {
        wallet.adopt({ certificate, privateKey: key });
      } catch (error) {
        // The old one is good still; it is tried again.
        logger.error("identity.renew", { code: asAppError(error).code, error });
        return;
      }
      tries = 0;
      draw = random.float();
      dueAt = undefined;
      logger.info("identity.renew", { until: wallet.validity().until });
      deps.reconnect("the certificate was renewed");
    },
    trusted({ version, roots, recoverySequence, renewIssuedBefore: before }) {
      const have = wallet.identity().trustVersion ?? 0;
      renewIssuedBefore = before;
      // What is wanted now may be sooner than what was due.
      dueAt = undefined;
      if (heard !== undefined) arm(LOOK_MS_MIN);
      if (version <= have) return send({ kind: "trustApplied", version: have });
      try {
        wallet.trust(roots, { version, recoverySequence });
      } catch (error) {
        const { code, message } = asAppError(error);
        logger.error("identity.trust", { code, version });
        return send({ kind: "trustApplied", version: have, problem: { code, message } });
      }
      logger.info("identity.trust", { version, roots: roots.length });
      send({ kind: "trustApplied", version });
    },
    stop: () => cancel(),
  };
}
