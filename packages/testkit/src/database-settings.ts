import type { Secret } from "@cordon/core/kernel";
import { loginsOf } from "@cordon/store";

/** What a coordinator is told of a test server's database: a login for each role, as on a real one. */
export function databaseSettings(administrator: Secret): Readonly<Record<string, string>> {
  const { app, fleet, owner, queue, signer } = loginsOf(administrator);
  return {
    CORDON_DATABASE_URL: app.reveal(),
    CORDON_DATABASE_FLEET_URL: fleet.reveal(),
    CORDON_DATABASE_OWNER_URL: owner.reveal(),
    CORDON_DATABASE_QUEUE_URL: queue.reveal(),
    CORDON_DATABASE_SIGNER_URL: signer.reveal(),
  };
}
