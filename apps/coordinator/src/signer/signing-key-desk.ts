import type { Logger, TenantId } from "@cordon/core/kernel";
import type { OrderKeyList } from "@cordon/core/signing";
import type { OrderSigner, SigningKeys } from "./order-signer.ts";

/** What people do with the keys that sign orders; agents of the tenant are told of every change. */
export interface SigningKeyDesk {
  list(tenantId: TenantId): Promise<SigningKeys>;
  /** What an agent that enrols is given. */
  listFor(tenantId: TenantId): Promise<OrderKeyList>;
  rotate(tenantId: TenantId, by: string): Promise<SigningKeys>;
  /** Throws `signing_key.*`. */
  end(tenantId: TenantId, keyId: string, how: "retire" | "revoke", by: string): Promise<SigningKeys>;
}

export function signingKeyDesk(deps: {
  readonly signer: OrderSigner;
  readonly changed: (tenantId: TenantId) => void;
  readonly logger: Logger;
}): SigningKeyDesk {
  const { signer, changed, logger } = deps;

  function told(tenantId: TenantId, what: string, by: string, keys: SigningKeys, keyId?: string): SigningKeys {
    logger.warn("security.signing_keys", { tenantId, what, by, keyId, version: keys.version });
    changed(tenantId);
    return keys;
  }

  return {
    list: signer.keys,
    listFor: signer.keyList,
    rotate: async (tenantId, by) => told(tenantId, "rotate", by, await signer.rotate(tenantId)),
    end: async (tenantId, keyId, how, by) => told(tenantId, how, by, await signer[how](tenantId, keyId), keyId),
  };
}
