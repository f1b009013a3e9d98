import {
  type AuditDesk,
  type AuditForwarder,
  type AuditKeeper,
  type AuditStore,
  createAuditDesk,
  createAuditKeeper,
} from "@cordon/coordinator-core";
import type { Clock, Logger } from "@cordon/core/kernel";
import { openAuditKeys } from "@cordon/identity/audit-keys";

/** The audit, put together. */
export function openAudit(deps: {
  readonly store: AuditStore;
  /** Where the keys that sign it lie. */
  readonly keysDirectory: string;
  readonly forwarder: AuditForwarder | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}): { readonly keeper: AuditKeeper; readonly desk: AuditDesk } {
  const signer = openAuditKeys(deps.keysDirectory, deps);
  const keeper = createAuditKeeper({ ...deps, signer });
  const { forwarder } = deps;
  const forwarded = forwarder === undefined ? {} : { forwarded: forwarder.status };
  return { keeper, desk: createAuditDesk({ ...deps, ...forwarded, keeper, signer }) };
}
