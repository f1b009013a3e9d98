import { askAgainMs } from "@cordon/agent-core/identity";
import { asAppError, type Clock, errorSpec, type Logger, type Random } from "@cordon/core/kernel";
import type { CloseCode, LinkDown } from "@cordon/protocol";
import type { Wallet } from "./wallet.ts";

/** A gateway that refuses a certificate in the handshake hangs up without a word: that looks like a line that is bad. */
const FAILURES_BEFORE = 3;
const TRY_MS_MAX = 60_000;

const MAY_BE_OURS: ReadonlySet<CloseCode> = new Set([
  "session.unreachable",
  "session.tls_failed",
  "session.unknown_identity",
]);

export interface WayBackKeeper {
  sessionUp(): void;
  down(down: Pick<LinkDown, "code" | "wasOpen">): void;
  stop(): void;
}

/** Asks for a new certificate when the gateway does not let the agent in; seldom, because it cannot tell this from a bad line. */
export function createWayBackKeeper(deps: {
  readonly wallet: Wallet;
  readonly find: (signal: AbortSignal) => Promise<{ readonly recovered: boolean }>;
  /** There is a certificate to try. */
  readonly onRenewed: () => void;
  /** The coordinator said that this agent is not to come back. */
  readonly onRefused: (code: CloseCode, text: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): WayBackKeeper {
  const { wallet, clock, random, logger } = deps;
  const stopping = new AbortController();
  let failures = 0;
  let tries = 0;
  let notBeforeMs = 0;
  let isTrying = false;

  async function attempt(code: CloseCode): Promise<void> {
    const isOver = wallet.validity().until <= clock.now();
    const why = isOver ? "session.certificate_expired" : code;
    logger.warn("identity.way_back", { code: why, mend: errorSpec(why).mend });
    try {
      const { recovered } = await deps.find(AbortSignal.any([stopping.signal, AbortSignal.timeout(TRY_MS_MAX)]));
      failures = 0;
      logger.warn("identity.way_back", { outcome: "renewed", recovered, until: wallet.validity().until });
      deps.onRenewed();
    } catch (thrown) {
      if (stopping.signal.aborted) return;
      const { code: refusal, message, spec } = asAppError(thrown);
      logger.error("identity.way_back", { code: refusal, reason: message, mend: spec.mend });
      if (refusal === "session.identity_revoked") deps.onRefused(refusal, message);
    }
  }

  return {
    sessionUp() {
      failures = 0;
      tries = 0;
      notBeforeMs = 0;
    },
    down({ code, wasOpen }) {
      failures = wasOpen ? 0 : failures + 1;
      if (!wasOpen && code !== "session.unknown_identity" && MAY_BE_OURS.has(code)) wallet.tryOther();
      if (wasOpen || !MAY_BE_OURS.has(code) || isTrying || clock.monotonicMs() < notBeforeMs) return;
      const isCertain = code !== "session.unreachable" || wallet.validity().until <= clock.now();
      if (!isCertain && failures < FAILURES_BEFORE) return;
      tries += 1;
      notBeforeMs = clock.monotonicMs() + askAgainMs(tries, random.float());
      isTrying = true;
      void attempt(code).finally(() => {
        isTrying = false;
      });
    },
    stop: () => stopping.abort(),
  };
}
