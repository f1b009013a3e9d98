import type { Clock, EpochMs, Logger, Random } from "@cordon/core/kernel";
import type { CloseCode, LinkDown, ToCoordinator } from "@cordon/protocol";
import type { EnrolledIdentity } from "../identity-files.ts";
import type { SiteProxy } from "../proxy/site-proxy.ts";
import { type CertificateKeeper, createCertificateKeeper } from "./keep-certificate.ts";
import { createWayBackKeeper } from "./keep-way-back.ts";
import { createWallet, type Wallet } from "./wallet.ts";

/** Who the running agent is, and how it stays it. */
export interface AgentIdentities {
  readonly wallet: Wallet;
  readonly certificate: CertificateKeeper;
  sessionUp(coordinatorTime: EpochMs): void;
  down(down: Pick<LinkDown, "code" | "wasOpen">): void;
  stop(): void;
}

export function startIdentities(
  at: { readonly stateDir: string; readonly identity: EnrolledIdentity; readonly proxy: SiteProxy },
  deps: {
    readonly send: (message: ToCoordinator) => void;
    readonly reconnect: (why: string) => void;
    readonly onRefused: (code: CloseCode, text: string) => void;
    readonly clock: Clock;
    readonly random: Random;
    readonly logger: Logger;
  },
): AgentIdentities {
  const wallet = createWallet(at.stateDir, at.identity);
  const certificate = createCertificateKeeper({ ...deps, wallet });
  const wayBack = createWayBackKeeper({
    ...deps,
    wallet,
    onRenewed: () => deps.reconnect("there is a new certificate"),
    async find(signal) {
      const { findWayBack } = await import("./way-back.ts");
      const { enrolledAt } = wallet.identity();
      return findWayBack(wallet, {
        signal,
        agent: enrolledAt === undefined ? undefined : at.proxy.agentFor(enrolledAt),
      });
    },
  });
  return {
    wallet,
    certificate,
    sessionUp(coordinatorTime) {
      wallet.welcomed();
      wayBack.sessionUp();
      certificate.sessionUp(coordinatorTime);
    },
    down(down) {
      if (down.wasOpen) certificate.sessionDown();
      wayBack.down(down);
    },
    stop() {
      certificate.stop();
      wayBack.stop();
    },
  };
}
