import type { Socket } from "node:net";
import type { TenantId } from "@cordon/core/kernel";
import pg from "pg";

/** Whose rows a connection sees [W1]: as it was last told. */
const toldTo = new WeakMap<pg.PoolClient, TenantId>();

/**
 * Tells the connection whose rows it works on, unless it knows. The statement leaves together with what follows it, so an answer
 * to that must not be used before this one is here. Undefined: it knows.
 */
export function tell(client: pg.PoolClient, tenantId: TenantId): Promise<unknown> | undefined {
  if (toldTo.get(client) === tenantId) return undefined;
  toldTo.set(client, tenantId);
  // In one write with what is asked next: the server is woken once, and reads both.
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
  // Outside of any transaction, so that no ROLLBACK takes it back.
  return client.query(`SET cordon.tenant = ${pg.escapeLiteral(tenantId)}`).catch((error: unknown) => {
    toldTo.delete(client);
    throw error;
  });
}
