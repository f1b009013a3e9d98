import type { Server } from "node:https";
import type { AgentStore } from "@cordon/coordinator-core";
import type { Clock, Logger } from "@cordon/core/kernel";
import type { KeptAuthority } from "@cordon/identity";
import type { ListenerTls } from "../start/listener-certificates.ts";

/** Revocation lists are good for a month; made anew twice a day, one is never old when another process revoked somebody. */
const EVERY_MS = 12 * 3_600_000;

export interface GatewayTls {
  /** With what is trusted and revoked now; other settings of the listener stay. Resolves when new handshakes obey it. */
  refresh(tls?: ListenerTls): Promise<void>;
  /** The lists as PEM, for who asks for them. */
  revocations(): string;
  stop(): void;
}

/** What the gateway's TLS refuses before anything is read: no chain to a root that counts, out of its time, or on a list. */
export async function keepGatewayTls(deps: {
  readonly server: Server;
  readonly first: ListenerTls;
  readonly authority: KeptAuthority;
  readonly store: Pick<AgentStore, "listRevoked">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<GatewayTls> {
  const { server, authority, store, clock, logger } = deps;
  let tls = deps.first;
  let lists: readonly string[] = [];
  let turn = Promise.resolve();
  let cancel = () => {};

  async function refresh(next?: ListenerTls): Promise<void> {
    tls = next ?? tls;
    const revoked = await store.listRevoked(clock.now());
    lists = await authority.revocations(async (issuer) =>
      revoked.filter((one) => one.issuer === issuer).map(({ serial, revokedAt }) => ({ serial, at: revokedAt })),
    );
    server.setSecureContext({ ...tls, ca: authority.certificatePem, crl: [...lists], minVersion: "TLSv1.3" });
  }

  /** One after another: an older list must not come into force after a newer one. */
  function inTurn(next?: ListenerTls): Promise<void> {
    const mine = turn.then(() => refresh(next));
    turn = mine.catch(() => {});
    return mine;
  }

  function arm(): void {
    cancel = clock.after(EVERY_MS, () => {
      inTurn()
        .catch((error) => logger.error("authority.revocations", { error }))
        .finally(arm);
    });
  }
  await inTurn();
  arm();
  return {
    refresh: inTurn,
    revocations: () => `${lists.map((list) => list.trim()).join("\n")}\n`,
    stop: () => cancel(),
  };
}
