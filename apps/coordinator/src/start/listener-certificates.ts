import type { Clock, EpochMs, Logger } from "@cordon/core/kernel";
import type { Authority } from "@cordon/identity";

/** A coordinator that runs for a year must not end in its own certificate: a new one long before the old ends. */
const RENEW_AFTER_MS = 90 * 86_400_000;
const LOOK_MS = 12 * 3_600_000;

export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
}

export interface ListenerCertificates {
  readonly first: ListenerTls;
  /** Calls back with a new certificate when the last one has become old. */
  onRenewed(listener: (tls: ListenerTls) => unknown): void;
  /** Now, because another authority signs from now on; resolves when all have taken it. */
  renew(): Promise<void>;
  stop(): void;
}

/** One certificate for all listeners, for every name by which this machine is reached; its key is in memory only. */
export async function issueListenerCertificates(deps: {
  readonly authority: Authority;
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<ListenerCertificates> {
  const { authority, names, clock, logger } = deps;
  const issue = async (now: EpochMs): Promise<ListenerTls> => {
    const { certificatePem, privateKeyPem } = await authority.issueServer(names, now);
    return { cert: certificatePem, key: privateKeyPem.reveal() };
  };
  const listeners = new Set<(tls: ListenerTls) => unknown>();
  let issuedAt = clock.now();
  const first = await issue(issuedAt);

  async function look(): Promise<void> {
    if (clock.now() - issuedAt >= RENEW_AFTER_MS) await renew();
  }

  async function renew(): Promise<void> {
    const now = clock.now();
    const next = await issue(now);
    issuedAt = now;
    for (const listener of listeners) await listener(next);
    logger.info("listener.renew_certificate", {});
  }

  let stopped = false;
  let cancel = () => {};
  function arm(): void {
    if (stopped) return;
    // One look after another: making a certificate takes longer than a clock that was set forward.
    cancel = clock.after(LOOK_MS, () => {
      look()
        .catch((error) => logger.error("listener.renew_certificate", { error }))
        .finally(arm);
    });
  }
  arm();
  return {
    first,
    onRenewed: (listener) => void listeners.add(listener),
    renew,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
